package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What follows the sums of a convolution, channel by channel, while these are in the cache: a bias,
 * a rectifier, and batch normalization by given statistics, in this order, each of them or none. It
 * gives what these give one after the other, to the last bit.
 */
public final class ChannelFinish {

  /** Nothing follows. */
  public static final ChannelFinish NONE = new ChannelFinish(null, false, null);

  private final float[] bias;
  private final boolean rectifies;
  private final GivenStatistics norm;

  private ChannelFinish(float[] bias, boolean rectifies, GivenStatistics norm) {
    this.bias = bias;
    this.rectifies = rectifies;
    this.norm = norm;
  }

  /**
   * Of what follows.
   *
   * @param bias floats {@code [out]}, or null for none
   * @param rectifies whether what is below 0 becomes 0
   * @param norm the normalization, of as many channels, or null for none
   * @return the finish
   */
  public static ChannelFinish of(INDArray bias, boolean rectifies, GivenStatistics norm) {
    float[] start = bias == null ? null : Floats.read(Floats.dense(bias));
    return new ChannelFinish(start, rectifies, norm);
  }

  /** Whether nothing follows. */
  boolean isNothing() {
    return bias == null && !rectifies && norm == null;
  }

  /** So many numbers, the bias and then zeros: for who adds it to the sums. */
  float[] bias(int length) {
    return bias == null ? new float[length] : Arrays.copyOf(bias, length);
  }

  /** All of it, for the sums of a channel from {@code from} on and before {@code to}, in place. */
  void apply(int channel, float[] a, int from, int to) {
    if (bias != null) {
      Loops.add(a, from, to, bias[channel]);
    }
    applyToBiased(channel, a, from, to);
  }

  /** All but the bias. */
  void applyToBiased(int channel, float[] a, int from, int to) {
    if (rectifies) {
      Loops.rectify(a, from, to);
    }
    if (norm != null) {
      norm.normalize(channel, a, from, to);
    }
  }
}
