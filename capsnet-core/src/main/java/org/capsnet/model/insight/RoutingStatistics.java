package org.capsnet.model.insight;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.RoutedLayer;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.model.Classifier;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the routing of each layer of a network does, over as many images as are added: how sharply
 * it divides its input capsules, how well votes agree with what they made, iteration by iteration,
 * and how many capsules are never there.
 *
 * <pre>{@code
 * RoutingStatistics statistics = RoutingStatistics.of(net);
 * statistics.add(images);
 * for (LayerStatistics layer : statistics.layers()) {
 *   System.out.printf("%s: entropy %s, dead %.1f %%%n",
 *       layer.layer(), layer.entropy(), 100 * layer.deadOutputs());
 * }
 * }</pre>
 */
public final class RoutingStatistics {

  /** A capsule with this activation is there: where the margin loss has its lower margin. */
  public static final double ACTIVE = 0.1;

  private final Module net;
  private final Consumer<Variable> forward;
  private final double active;
  private final LayerNames names;
  private final Map<RoutedLayer, LayerSums> sums = new LinkedHashMap<>();

  /**
   * Of any network.
   *
   * @param net in evaluation mode
   * @param forward runs it on images, on the thread that calls
   * @param active the activation from which on a capsule is there, from 0 to 1
   * @throws IllegalArgumentException if the activation is beyond
   */
  public RoutingStatistics(Module net, Consumer<Variable> forward, double active) {
    if (!(active >= 0 && active <= 1)) {
      throw new IllegalArgumentException("active: expected 0 to 1, got " + active);
    }
    this.net = net;
    this.forward = forward;
    this.active = active;
    names = new LayerNames(net);
  }

  /**
   * Of a network that classifies, with capsules there from {@link #ACTIVE} on.
   *
   * @param net in evaluation mode
   * @return no images yet
   */
  public static RoutingStatistics of(Classifier net) {
    return new RoutingStatistics(net.network(), images -> classify(net, images.value()), ACTIVE);
  }

  private static void classify(Classifier net, INDArray images) {
    Values.requireFromZeroToOne("images", images);
    net.classify(Variable.constant(images.castTo(net.network().type())));
  }

  /**
   * Adds images.
   *
   * @param images {@code [batch, ..]}, as the network takes them; the votes of all of them are in
   *     memory at a time
   * @throws IllegalArgumentException if they are of another size, or a pixel that a classifier is
   *     given is not from 0 to 1
   * @throws IllegalStateException if the network is in training mode, or has no layer of capsules
   *     that is routed
   * @throws ArithmeticException if activations or couplings are NaN
   */
  public void add(INDArray images) {
    net.requireEvaluationMode();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      forward.accept(Variable.constant(images));
      for (RoutingTrace.Routed routed : trace.routed()) {
        sums.computeIfAbsent(routed.layer(), layer -> new LayerSums(active)).add(routed);
      }
    }
    if (sums.isEmpty()) {
      throw new IllegalStateException("this network has no layer of capsules that is routed");
    }
  }

  /** {@return what was found in all images, layer by layer in the order of routing} */
  public List<LayerStatistics> layers() {
    return sums.entrySet().stream()
        .map(e -> e.getValue().statistics(names.of(e.getKey())))
        .toList();
  }
}
