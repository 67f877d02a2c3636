package org.capsnet.model.insight;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.RoutingTrace;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What is summed up over the images of the routing of one layer. */
final class LayerSums {

  /** What keeps the cosine of a vote of length 0: the smallest normal number of floats. */
  private static final double EPSILON = Float.MIN_NORMAL;

  private final double active;
  private boolean[] inputs = new boolean[0];
  private boolean[] outputs = new boolean[0];

  /** By iteration; null before the first images. */
  private Mean[] entropy;

  private Mean[] agreement;

  /** A weighted mean. */
  private static final class Mean {
    private double sum;
    private double weight;

    void add(double value, double by) {
      sum += by * value;
      weight += by;
    }

    double value() {
      return sum / weight;
    }
  }

  LayerSums(double active) {
    this.active = active;
  }

  void add(RoutingTrace.Routed routed) {
    inputs = there(inputs, routed.input());
    outputs = there(outputs, routed.output());
    List<RoutingTrace.Iteration> iterations = routed.iterations();
    if (entropy == null) {
      entropy = means(iterations.size());
      agreement = means(iterations.size());
    }
    for (int i = 0; i < iterations.size(); i++) {
      add(iterations.get(i), entropy[i], agreement[i]);
    }
  }

  /** Nothing of a routing without couplings, as it says. */
  private static void add(RoutingTrace.Iteration iteration, Mean entropy, Mean agreement) {
    Variable coupling;
    try {
      coupling = iteration.coupling();
    } catch (UnsupportedOperationException e) {
      return;
    }
    Values.requireNumbers("couplings", coupling.value());
    addEntropy(coupling, entropy);
    addAgreement(coupling, iteration.input(), iteration.output(), agreement);
  }

  private static Mean[] means(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Mean()).toArray(Mean[]::new);
  }

  /** Which capsules were there in an image of this batch or of one before it. */
  private boolean[] there(boolean[] before, Capsules capsules) {
    Values.requireNumbers("activations", capsules.activation().value());
    double[] activations = numbers(capsules.activation().value().max(0));
    boolean[] now = Arrays.copyOf(before, activations.length);
    for (int i = 0; i < now.length; i++) {
      now[i] |= activations[i] >= active;
    }
    return now;
  }

  /** Over the output capsules, of those inputs that go anywhere. */
  private static void addEntropy(Variable coupling, Mean mean) {
    int out = Math.toIntExact(coupling.size(-1));
    double[] c = numbers(coupling.value());
    for (int row = 0; row < c.length; row += out) {
      double all = 0;
      for (int j = row; j < row + out; j++) {
        all += Math.abs(c[j]);
      }
      if (all > 0) {
        mean.add(entropy(c, row, out, all), 1);
      }
    }
  }

  private static double entropy(double[] c, int row, int out, double all) {
    double entropy = 0;
    for (int j = row; j < row + out && out > 1; j++) {
      double share = Math.abs(c[j]) / all;
      entropy -= share > 0 ? share * Math.log(share) / Math.log(out) : 0;
    }
    return entropy;
  }

  private static void addAgreement(Variable coupling, RoutingInput in, Capsules made, Mean mean) {
    Variable votes = in.votes();
    double[] cosine =
        numbers(Variable.einsum("bijd,bjd->bij", unit(votes), unit(made.pose())).value());
    double[] c = numbers(coupling.value());
    for (int k = 0; k < c.length; k++) {
      mean.add(Math.signum(c[k]) * cosine[k], Math.abs(c[k]));
    }
  }

  /** Of length 1, but 0 of length 0: made so large first that no square of a float vanishes. */
  private static Variable unit(Variable poses) {
    int last = poses.rank() - 1;
    INDArray largest = Transforms.abs(poses.value()).max(true, last);
    Variable large = poses.dividedBy(Variable.constant(largest.addi(EPSILON)));
    return large.dividedBy(large.norm(true, EPSILON, last));
  }

  private static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector();
  }

  LayerStatistics statistics(String name) {
    boolean coupled = entropy[entropy.length - 1].weight > 0;
    return new LayerStatistics(
        name,
        inputs.length,
        outputs.length,
        coupled ? values(entropy) : List.of(),
        coupled ? values(agreement) : List.of(),
        dead(inputs),
        dead(outputs));
  }

  private static List<Double> values(Mean... means) {
    return Arrays.stream(means).map(Mean::value).toList();
  }

  private static double dead(boolean... there) {
    return IntStream.range(0, there.length).filter(i -> !there[i]).count() / (double) there.length;
  }
}
