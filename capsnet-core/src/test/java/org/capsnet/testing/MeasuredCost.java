package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
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
   * Requires that a block of variables states what it makes: with and without a gradient of its
   * input, and of capsules that it makes, however these are read.
   */
  public static void assertStated(Block<Variable, ?> block, DataType type) {
    for (Setting setting : settings(block, type)) {
      assertStated(block, setting, (in, batch) -> variable(in, batch, setting));
    }
  }

  /** Requires that a block of capsules states what it makes, however its own are read. */
  public static void assertCapsulesStated(Block<Capsules, ?> block, DataType type) {
    for (Setting setting : settings(block, type)) {
      if (setting.inputGradient()) {
        assertStated(block, setting, (in, batch) -> capsules(in, batch, setting));
      }
    }
  }

  private static List<Setting> settings(Block<?, ?> block, DataType type) {
    List<Setting> all = new ArrayList<>();
    for (boolean gradient : new boolean[] {true, false}) {
      Setting setting = Setting.ofNetwork(type).withInputGradient(gradient);
      all.add(setting);
      if (block.activations() > 0) {
        all.add(setting.readBy(false, false));
        all.add(setting.readBy(true, true));
        all.add(setting.readBy(false, true));
      }
    }
    return all;
  }

  private static Supplier<Capsules> capsules(Shape in, int batch, Setting setting) {
    Supplier<Variable> pose = variable(in, batch, setting);
    long[] sizes = in.sizes();
    sizes[1] = 1;
    Supplier<Variable> activation = variable(Shape.of(sizes), batch, setting);
    return () -> {
      Variable a = activation.get();
      return new Capsules(pose.get(), a.reshape(without(2, a.shape())));
    };
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
          predicted(block, in, setting),
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

  /** The bytes of a scope of a forward and a backward pass, once the first has told its size. */
  private static <I, O> long trained(Block<I, O> block, Supplier<I> in, Setting setting) {
    long held = 0;
    INDArray[] upstream = null;
    for (int i = 0; i < 2; i++) {
      try (Scope scope = Scope.open()) {
        List<Variable> ends = read(block.forward(in.get()), setting);
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

  /** What comes out, as the setting says that it is read: where its gradients come to. */
  private static List<Variable> read(Object out, Setting setting) {
    if (!(out instanceof Capsules capsules)) {
      return List.of((Variable) out);
    }
    Variable pose = setting.flat() ? capsules.flat().pose() : dense(capsules.pose());
    return setting.activationGradient() ? List.of(pose, capsules.activation()) : List.of(pose);
  }

  /** As a convolution takes it, whose gradient is dense. */
  private static Variable dense(Variable x) {
    return Shapes.isDense(x.value())
        ? x
        : Variable.of("dense", x.value().dup('c'), (g, needed) -> new INDArray[] {g}, x);
  }

  private static <I, O> long predicted(Block<I, O> block, Supplier<I> in, Setting setting) {
    long held = 0;
    for (int i = 0; i < 2; i++) {
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        read(block.forward(in.get()), setting);
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
