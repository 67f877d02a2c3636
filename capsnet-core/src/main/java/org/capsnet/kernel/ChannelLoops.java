package org.capsnet.kernel;

/**
 * The loop of a convolution that treats each channel alike but none together with another: on
 * {@link Gemm#LANES} channels at once, whose numbers for a place follow one another. All offsets
 * and steps are in numbers, so that a place is {@code LANES} of them.
 */
interface ChannelLoops {

  /**
   * {@code out[i] += Σ_k in[i · step + places[k]] · taps[k]}, along a row of places.
   *
   * @param outputs places of {@code out}, at least 1
   * @param out where place i is at {@code oo + i · LANES}
   * @param oo see out
   * @param in where {@code i = 0} and {@code places[k] = 0} are at {@code io}, which may be before
   *     the array
   * @param io see in
   * @param step see out
   * @param places where the taps see {@code in}
   * @param from the first k
   * @param to behind the last k, at least {@code from}
   * @param taps where tap k is at {@code at + k · LANES}
   * @param at see taps
   */
  void gather(
      int outputs,
      float[] out,
      int oo,
      float[] in,
      int io,
      int step,
      int[] places,
      int from,
      int to,
      float[] taps,
      int at);
}
