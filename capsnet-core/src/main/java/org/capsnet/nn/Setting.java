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
 * @param rectified whether it computes the rectifier that follows it as well
 */
public record Setting(
    DataType type, boolean inputGradient, boolean activationGradient, boolean rectified) {

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
    return new Setting(type, false, true, false);
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
    return new Setting(type, computed, activationGradient, rectified);
  }

  /**
   * The setting with or without a gradient of the activations.
   *
   * @param comes whether it comes
   * @return the changed setting
   */
  public Setting withActivationGradient(boolean comes) {
    return new Setting(type, inputGradient, comes, rectified);
  }

  /**
   * The setting with or without a rectifier to compute as well.
   *
   * @param follows whether it does
   * @return the changed setting
   */
  public Setting withRectified(boolean follows) {
    return new Setting(type, inputGradient, activationGradient, follows);
  }
}
