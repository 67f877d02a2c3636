package org.capsnet.kernel;

/** The loops over channels without the Vector API. */
final class PlainChannelLoops implements ChannelLoops {

  private static final int LANES = Gemm.LANES;

  @Override
  public void gather(
      int outputs,
      float[] out,
      int oo,
      int count,
      float[] taps,
      int to,
      float[] in,
      int io,
      int outStep,
      int tapStep) {
    for (int i = 0; i < outputs; i++) {
      for (int k = 0; k < count; k++) {
        add(out, oo + i * LANES, in, io + i * outStep + k * tapStep, taps, to + k * LANES);
      }
    }
  }

  @Override
  public void spread(
      int outputs,
      float[] out,
      int oo,
      int count,
      float[] taps,
      int to,
      float[] in,
      int io,
      int outStep,
      int tapStep) {
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < outputs; i++) {
        add(in, io + i * outStep + k * tapStep, out, oo + i * LANES, taps, to + k * LANES);
      }
    }
  }

  private static void add(float[] sum, int s, float[] x, int xo, float[] y, int yo) {
    for (int lane = 0; lane < LANES; lane++) {
      sum[s + lane] += x[xo + lane] * y[yo + lane];
    }
  }
}
