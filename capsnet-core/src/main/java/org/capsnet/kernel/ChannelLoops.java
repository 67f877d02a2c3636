package org.capsnet.kernel;

/**
 * The loops of a convolution that treats each channel alike but none together with another: on
 * {@link Gemm#LANES} channels at once, whose numbers for a place follow one another. All offsets
 * and steps are in numbers, so that a place is {@code LANES} of them.
 */
interface ChannelLoops {

  /**
   * {@code out[i] += Σ_k in[i · outStep + k · tapStep] · taps[k]}, along a row of places.
   *
   * @param outputs places of {@code out}, at least 1
   * @param out where place i is at {@code oo + i · LANES}
   * @param oo see out
   * @param count of the taps, at least 1
   * @param taps where place k is at {@code to + k · LANES}
   * @param to see taps
   * @param in where place 0 is at {@code io}
   * @param io see in
   * @param outStep in {@code in}, from what an output sees to what the next sees
   * @param tapStep in {@code in}, from what a tap sees to what the next sees
   */
  void gather(
      int outputs,
      float[] out,
      int oo,
      int count,
      float[] taps,
      int to,
      float[] in,
      int io,
      int outStep,
      int tapStep);

  /**
   * The transpose in {@code in}: {@code in[i · outStep + k · tapStep] += out[i] · taps[k]}.
   *
   * @param outputs as of {@link #gather}
   * @param out as of {@link #gather}
   * @param oo as of {@link #gather}
   * @param count as of {@link #gather}
   * @param taps as of {@link #gather}
   * @param to as of {@link #gather}
   * @param in as of {@link #gather}
   * @param io as of {@link #gather}
   * @param outStep as of {@link #gather}
   * @param tapStep as of {@link #gather}
   */
  void spread(
      int outputs,
      float[] out,
      int oo,
      int count,
      float[] taps,
      int to,
      float[] in,
      int io,
      int outStep,
      int tapStep);
}
