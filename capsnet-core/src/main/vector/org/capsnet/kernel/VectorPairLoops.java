package org.capsnet.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over pairs by the Vector API, for votes of whole vectors; the plain loops take others,
 * also where shorter vectors would do: operations on vectors of a second length spoil what C2 has
 * learned of the first, and by chance in every other process both make objects. The innermost
 * loops, over the input capsules of one output capsule, are methods of their own for the reason
 * that {@link VectorGemm} gives.
 */
final class VectorPairLoops extends PlainPairLoops {

  private static final VectorSpecies<Float> SPECIES = VectorRoutingLoops.SPECIES;
  private static final int L = SPECIES.length();

  private static FloatVector load(float[] x, int at) {
    return FloatVector.fromArray(SPECIES, x, at);
  }

  @Override
  public void sums(float[] w, float[] votes, int in, int out, int dim, float[] to) {
    if (dim % L != 0) {
      super.sums(w, votes, in, out, dim, to);
      return;
    }
    for (int j = 0; j < out; j++) {
      int d = j * dim;
      int end = d + dim;
      for (; d + 2 * L <= end; d += 2 * L) {
        sumTwo(in, w, j, out, votes, out * dim, to, d);
      }
      for (; d < end; d += L) {
        sumOne(in, w, j, out, votes, out * dim, to, d);
      }
    }
  }

  private static void sumTwo(
      int in, float[] w, int j, int out, float[] votes, int each, float[] to, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    for (int i = 0; i < in; i++) {
      FloatVector f = FloatVector.broadcast(SPECIES, w[i * out + j]);
      s0 = f.fma(load(votes, i * each + d), s0);
      s1 = f.fma(load(votes, i * each + d + L), s1);
    }
    s0.intoArray(to, d);
    s1.intoArray(to, d + L);
  }

  private static void sumOne(
      int in, float[] w, int j, int out, float[] votes, int each, float[] to, int d) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    for (int i = 0; i < in; i++) {
      FloatVector f = FloatVector.broadcast(SPECIES, w[i * out + j]);
      s0 = f.fma(load(votes, i * each + d), s0);
    }
    s0.intoArray(to, d);
  }

  @Override
  public void dots(float[] votes, float[] y, int in, int out, int dim, float[] to) {
    if (dim % L != 0) {
      super.dots(votes, y, in, out, dim, to);
      return;
    }
    Arrays.fill(to, 0, in * out, 0);
    float[] lanes = VectorLanes.own();
    for (int j = 0; j < out; j++) {
      int d = j * dim;
      int end = d + dim;
      for (; d + 2 * L <= end; d += 2 * L) {
        dotTwo(in, votes, out * dim, y, d, to, j, out, lanes);
      }
      for (; d < end; d += L) {
        dotOne(in, votes, out * dim, y, d, to, j, out, lanes);
      }
    }
  }

  private static void dotTwo(
      int in,
      float[] votes,
      int each,
      float[] y,
      int d,
      float[] to,
      int j,
      int out,
      float[] lanes) {
    for (int i = 0; i < in; i++) {
      FloatVector s = load(y, d).mul(load(votes, i * each + d));
      s = load(y, d + L).fma(load(votes, i * each + d + L), s);
      to[i * out + j] += VectorLanes.sum(s, lanes);
    }
  }

  private static void dotOne(
      int in,
      float[] votes,
      int each,
      float[] y,
      int d,
      float[] to,
      int j,
      int out,
      float[] lanes) {
    for (int i = 0; i < in; i++) {
      FloatVector s = load(y, d).mul(load(votes, i * each + d));
      to[i * out + j] += VectorLanes.sum(s, lanes);
    }
  }

  @Override
  public void outer(float[] w, float[] y, int in, int out, int dim, float[] to) {
    if (dim % L != 0) {
      super.outer(w, y, in, out, dim, to);
      return;
    }
    for (int j = 0; j < out; j++) {
      int d = j * dim;
      int end = d + dim;
      for (; d + 2 * L <= end; d += 2 * L) {
        scaleTwo(in, w, j, out, y, d, to, out * dim);
      }
      for (; d < end; d += L) {
        scaleOne(in, w, j, out, y, d, to, out * dim);
      }
    }
  }

  private static void scaleTwo(
      int in, float[] w, int j, int out, float[] y, int d, float[] to, int each) {
    for (int i = 0; i < in; i++) {
      FloatVector f = FloatVector.broadcast(SPECIES, w[i * out + j]);
      f.mul(load(y, d)).intoArray(to, i * each + d);
      f.mul(load(y, d + L)).intoArray(to, i * each + d + L);
    }
  }

  private static void scaleOne(
      int in, float[] w, int j, int out, float[] y, int d, float[] to, int each) {
    for (int i = 0; i < in; i++) {
      FloatVector f = FloatVector.broadcast(SPECIES, w[i * out + j]);
      f.mul(load(y, d)).intoArray(to, i * each + d);
    }
  }
}
