package org.capsnet.nn;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Pooling;
import org.capsnet.autograd.Variable;

/**
 * The largest number of each window of {@code [batch, channels, height, width]}, window by window
 * without padding: rows and columns that fill no window are left out.
 */
public final class MaxPool2d extends Block<Variable, Variable> {

  private final int window;

  /**
   * Makes a layer.
   *
   * @param in {@code [channels, height, width]}
   * @param window the height and width of a window, and the stride
   * @throws IllegalArgumentException if it does not fit
   */
  public MaxPool2d(Shape in, int window) {
    super(in, outputOf(in, window));
    this.window = window;
  }

  private static Shape outputOf(Shape in, int window) {
    in.require("images", "channels", "height", "width");
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(window);
    return Shape.of(
        in.size(0), spec.outputHeight(in.size(1), window), spec.outputWidth(in.size(2), window));
  }

  @Override
  public Variable forward(Variable x) {
    return Pooling.max2d(x, window, window, 0);
  }

  /** The result; then the gradient of the input. */
  @Override
  protected Cost cost(Setting setting) {
    return Cost.NONE
        .forward(1, output().sizes())
        .backward(setting.inputGradient() ? 1 : 0, input().sizes());
  }
}
