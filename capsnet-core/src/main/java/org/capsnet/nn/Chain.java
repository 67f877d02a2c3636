package org.capsnet.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.GivenStatistics;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Blocks one after the other, each built for the shape that the one before it leaves. Children are
 * {@code 0}, {@code 1}, {@code 2} and so on, or have the names that they are given.
 *
 * <pre>{@code
 * Chain<Variable, Variable> decoder =
 *     Chain.of(Shape.of(160))
 *         .then(in -> new Linear(in, 512, init))
 *         .then(Activation::relu)
 *         .then(in -> new Linear(in, 784, init))
 *         .then(Activation::sigmoid);
 * }</pre>
 *
 * <p>A chain does not change: {@link #then} makes a longer one of the same blocks. An empty one is
 * the identity. A convolution takes a rectifier that follows it along, and in predictions a batch
 * normalization behind these.
 *
 * @param <I> what goes in
 * @param <O> what comes out
 */
public final class Chain<I, O> extends Block<I, O> {

  private final List<String> names;
  private final List<Block<?, ?>> blocks;

  private Chain(Shape input, Shape output, List<String> names, List<Block<?, ?>> blocks) {
    super(input, output);
    this.names = names;
    this.blocks = blocks;
    for (int i = 0; i < blocks.size(); i++) {
      child(names.get(i), blocks.get(i));
    }
  }

  /**
   * The empty chain of variables.
   *
   * @param input the shape of a sample that goes in
   * @return the identity
   */
  public static Chain<Variable, Variable> of(Shape input) {
    return start(input);
  }

  /**
   * The empty chain of anything: {@code Chain.<Capsules>start(shape)}.
   *
   * @param input the shape of a sample that goes in
   * @param <T> what goes in
   * @return the identity
   */
  public static <T> Chain<T, T> start(Shape input) {
    return new Chain<>(input, input, List.of(), List.of());
  }

  /**
   * This chain and one more block, named by its number.
   *
   * @param next makes the block for the shape that comes to it
   * @param <P> what the block makes
   * @return the longer chain; this one is of no further use
   * @throws IllegalArgumentException if the block cannot be built for that shape: the message says
   *     which one it is, and what of
   */
  public <P> Chain<I, P> then(Function<? super Shape, ? extends Block<? super O, P>> next) {
    return then(Integer.toString(blocks.size()), next);
  }

  /**
   * This chain and one more block.
   *
   * @param name the block's, in the keys of the parameters
   * @param next makes the block for the shape that comes to it
   * @param <P> what the block makes
   * @return the longer chain; this one is of no further use
   * @throws IllegalArgumentException if the block cannot be built for that shape: the message says
   *     which one it is, and what of
   */
  public <P> Chain<I, P> then(
      String name, Function<? super Shape, ? extends Block<? super O, P>> next) {
    Block<? super O, P> block;
    try {
      block = next.apply(output());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "block %s, of %s: %s".formatted(name, output(), e.getMessage()), e);
    }
    if (block == null || !block.input().equals(output())) {
      throw new IllegalArgumentException(
          "block %s: expected one for %s, got %s"
              .formatted(name, output(), block == null ? "none" : "one for " + block.input()));
    }
    List<String> moreNames = new ArrayList<>(names);
    moreNames.add(name);
    List<Block<?, ?>> moreBlocks = new ArrayList<>(blocks);
    moreBlocks.add(block);
    return new Chain<>(input(), block.output(), List.copyOf(moreNames), List.copyOf(moreBlocks));
  }

  /** {@return the blocks, in order} */
  public List<Block<?, ?>> blocks() {
    return blocks;
  }

  @Override
  @SuppressWarnings("unchecked") // then() let in only what fits
  public O forward(I in) {
    Object at = in;
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i) instanceof Conv2d convolution) {
        Variable x = (Variable) at;
        boolean rectified = takesAlong(i);
        i += rectified ? 1 : 0;
        GivenStatistics norm = normalization(i + 1, x.dataType());
        i += norm == null ? 0 : 1;
        at = convolution.forward(x, rectified, norm);
      } else {
        at = ((Block<Object, Object>) blocks.get(i)).forward(at);
      }
    }
    return (O) at;
  }

  /** What a convolution before a block does as well, or null if that is none or goes by itself. */
  private GivenStatistics normalization(int i, DataType type) {
    return i < blocks.size() && blocks.get(i) instanceof BatchNorm2d norm
        ? norm.given(type).orElse(null)
        : null;
  }

  @Override
  protected Cost cost(Setting setting) {
    return Cost.NONE;
  }

  @Override
  protected Setting settingOf(String child, Setting own) {
    int i = names.indexOf(child);
    boolean rectified = takesAlong(i) || (i > 0 && takesAlong(i - 1));
    Setting setting = super.settingOf(child, own).withRectified(rectified);
    return own.fused() && isTakenAlong(i) ? setting.inTrainingAlone() : setting;
  }

  @Override
  public long activations() {
    return blocks.isEmpty() ? 0 : blocks.get(blocks.size() - 1).activations();
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return blocks.isEmpty()
        ? previous.readBy(own.activationGradient(), own.flat())
        : blocks.get(0).before(previous, settingOf(names.get(0), own));
  }

  /** Whether a block is a normalization that a convolution computes in predictions. */
  private boolean isTakenAlong(int i) {
    int convolution = i > 1 && takesAlong(i - 2) ? i - 2 : i - 1;
    return blocks.get(i) instanceof BatchNorm2d
        && convolution >= 0
        && blocks.get(convolution) instanceof Conv2d;
  }

  /** Whether a block is a convolution that computes the rectifier behind it as well. */
  boolean takesAlong(int i) {
    return blocks.get(i) instanceof Conv2d
        && i + 1 < blocks.size()
        && blocks.get(i + 1) instanceof Activation next
        && next.isRelu();
  }
}
