package org.capsnet.nn;

import java.util.Objects;
import org.capsnet.kernel.Kernels;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where a module stands in a network, as far as its {@link Cost} depends on it.
 *
 * @param type of the numbers, FLOAT or DOUBLE
 * @param inputGradient whether a gradient of its input is computed: not of the images, nor of what
 *     is made of them without a parameter
 * @param activationGradient whether, of a layer that makes capsules, a gradient comes to their
 *     activations: not where routing goes by the poses alone
 * @param flat whether, of a layer that makes capsules on a grid, these are read capsule by capsule,
 *     as by a layer to which all of them are one list: the layer that makes them counts the copies
 *     that their order costs
 * @param rectified whether it computes the rectifier that follows it as well, or is that rectifier
 * @param predicts whether it computes in predictions too, not in training alone
 * @param positions how many of its samples there are to each of the network: more than one of a
 *     layer that slides over a grid
 */
public record Setting(
    DataType type,
    boolean inputGradient,
    boolean activationGradient,
    boolean flat,
    boolean rectified,
    boolean predicts,
    long positions) {

  /** Checks the type. */
  public Setting {
    Objects.requireNonNull(type, "type");
  }

  /**
   * Where a whole network stands: on images, with a loss behind it.
   *
   * @param type of the numbers
   * @return the setting
   */
  public static Setting ofNetwork(DataType type) {
    return new Setting(type, false, true, false, false, true, 1);
  }

  /** {@return whether the fused kernels compute} */
  public boolean fused() {
    return Kernels.fused(type);
  }

  /**
   * The setting with or without a gradient of the input.
   *
   * @param computed whether it is computed
   * @return the changed setting
   */
  public Setting withInputGradient(boolean computed) {
    return new Setting(type, computed, activationGradient, flat, rectified, predicts, positions);
  }

  /**
   * The setting with another reader of the capsules that are made.
   *
   * @param gradient whether a gradient comes to their activations
   * @param oneByOne whether they are read capsule by capsule
   * @return the changed setting
   */
  public Setting readBy(boolean gradient, boolean oneByOne) {
    return new Setting(type, inputGradient, gradient, oneByOne, rectified, predicts, positions);
  }

  /** {@return the setting of what makes capsules that are read on their grid} */
  public Setting onGrid() {
    return readBy(activationGradient, false);
  }

  /**
   * The setting with or without a rectifier to compute as well.
   *
   * @param follows whether it does
   * @return the changed setting
   */
  public Setting withRectified(boolean follows) {
    return new Setting(type, inputGradient, activationGradient, flat, follows, predicts, positions);
  }

  /** {@return the setting of what computes in training alone} */
  public Setting inTrainingAlone() {
    return new Setting(type, inputGradient, activationGradient, flat, rectified, false, positions);
  }

  /**
   * The setting of what computes at each position of a grid.
   *
   * @param count the number of positions
   * @return the changed setting
   */
  public Setting atPositions(long count) {
    return new Setting(
        type,
        inputGradient,
        activationGradient,
        flat,
        rectified,
        predicts,
        Math.multiplyExact(positions, count));
  }
}
