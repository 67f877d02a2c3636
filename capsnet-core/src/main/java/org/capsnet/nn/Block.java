package org.capsnet.nn;

import java.util.Objects;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/**
 * A module that makes one thing of another, and knows the shapes of both before it does: what
 * stands in a {@link Chain}, in a {@link Residual} and in whatever else is made of layers. Ordinary
 * layers are blocks from {@link Variable} to {@code Variable}; layers of capsules have capsules on
 * one side or on both.
 *
 * @param <I> what goes in
 * @param <O> what comes out
 */
public abstract class Block<I, O> extends Module {

  private final Shape input;
  private final Shape output;

  /**
   * For subclasses.
   *
   * @param input the shape of a sample that goes in
   * @param output the shape of what comes out
   */
  protected Block(Shape input, Shape output) {
    this.input = Objects.requireNonNull(input, "input");
    this.output = Objects.requireNonNull(output, "output");
  }

  /**
   * Computes the block.
   *
   * @param in a batch, each sample of the shape of {@link #input()}; a block that slides over a
   *     grid takes other sizes of it too
   * @return a batch, each sample of the shape of {@link #output()}
   * @throws IllegalArgumentException if the shape does not fit, or the type is not that of the
   *     parameters
   */
  public abstract O forward(I in);

  /** {@return the shape of a sample that this was built for} */
  public final Shape input() {
    return input;
  }

  /** {@return the shape of what {@link #forward} makes of it} */
  public final Shape output() {
    return output;
  }

  /**
   * {@inheritDoc}
   *
   * @return by default of a block without children an estimate, its output and the gradient of its
   *     input; nothing of a block with children
   */
  @Override
  protected Cost cost(Setting setting) {
    return children().isEmpty()
        ? Cost.NONE.forward(1, output.sizes()).backward(1, input.sizes()).estimate()
        : Cost.NONE;
  }

  /**
   * The activations of the capsules that this block makes: numbers of its output that {@link
   * #output} does not have.
   *
   * @return for a sample; 0 unless overridden, as of a block that makes variables
   */
  public long activations() {
    return 0;
  }

  /**
   * Where the block stands that makes the capsules which go into this one: how they are read here.
   *
   * @param previous the setting of that block but for this
   * @param own where this block stands
   * @return the setting of that block; by default its capsules are read on their grid, with
   *     gradients of poses and of activations
   */
  public Setting before(Setting previous, Setting own) {
    return previous.readBy(true, false);
  }

  /**
   * Requires an input of the type of the weights, before an operation blames one of them for it.
   */
  static void requireType(Variable input, Parameter weight) {
    Shapes.requireType("input", input.value(), weight.type());
  }
}
