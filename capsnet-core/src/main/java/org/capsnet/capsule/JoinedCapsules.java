package org.capsnet.capsule;

import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * The capsules that come in and, behind them, those that layers make of them, all in one list: so
 * that capsules of several levels vote together (Rajasegaran et al. 2019). Where a {@link
 * org.capsnet.nn.Residual} sums, this joins; grids may differ, dimensions may not.
 *
 * <p>Children: those of the layers.
 */
public final class JoinedCapsules extends Block<Capsules, Capsules> {

  private final Chain<Capsules, Capsules> layers;

  /**
   * Joins.
   *
   * @param layers at least one
   * @throws IllegalArgumentException if they change the dimension of capsules
   */
  public JoinedCapsules(Chain<Capsules, Capsules> layers) {
    super(layers.input(), joined(layers.input(), layers.output()));
    this.layers = layers;
    layers.children().forEach(this::child);
  }

  private static Shape joined(Shape in, Shape out) {
    if (in.size(1) != out.size(1)) {
      throw new IllegalArgumentException(
          "dimension of joined capsules: expected %d, got %d".formatted(in.size(1), out.size(1)));
    }
    return Shape.of((in.numbers() + out.numbers()) / in.size(1), in.size(1));
  }

  @Override
  public Capsules forward(Capsules in) {
    Capsules made = layers.forward(in);
    return RoutingTrace.noteJoined(Capsules.concat(in.flat(), made.flat()), in, made);
  }

  /** The capsules of both in one list, and their gradients. */
  @Override
  protected Cost cost(Setting setting) {
    return Cost.NONE
        .forward(2, output().sizes())
        .forward(1, activations())
        .backward(3, output().sizes());
  }

  @Override
  public long activations() {
    return output().size(0);
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return layers.before(previous, own);
  }
}
