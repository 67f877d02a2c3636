package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.capsnet.autograd.Flow;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.nn.Block;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Module;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds the {@link Cost} that a block states against what its scopes hold. */
public final class MeasuredCost {

  /** Of what is stated. */
  private static final double TOLERANCE = 0.05;

  private static final int[] BATCHES = {6, 17};

  private MeasuredCost() {}

  /**
   * Requires that a block of variables states what it makes, with and without a gradient of its
   * input.
   */
  public static void assertStated(Block<Variable, ?> block, DataType type) {
    for (boolean gradient : new boolean[] {true, false}) {
      Setting setting = Setting.ofNetwork(type).withInputGradient(gradient);
      assertStated(block, setting, (in, batch) -> variable(in, batch, setting));
    }
  }

  /** Requires that a block of capsules states what it makes, wherever gradients come from. */
  public static void assertCapsulesStated(Block<Capsules, Capsules> block, DataType type) {
    for (boolean gradient : new boolean[] {true, false}) {
      Setting setting = Setting.ofNetwork(type).withActivationGradient(gradient);
      assertStated(
          block,
          setting.withInputGradient(true),
          (in, batch) -> {
            Supplier<Variable> pose = variable(in, batch, setting.withInputGradient(true));
            long[] sizes = in.sizes();
            sizes[1] = 1;
            Supplier<Variable> activation =
                variable(Shape.of(sizes), batch, setting.withInputGradient(true));
            return () -> {
              Variable a = activation.get();
              return new Capsules(pose.get(), a.reshape(without(2, a.shape())));
            };
          });
    }
  }

  private interface Input<I> {
    /** Prepares the numbers; what is made of them is used for one pass. */
    Supplier<I> make(Shape in, int batch);
  }

  private static <I, O> void assertStated(Block<I, O> block, Setting setting, Input<I> input) {
    for (int batch : BATCHES) {
      String what = "%s, batch %d, ".formatted(setting, batch);
      Supplier<I> in = input.make(block.input(), batch);
      block.train();
      assertClose(
          what + "training",
          trained(block, in, setting),
          block.parameterCount()
              + stated(block, setting, Cost::training, Cost::trainingOnce, batch),
          setting.type());
      block.eval();
      assertClose(
          what + "prediction",
          predicted(block, in),
          stated(block, setting, Cost::prediction, Cost::predictionOnce, batch),
          setting.type());
    }
  }

  private static void assertClose(String what, long bytes, long numbers, DataType type) {
    double stated = (double) numbers * type.width();
    assertThat((double) bytes)
        .as(what)
        .isBetween((1 - TOLERANCE) * stated, (1 + TOLERANCE) * stated);
  }

  private static long stated(
      Module module,
      Setting setting,
      ToLongFunction<Cost> perSample,
      ToLongFunction<Cost> once,
      int batch) {
    return module.costs(setting).stream()
        .map(Module.Costed::cost)
        .mapToLong(cost -> batch * perSample.applyAsLong(cost) + once.applyAsLong(cost))
        .sum();
  }

  /** The bytes of a scope of a forward and a backward pass, once it has found its size. */
  private static <I, O> long trained(Block<I, O> block, Supplier<I> in, Setting setting) {
    long held = 0;
    INDArray[] upstream = null;
    for (int i = 0; i < 3; i++) {
      try (Scope scope = Scope.open()) {
        List<Variable> out = ((Flow<?>) block.forward(in.get())).variables();
        List<Variable> ends = setting.activationGradient() ? out : out.subList(0, 1);
        if (upstream == null) {
          upstream = ends.stream().map(MeasuredCost::ones).toArray(INDArray[]::new);
        }
        INDArray[] gradients = upstream;
        Variable.of("ends", upstream[0], (g, needed) -> gradients, ends.toArray(Variable[]::new))
            .backward(upstream[0]);
        held = scope.bytes();
      }
    }
    return held;
  }

  private static <I, O> long predicted(Block<I, O> block, Supplier<I> in) {
    long held = 0;
    for (int i = 0; i < 2; i++) {
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        block.forward(in.get());
        held = scope.bytes();
      }
    }
    return held;
  }

  private static INDArray ones(Variable like) {
    return Scope.copyDetached(Nd4j.ones(like.dataType(), like.shape()));
  }

  private static Supplier<Variable> variable(Shape in, int batch, Setting setting) {
    INDArray numbers = numbers(setting.type(), sizes(batch, in.sizes()));
    Variable leaf = setting.inputGradient() ? Variable.leaf(numbers) : Variable.constant(numbers);
    // Not the leaf itself, whose gradients are summed outside of scopes.
    return () -> leaf.reshape(numbers.shape());
  }

  private static INDArray numbers(DataType type, long... shape) {
    return GradientCheck.random(new Random(3), shape).castTo(type).muli(0.1).addi(0.2);
  }

  private static long[] sizes(int batch, long... of) {
    long[] all = new long[of.length + 1];
    all[0] = batch;
    System.arraycopy(of, 0, all, 1, of.length);
    return all;
  }

  private static long[] without(int axis, long... sizes) {
    return IntStream.range(0, sizes.length)
        .filter(i -> i != axis)
        .mapToLong(i -> sizes[i])
        .toArray();
  }
}
