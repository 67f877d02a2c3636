package org.capsnet.nn;

import org.capsnet.autograd.Flow;

/**
 * A skip connection (He et al., 2016): {@code x + body(x)}, or {@code projection(x) + body(x)}
 * where the body changes the shape. Children: {@code body} and, if there is one, {@code
 * projection}.
 *
 * @param <I> what goes in: variables, or capsules
 * @param <O> what comes out
 */
public final class Residual<I, O extends Flow<O>> extends Block<I, O> {

  private final Block<I, O> body;
  private final Block<I, O> projection;

  /**
   * Makes a skip over a block that changes the shape.
   *
   * @param body the block
   * @param projection what brings the input to the body's output shape
   * @throws IllegalArgumentException if the shapes of the two differ
   */
  public Residual(Block<I, O> body, Block<I, O> projection) {
    super(body.input(), body.output());
    if (!projection.input().equals(body.input())) {
      throw new IllegalArgumentException(
          "input of the residual's body: expected %s, got %s"
              .formatted(projection.input(), body.input()));
    }
    if (!projection.output().equals(body.output())) {
      throw new IllegalArgumentException(
          "output of the residual's body: expected %s, got %s"
              .formatted(projection.output(), body.output()));
    }
    this.body = child("body", body);
    this.projection = child("projection", projection);
  }

  /**
   * Makes a skip over a block that keeps the shape.
   *
   * @param body the block
   * @param <T> what goes in and comes out
   * @return the residual block
   * @throws IllegalArgumentException if the body changes the shape
   */
  public static <T extends Flow<T>> Residual<T, T> of(Block<T, T> body) {
    return new Residual<>(body, Chain.start(body.input()));
  }

  @Override
  public O forward(I in) {
    O around = projection.forward(in);
    return around.plus(body.forward(in));
  }

  /**
   * The sum; then that of the two gradients of the input. Of activations a product and a sum. Who
   * reads capsules one by one has the sum moved, and its gradient.
   */
  @Override
  protected Cost cost(Setting setting) {
    Cost cost =
        Cost.NONE
            .forward(setting.flat() ? 2 : 1, output().sizes())
            .forward(3, activations())
            .backward(setting.flat() ? 1 : 0, output().sizes())
            .backward(setting.inputGradient() ? 1 : 0, input().sizes());
    return setting.activationGradient() ? cost.backward(5, activations()) : cost;
  }

  @Override
  protected Setting settingOf(String child, Setting own) {
    return own.withRectified(false).readBy(own.activationGradient(), false);
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    boolean gradient = body.before(previous, own).activationGradient();
    return previous.readBy(gradient || own.activationGradient(), false);
  }

  @Override
  public long activations() {
    return body.activations();
  }
}
