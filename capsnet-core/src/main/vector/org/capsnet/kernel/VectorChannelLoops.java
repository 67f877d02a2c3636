package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops over channels by the Vector API: a vector of channels of four places at a time. */
final class VectorChannelLoops implements ChannelLoops {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();
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
    for (int lane = 0; lane < LANES; lane += L) {
      int i = 0;
      for (; i + 4 <= outputs; i += 4) {
        four(
            out,
            oo + i * LANES + lane,
            count,
            taps,
            to + lane,
            in,
            io + i * outStep + lane,
            outStep,
            tapStep);
      }
      for (; i < outputs; i++) {
        int at = io + i * outStep + lane;
        one(out, oo + i * LANES + lane, count, taps, to + lane, in, at, tapStep);
      }
    }
  }

  private static void four(
      float[] out,
      int oo,
      int count,
      float[] taps,
      int to,
      float[] in,
      int io,
      int outStep,
      int tapStep) {
    FloatVector o0 = FloatVector.fromArray(SPECIES, out, oo);
    FloatVector o1 = FloatVector.fromArray(SPECIES, out, oo + LANES);
    FloatVector o2 = FloatVector.fromArray(SPECIES, out, oo + 2 * LANES);
    FloatVector o3 = FloatVector.fromArray(SPECIES, out, oo + 3 * LANES);
    for (int k = 0; k < count; k++) {
      int at = io + k * tapStep;
      FloatVector tap = FloatVector.fromArray(SPECIES, taps, to + k * LANES);
      o0 = tap.fma(FloatVector.fromArray(SPECIES, in, at), o0);
      o1 = tap.fma(FloatVector.fromArray(SPECIES, in, at + outStep), o1);
      o2 = tap.fma(FloatVector.fromArray(SPECIES, in, at + 2 * outStep), o2);
      o3 = tap.fma(FloatVector.fromArray(SPECIES, in, at + 3 * outStep), o3);
    }
    o0.intoArray(out, oo);
    o1.intoArray(out, oo + LANES);
    o2.intoArray(out, oo + 2 * LANES);
    o3.intoArray(out, oo + 3 * LANES);
  }

  private static void one(
      float[] out, int oo, int count, float[] taps, int to, float[] in, int io, int tapStep) {
    FloatVector sum = FloatVector.fromArray(SPECIES, out, oo);
    for (int k = 0; k < count; k++) {
      FloatVector tap = FloatVector.fromArray(SPECIES, taps, to + k * LANES);
      sum = tap.fma(FloatVector.fromArray(SPECIES, in, io + k * tapStep), sum);
    }
    sum.intoArray(out, oo);
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
    for (int lane = 0; lane < LANES; lane += L) {
      for (int k = 0; k < count; k++) {
        int tap = to + k * LANES + lane;
        spread(outputs, out, oo + lane, taps, tap, in, io + k * tapStep + lane, outStep);
      }
    }
  }

  private static void spread(
      int outputs, float[] out, int oo, float[] taps, int to, float[] in, int io, int outStep) {
    FloatVector tap = FloatVector.fromArray(SPECIES, taps, to);
    for (int i = 0; i < outputs; i++) {
      int at = io + i * outStep;
      tap.fma(
              FloatVector.fromArray(SPECIES, out, oo + i * LANES),
              FloatVector.fromArray(SPECIES, in, at))
          .intoArray(in, at);
    }
  }
}
