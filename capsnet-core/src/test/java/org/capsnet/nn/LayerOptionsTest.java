package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.capsnet.autograd.Conv2dSpec.UNIT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ClassCapsules2d;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DeconvCapsules2d;
import org.capsnet.capsule.DenseCapsules;
import org.capsnet.capsule.LocalConvCapsules2d;
import org.capsnet.capsule.PrimaryCapsules;
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

    static Net of(Layer layer) {
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
    Net make(RandomGenerator random, DataType type);
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
      Net net = maker.make(new SplittableRandom(3), type);
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
            (random, type) -> Net.of(new Conv2d(4, 8, kernel, spec, random, type)),
            input));
    to.add(
        new Case(
            "Conv2d and relu" + what,
            true,
            (random, type) ->
                Net.of(
                    new Sequential(
                        new Conv2d(4, 4, kernel, spec, random, type), Activation.relu())),
            input));
    for (int more = 0; more < Math.min(spec.strideH(), spec.strideW()); more++) {
      int outputPadding = more;
      to.add(
          new Case(
              "ConvTranspose2d" + what + " and " + outputPadding,
              true,
              (random, type) ->
                  Net.of(
                      new ConvTranspose2d(
                          4,
                          8,
                          kernel,
                          spec,
                          outputPadding,
                          Initializer.XAVIER_NORMAL,
                          random,
                          type)),
              2,
              4,
              6,
              6));
    }
  }

  private static Capsules grid(Variable x) {
    return Capsules.ofLength(x.reshape(x.size(0), TYPES, DIM, x.size(2), x.size(3)));
  }

  private static void capsules(Conv2dSpec spec, int kernel, List<Case> to) {
    long[] input = {2, TYPES * DIM, 4, 3};
    String what = " " + kernel + " " + spec;
    DynamicRouting routing = new DynamicRouting(2);
    to.add(
        new Case(
            "PrimaryCapsules" + what,
            true,
            (random, type) -> {
              PrimaryCapsules layer =
                  new PrimaryCapsules(TYPES * DIM, OUT, OUT_DIM, kernel, spec, random, type);
              return Net.ofCapsules(layer, layer::forward);
            },
            input));
    to.add(
        new Case(
            "ConvCapsules2d" + what,
            true,
            (random, type) -> {
              ConvCapsules2d layer =
                  new ConvCapsules2d(TYPES, DIM, OUT, OUT_DIM, kernel, spec, routing, random, type);
              return Net.ofCapsules(layer, x -> layer.forward(grid(x)));
            },
            input));
    to.add(
        new Case(
            "LocalConvCapsules2d" + what,
            true,
            (random, type) -> {
              LocalConvCapsules2d layer =
                  new LocalConvCapsules2d(
                      TYPES, DIM, OUT, OUT_DIM, kernel, spec, routing, random, type);
              return Net.ofCapsules(layer, x -> layer.forward(grid(x)));
            },
            input));
    to.add(
        new Case(
            "DeconvCapsules2d" + what,
            true,
            (random, type) -> {
              int more = Math.min(spec.strideH(), spec.strideW()) - 1;
              DeconvCapsules2d layer =
                  new DeconvCapsules2d(
                      TYPES, DIM, OUT, OUT_DIM, kernel, spec, more, routing, random, type);
              return Net.ofCapsules(layer, x -> layer.forward(grid(x)));
            },
            1,
            TYPES * DIM,
            5,
            5));
  }

  private static void routings(List<Case> to) {
    for (int iterations : new int[] {1, 3}) {
      DynamicRouting plain = new DynamicRouting(iterations);
      routing(iterations + " iterations", true, plain, to);
      routing(iterations + " iterations, leaky", true, plain.withLeak(), to);
      routing(iterations + " iterations, unbiased", true, plain.withoutBias(), to);
      // The gradient is meant not to be the slope, where it stops in all iterations but the last.
      boolean one = iterations == 1;
      routing(iterations + " iterations, last only", one, plain.withLastIterationOnly(), to);
    }
  }

  private static void routing(
      String what, boolean hasSlopes, DynamicRouting routing, List<Case> to) {
    to.add(
        new Case(
            "DenseCapsules, " + what,
            hasSlopes,
            (random, type) -> {
              DenseCapsules layer = new DenseCapsules(5, DIM, OUT, OUT_DIM, routing, random, type);
              return Net.ofCapsules(layer, x -> layer.forward(Capsules.ofLength(x)));
            },
            2,
            5,
            DIM));
    to.add(
        new Case(
            "ClassCapsules2d, " + what,
            hasSlopes,
            (random, type) -> {
              ClassCapsules2d layer =
                  new ClassCapsules2d(TYPES, DIM, 2, 3, OUT, OUT_DIM, routing, random, type);
              return Net.ofCapsules(layer, x -> layer.forward(grid(x)));
            },
            2,
            TYPES * DIM,
            2,
            3));
    to.add(
        new Case(
            "LocalConvCapsules2d, " + what,
            hasSlopes,
            (random, type) -> {
              LocalConvCapsules2d layer =
                  new LocalConvCapsules2d(TYPES, DIM, OUT, OUT_DIM, 2, UNIT, routing, random, type);
              return Net.ofCapsules(layer, x -> layer.forward(grid(x)));
            },
            2,
            TYPES * DIM,
            3,
            3));
  }

  private static void others(List<Case> to) {
    to.add(
        new Case("Linear", true, (random, type) -> Net.of(new Linear(4, 3, random, type)), 5, 4));
    to.add(new Case("Dropout", false, (random, type) -> Net.of(new Dropout(0.4, 7)), 3, 5));
    to.add(
        new Case(
            "BatchNorm2d in training",
            true,
            (random, type) -> Net.of(new BatchNorm2d(3, type)),
            4,
            3,
            2,
            2));
    to.add(
        new Case(
            "BatchNorm2d in evaluation",
            true,
            (random, type) -> {
              BatchNorm2d layer = new BatchNorm2d(3, type);
              layer.eval();
              return Net.of(layer);
            },
            4,
            3,
            2,
            2));
    for (Activation activation :
        List.of(
            Activation.relu(),
            Activation.leakyRelu(0.2),
            Activation.sigmoid(),
            Activation.tanh())) {
      to.add(new Case(activation.toString(), true, (random, type) -> Net.of(activation), 3, 5));
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
