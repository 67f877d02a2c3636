package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.capsnet.autograd.Conv2dSpec.UNIT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.DeconvVotes;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.ElementVotes;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Sharing;
import org.capsnet.capsule.Votes;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Every option of every layer, in double, where gradients are the slopes, and in float, where
 * results and gradients are those in double: other kernels and other native operations run there.
 */
class LayerOptionsTest {

  private static final int TYPES = 2;
  private static final int DIM = 3;
  private static final int OUT = 2;
  private static final int OUT_DIM = 4;

  /** A layer, and how it is run. */
  private record Net(Module module, UnaryOperator<Variable> run) {

    static Net of(Block<Variable, Variable> layer) {
      return new Net(layer, layer::forward);
    }

    /** Of a layer of capsules: its poses and activations. */
    static Net ofCapsules(Module module, Function<Variable, Capsules> run) {
      return new Net(
          module,
          x -> {
            Capsules out = run.apply(x);
            return Variable.concat(0, out.pose().reshape(-1), out.activation().reshape(-1));
          });
    }
  }

  private interface Maker {
    Net make(Init init);
  }

  /** Options of a layer, and the shape of what goes in. */
  private record Case(String name, boolean hasSlopes, Maker maker, List<Long> shape) {

    Case(String name, boolean hasSlopes, Maker maker, long... shape) {
      this(name, hasSlopes, maker, Arrays.stream(shape).boxed().toList());
    }

    long[] input() {
      return shape.stream().mapToLong(size -> size).toArray();
    }

    @Override
    public String toString() {
      return name;
    }

    Net make(DataType type) {
      Net net = maker.make(Init.seed(3).type(type));
      // What sees padding alone would be at the corner of a rectifier or a squash.
      net.module.parameters().forEach((key, p) -> p.value().addi(key.endsWith("bias") ? 0.3 : 0));
      return net;
    }
  }

  private static List<Conv2dSpec> specs() {
    return List.of(
        UNIT,
        UNIT.withStride(2),
        UNIT.withStride(1, 2),
        UNIT.withPadding(1),
        UNIT.withPadding(2, 0),
        UNIT.withDilation(2),
        UNIT.withDilation(1, 2),
        UNIT.withStride(2, 1).withPadding(1, 2).withDilation(2, 1),
        UNIT.withStride(2).withPadding(1).withDilation(2));
  }

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (Conv2dSpec spec : specs()) {
      for (int kernel : new int[] {1, 2}) {
        convolutions(spec, kernel, all);
        capsules(spec, kernel, all);
      }
      for (int groups : new int[] {2, 4}) {
        convolutions(spec.withGroups(groups), 2, all);
      }
    }
    routings(all);
    votes(all);
    others(all);
    return all.stream();
  }

  private static void convolutions(Conv2dSpec spec, int kernel, List<Case> to) {
    long[] input = {2, 4, 5, 4};
    String what = " " + kernel + " " + spec;
    to.add(
        new Case(
            "Conv2d" + what,
            true,
            init -> Net.of(new Conv2d(Shape.of(4, 5, 4), 8, kernel, spec, init)),
            input));
    to.add(
        new Case(
            "Conv2d and relu" + what,
            true,
            init ->
                Net.of(
                    Chain.of(Shape.of(4, 5, 4))
                        .then(in -> new Conv2d(in, 4, kernel, spec, init))
                        .then(Activation::relu)),
            input));
    for (int more = 0; more < Math.min(spec.strideH(), spec.strideW()); more++) {
      int outputPadding = more;
      to.add(
          new Case(
              "ConvTranspose2d" + what + " and " + outputPadding,
              true,
              init ->
                  Net.of(
                      new ConvTranspose2d(
                          Shape.of(4, 6, 6),
                          8,
                          kernel,
                          spec,
                          outputPadding,
                          Initializer.XAVIER_NORMAL,
                          init)),
              2,
              4,
              6,
              6));
    }
  }

  private static void capsules(Conv2dSpec spec, int kernel, List<Case> to) {
    String what = " " + kernel + " " + spec;
    DynamicRouting routing = new DynamicRouting(2);
    Shape grid = Shape.of(TYPES, DIM, 4, 3);
    to.add(
        new Case(
            "PrimaryCapsules" + what,
            true,
            init -> {
              PrimaryCapsules layer =
                  new PrimaryCapsules(
                      Shape.of(TYPES * DIM, 4, 3), OUT, OUT_DIM, kernel, spec, init);
              return Net.ofCapsules(layer, layer::forward);
            },
            2,
            TYPES * DIM,
            4,
            3));
    layer(
        "ConvCapsules2d" + what,
        true,
        grid,
        init ->
            new ConvCapsules2d(grid, OUT, OUT_DIM, kernel, spec, new DenseVotes(), routing, init),
        to);
    int more = Math.min(spec.strideH(), spec.strideW()) - 1;
    for (Sharing sharing : new Sharing[] {Sharing.TYPE, Sharing.ALL}) {
      layer(new ConvVotes(kernel, spec, sharing), routing, grid, OUT_DIM, to);
      Shape small = Shape.of(TYPES, DIM, 5, 5);
      layer(new DeconvVotes(kernel, spec, more, sharing), routing, small, OUT_DIM, to);
    }
  }

  /** A layer of capsules, of which each dimension is a channel of features. */
  private static void layer(
      String name,
      boolean hasSlopes,
      Shape in,
      Function<Init, Block<Capsules, Capsules>> make,
      List<Case> to) {
    long[] channels = in.sizes();
    long[] batch = in.sizes();
    batch[0] = 2;
    batch[1] = channels[0] * channels[1];
    to.add(
        new Case(
            name,
            hasSlopes,
            init -> {
              Block<Capsules, Capsules> layer = make.apply(init);
              return Net.ofCapsules(
                  layer,
                  x -> {
                    long[] poses = new long[channels.length + 1];
                    poses[0] = 2;
                    System.arraycopy(channels, 0, poses, 1, channels.length);
                    return layer.forward(Capsules.ofLength(x.reshape(poses)));
                  });
            },
            batch));
  }

  private static void layer(Votes votes, Routing routing, Shape in, long outDim, List<Case> to) {
    boolean hasSlopes =
        !(routing instanceof DynamicRouting dynamic)
            || !dynamic.lastIterationOnly()
            || dynamic.iterations() == 1;
    layer(
        votes + ", " + routing,
        // The gradient is meant not to be the slope, where it stops in all iterations but the last.
        hasSlopes,
        in,
        init -> new CapsuleLayer(in, OUT, outDim, votes, routing, init),
        to);
  }

  private static void routings(List<Case> to) {
    Shape flat = Shape.of(5, DIM);
    Shape grid = Shape.of(TYPES, DIM, 2, 3);
    for (int iterations : new int[] {1, 3}) {
      DynamicRouting plain = new DynamicRouting(iterations);
      for (DynamicRouting routing :
          List.of(
              plain,
              plain.withLeak(),
              plain.withoutBias(),
              plain.withLastIterationOnly(),
              plain.withSquash(new ExponentialSquash()))) {
        layer(new DenseVotes(), routing, flat, OUT_DIM, to);
        layer(new DenseVotes(Sharing.TYPE, true), routing, grid, OUT_DIM, to);
        layer(new ConvVotes(2, UNIT), routing, Shape.of(TYPES, DIM, 3, 3), OUT_DIM, to);
      }
    }
  }

  private static void votes(List<Case> to) {
    DynamicRouting routing = new DynamicRouting(3);
    Shape flat = Shape.of(5, DIM);
    Shape matrices = Shape.of(3, 16);
    Shape matrixGrid = Shape.of(TYPES, 16, 3, 2);
    for (Shape in : List.of(flat, Shape.of(TYPES, DIM, 3), Shape.of(TYPES, DIM, 2, 3))) {
      layer(new DenseVotes(), routing, in, OUT_DIM, to);
      layer(new DenseVotes(Sharing.TYPE, false), routing, in, OUT_DIM, to);
      layer(new DenseVotes(Sharing.ALL, false), routing, in, OUT_DIM, to);
      layer(new ElementVotes(), routing, in, DIM, to);
    }
    layer(new DenseVotes(Sharing.ALL, true), routing, Shape.of(TYPES, DIM, 2, 3), OUT_DIM, to);
    for (Sharing sharing : Sharing.values()) {
      layer(new PoseVotes(sharing, false), routing, matrices, 16, to);
      layer(new PoseVotes(sharing, false), routing, matrixGrid, 16, to);
      layer(new PoseVotes(sharing, true), routing, matrixGrid, 16, to);
    }
  }

  private static void others(List<Case> to) {
    to.add(new Case("Linear", true, init -> Net.of(new Linear(Shape.of(4), 3, init)), 5, 4));
    to.add(
        new Case("Dropout", false, init -> Net.of(new Dropout(Shape.of(5), 0.4, 7, init)), 3, 5));
    to.add(
        new Case(
            "BatchNorm2d in training",
            true,
            init -> Net.of(new BatchNorm2d(Shape.of(3, 2, 2), init)),
            4,
            3,
            2,
            2));
    to.add(
        new Case(
            "BatchNorm2d in evaluation",
            true,
            init -> {
              BatchNorm2d layer = new BatchNorm2d(Shape.of(3, 2, 2), init);
              layer.eval();
              return Net.of(layer);
            },
            4,
            3,
            2,
            2));
    to.add(
        new Case(
            "InstanceNorm2d",
            true,
            init -> Net.of(new InstanceNorm2d(Shape.of(3, 2, 2), 1e-3, init)),
            4,
            3,
            2,
            2));
    for (Activation activation :
        List.of(
            Activation.relu(Shape.of(5)),
            Activation.leakyRelu(Shape.of(5), 0.2),
            Activation.sigmoid(Shape.of(5)),
            Activation.tanh(Shape.of(5)))) {
      to.add(new Case(activation.toString(), true, init -> Net.of(activation), 3, 5));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void gradientsAreTheSlopesAndFloatsAgreeWithDoubles(Case options) {
    INDArray x = GradientCheck.random(new Random(17), options.input());
    Net exact = options.make(DataType.DOUBLE);
    if (options.hasSlopes) {
      Map<String, Variable> leaves = new LinkedHashMap<>();
      leaves.put("input", Variable.leaf(x));
      exact.module.parameters().forEach((name, p) -> leaves.put(name, p.variable()));
      GradientCheck.checkDirections(() -> exact.run.apply(leaves.get("input")), leaves);
    }
    List<INDArray> expected = results(options.make(DataType.DOUBLE), x);
    List<INDArray> actual = results(options.make(DataType.FLOAT), x.castTo(DataType.FLOAT));
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).dataType()).isEqualTo(DataType.FLOAT);
      assertThat(Numbers.difference(actual.get(i), expected.get(i)))
          .as("result %d", i)
          .isLessThanOrEqualTo(1e-4 * Math.max(1, Numbers.size(expected.get(i))));
    }
  }

  /** The output, and the gradients of what goes in and of the parameters, each wanted alone too. */
  private static List<INDArray> results(Net net, INDArray x) {
    List<INDArray> results = new ArrayList<>();
    net.module.clearGradients();
    Variable in = Variable.leaf(x);
    Variable y = net.run.apply(in);
    results.add(y.value());
    INDArray upstream = GradientCheck.random(new Random(19), y.shape()).castTo(x.dataType());
    y.backward(upstream);
    results.add(in.gradient().dup());
    net.module.parameters().forEach((name, p) -> results.add(p.variable().gradient().dup()));
    if (net.module.parameters().isEmpty()) {
      return results;
    }
    net.module.clearGradients();
    net.run.apply(Variable.constant(x)).backward(upstream);
    net.module.parameters().forEach((name, p) -> results.add(p.variable().gradient().dup()));
    return results;
  }
}
