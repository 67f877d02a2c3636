package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loop over channels by the Vector API: a vector of channels of up to eight places at a time,
 * written out for the reason that {@link VectorGemm} gives.
 */
final class VectorChannelLoops implements ChannelLoops {

  private static final VectorSpecies<Float> SPECIES = VectorGemm.SPECIES;
  private static final int L = SPECIES.length();
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
    for (int lane = 0; lane < LANES; lane += L) {
      int o = oo + lane;
      int x = io + lane;
      int t = at + lane;
      int i = 0;
      for (; i + 8 <= outputs; i += 8) {
        eight(out, o + i * LANES, in, x + i * step, step, places, from, to, taps, t);
      }
      for (; i + 4 <= outputs; i += 4) {
        four(out, o + i * LANES, in, x + i * step, step, places, from, to, taps, t);
      }
      for (; i < outputs; i++) {
        one(out, o + i * LANES, in, x + i * step, places, from, to, taps, t);
      }
    }
  }

  private static void eight(
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
    FloatVector o0 = FloatVector.fromArray(SPECIES, out, oo);
    FloatVector o1 = FloatVector.fromArray(SPECIES, out, oo + LANES);
    FloatVector o2 = FloatVector.fromArray(SPECIES, out, oo + 2 * LANES);
    FloatVector o3 = FloatVector.fromArray(SPECIES, out, oo + 3 * LANES);
    FloatVector o4 = FloatVector.fromArray(SPECIES, out, oo + 4 * LANES);
    FloatVector o5 = FloatVector.fromArray(SPECIES, out, oo + 5 * LANES);
    FloatVector o6 = FloatVector.fromArray(SPECIES, out, oo + 6 * LANES);
    FloatVector o7 = FloatVector.fromArray(SPECIES, out, oo + 7 * LANES);
    for (int k = from; k < to; k++) {
      int x = io + places[k];
      FloatVector tap = FloatVector.fromArray(SPECIES, taps, at + k * LANES);
      o0 = tap.fma(FloatVector.fromArray(SPECIES, in, x), o0);
      o1 = tap.fma(FloatVector.fromArray(SPECIES, in, x + step), o1);
      o2 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 2 * step), o2);
      o3 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 3 * step), o3);
      o4 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 4 * step), o4);
      o5 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 5 * step), o5);
      o6 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 6 * step), o6);
      o7 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 7 * step), o7);
    }
    o0.intoArray(out, oo);
    o1.intoArray(out, oo + LANES);
    o2.intoArray(out, oo + 2 * LANES);
    o3.intoArray(out, oo + 3 * LANES);
    o4.intoArray(out, oo + 4 * LANES);
    o5.intoArray(out, oo + 5 * LANES);
    o6.intoArray(out, oo + 6 * LANES);
    o7.intoArray(out, oo + 7 * LANES);
  }

  private static void four(
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
    FloatVector o0 = FloatVector.fromArray(SPECIES, out, oo);
    FloatVector o1 = FloatVector.fromArray(SPECIES, out, oo + LANES);
    FloatVector o2 = FloatVector.fromArray(SPECIES, out, oo + 2 * LANES);
    FloatVector o3 = FloatVector.fromArray(SPECIES, out, oo + 3 * LANES);
    for (int k = from; k < to; k++) {
      int x = io + places[k];
      FloatVector tap = FloatVector.fromArray(SPECIES, taps, at + k * LANES);
      o0 = tap.fma(FloatVector.fromArray(SPECIES, in, x), o0);
      o1 = tap.fma(FloatVector.fromArray(SPECIES, in, x + step), o1);
      o2 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 2 * step), o2);
      o3 = tap.fma(FloatVector.fromArray(SPECIES, in, x + 3 * step), o3);
    }
    o0.intoArray(out, oo);
    o1.intoArray(out, oo + LANES);
    o2.intoArray(out, oo + 2 * LANES);
    o3.intoArray(out, oo + 3 * LANES);
  }

  private static void one(
      float[] out,
      int oo,
      float[] in,
      int io,
      int[] places,
      int from,
      int to,
      float[] taps,
      int at) {
    FloatVector o0 = FloatVector.fromArray(SPECIES, out, oo);
    for (int k = from; k < to; k++) {
      int x = io + places[k];
      FloatVector tap = FloatVector.fromArray(SPECIES, taps, at + k * LANES);
      o0 = tap.fma(FloatVector.fromArray(SPECIES, in, x), o0);
    }
    o0.intoArray(out, oo);
  }
}
