package org.capsnet.kernel;

/** The loop over channels without the Vector API. */
final class PlainChannelLoops implements ChannelLoops {

  private static final int LANES = Gemm.LANES;

  @Override
  public void gather(
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
      int at) {
    for (int i = 0; i < outputs; i++) {
      for (int k = from; k < to; k++) {
        int x = io + i * step + places[k];
        for (int lane = 0; lane < LANES; lane++) {
          out[oo + i * LANES + lane] += in[x + lane] * taps[at + k * LANES + lane];
        }
      }
    }
  }
}
