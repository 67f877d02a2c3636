package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Gradients of weights, {@code dw_dk += Σ_n g_d[n] · pose_k[n]}, with the Vector API: the numbers
 * of a pose fill vectors, eight rows of which are held in registers while the samples pass by.
 *
 * <p>Where two poses fit a vector, it holds those of two samples, number by number, and what it is
 * multiplied by are the gradients of these samples in turn: two floats are spread over a vector as
 * one long. So every other number of the sum belongs to the other sample, and {@link #pack} adds
 * them up.
 */
final class VectorWeightGradients {

  private static final VectorSpecies<Float> SPECIES = VectorRoutingLoops.SPECIES;
  private static final VectorSpecies<Long> PAIRS =
      VectorSpecies.of(long.class, SPECIES.vectorShape());
  private static final int L = SPECIES.length();

  /** Rows of a tile. */
  private static final int ROWS = 8;

  private VectorWeightGradients() {}

  private static boolean inPairs(int inDim) {
    return 2 * inDim <= L;
  }

  /**
   * Turns the poses of an input capsule.
   *
   * @param poses {@code [inDim][n]}, from {@code po} on
   * @param turned n rows of {@link Gemm#padded} inDim, or half as many for pairs of samples
   */
  static void turn(int inDim, int n, float[] poses, int po, float[] turned) {
    int row = Gemm.padded(inDim);
    boolean inPairs = inPairs(inDim);
    for (int k = 0; k < inDim; k++) {
      for (int i = 0; i < n; i++) {
        int to = inPairs ? i / 2 * row + 2 * k + i % 2 : i * row + k;
        turned[to] = poses[po + k * n + i];
      }
    }
  }

  /**
   * Adds the gradients.
   *
   * @param g {@code [dim][n]}, from {@code go} on
   * @param pairs room for half as many
   * @param turned what {@link #turn} made
   * @param dw rows of {@link Gemm#padded} inDim, from {@code at} on
   */
  static void add(
      int dim,
      int inDim,
      int n,
      float[] g,
      int go,
      long[] pairs,
      float[] turned,
      float[] dw,
      int at) {
    if (inPairs(inDim)) {
      addPairs(dim, inDim, n, g, go, pairs, turned, dw, at);
      return;
    }
    int row = Gemm.padded(inDim);
    for (int k = 0; k < inDim; k += L) {
      int x = 0;
      for (; x + ROWS <= dim; x += ROWS) {
        tile8(n, g, go + x * n, turned, k, row, dw, at + x * row + k, row);
      }
      for (; x < dim; x++) {
        tile1(n, g, go + x * n, turned, k, row, dw, at + x * row + k);
      }
    }
  }

  private static void addPairs(
      int dim,
      int inDim,
      int n,
      float[] g,
      int go,
      long[] pairs,
      float[] turned,
      float[] dw,
      int at) {
    for (int x = 0; x < dim * n; x += L) {
      FloatVector.fromArray(SPECIES, g, go + x).reinterpretAsLongs().intoArray(pairs, x / 2);
    }
    int row = Gemm.padded(inDim);
    int half = n / 2;
    int x = 0;
    for (; x + ROWS <= dim; x += ROWS) {
      pairs8(half, pairs, x * half, turned, 0, row, dw, at + x * row, row);
    }
    for (; x < dim; x++) {
      pairs1(half, pairs, x * half, turned, 0, row, dw, at + x * row);
    }
  }

  /** {@link RoutingLoops#pack}. */
  static void pack(int rows, int inDim, float[] dw) {
    int row = Gemm.padded(inDim);
    boolean inPairs = inPairs(inDim);
    for (int x = 0; x < rows; x++) {
      for (int k = 0; k < inDim; k++) {
        int from = x * row;
        dw[x * inDim + k] = inPairs ? dw[from + 2 * k] + dw[from + 2 * k + 1] : dw[from + k];
      }
    }
  }

  private static void tile8(
      int n,
      float[] g,
      int from,
      float[] turned,
      int first,
      int row,
      float[] dw,
      int at,
      int stride) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector s7 = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector u = FloatVector.fromArray(SPECIES, turned, first + i * row);
      int x = from + i;
      s0 = FloatVector.broadcast(SPECIES, g[x]).fma(u, s0);
      s1 = FloatVector.broadcast(SPECIES, g[x + n]).fma(u, s1);
      s2 = FloatVector.broadcast(SPECIES, g[x + 2 * n]).fma(u, s2);
      s3 = FloatVector.broadcast(SPECIES, g[x + 3 * n]).fma(u, s3);
      s4 = FloatVector.broadcast(SPECIES, g[x + 4 * n]).fma(u, s4);
      s5 = FloatVector.broadcast(SPECIES, g[x + 5 * n]).fma(u, s5);
      s6 = FloatVector.broadcast(SPECIES, g[x + 6 * n]).fma(u, s6);
      s7 = FloatVector.broadcast(SPECIES, g[x + 7 * n]).fma(u, s7);
    }
    s0.add(FloatVector.fromArray(SPECIES, dw, at)).intoArray(dw, at);
    s1.add(FloatVector.fromArray(SPECIES, dw, at + stride)).intoArray(dw, at + stride);
    s2.add(FloatVector.fromArray(SPECIES, dw, at + 2 * stride)).intoArray(dw, at + 2 * stride);
    s3.add(FloatVector.fromArray(SPECIES, dw, at + 3 * stride)).intoArray(dw, at + 3 * stride);
    s4.add(FloatVector.fromArray(SPECIES, dw, at + 4 * stride)).intoArray(dw, at + 4 * stride);
    s5.add(FloatVector.fromArray(SPECIES, dw, at + 5 * stride)).intoArray(dw, at + 5 * stride);
    s6.add(FloatVector.fromArray(SPECIES, dw, at + 6 * stride)).intoArray(dw, at + 6 * stride);
    s7.add(FloatVector.fromArray(SPECIES, dw, at + 7 * stride)).intoArray(dw, at + 7 * stride);
  }

  private static void tile1(
      int n, float[] g, int from, float[] turned, int first, int row, float[] dw, int at) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector u = FloatVector.fromArray(SPECIES, turned, first + i * row);
      int x = from + i;
      s0 = FloatVector.broadcast(SPECIES, g[x]).fma(u, s0);
    }
    s0.add(FloatVector.fromArray(SPECIES, dw, at)).intoArray(dw, at);
  }

  private static void pairs8(
      int n,
      long[] g,
      int from,
      float[] turned,
      int first,
      int row,
      float[] dw,
      int at,
      int stride) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector s7 = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector u = FloatVector.fromArray(SPECIES, turned, first + i * row);
      int x = from + i;
      s0 = LongVector.broadcast(PAIRS, g[x]).reinterpretAsFloats().fma(u, s0);
      s1 = LongVector.broadcast(PAIRS, g[x + n]).reinterpretAsFloats().fma(u, s1);
      s2 = LongVector.broadcast(PAIRS, g[x + 2 * n]).reinterpretAsFloats().fma(u, s2);
      s3 = LongVector.broadcast(PAIRS, g[x + 3 * n]).reinterpretAsFloats().fma(u, s3);
      s4 = LongVector.broadcast(PAIRS, g[x + 4 * n]).reinterpretAsFloats().fma(u, s4);
      s5 = LongVector.broadcast(PAIRS, g[x + 5 * n]).reinterpretAsFloats().fma(u, s5);
      s6 = LongVector.broadcast(PAIRS, g[x + 6 * n]).reinterpretAsFloats().fma(u, s6);
      s7 = LongVector.broadcast(PAIRS, g[x + 7 * n]).reinterpretAsFloats().fma(u, s7);
    }
    s0.add(FloatVector.fromArray(SPECIES, dw, at)).intoArray(dw, at);
    s1.add(FloatVector.fromArray(SPECIES, dw, at + stride)).intoArray(dw, at + stride);
    s2.add(FloatVector.fromArray(SPECIES, dw, at + 2 * stride)).intoArray(dw, at + 2 * stride);
    s3.add(FloatVector.fromArray(SPECIES, dw, at + 3 * stride)).intoArray(dw, at + 3 * stride);
    s4.add(FloatVector.fromArray(SPECIES, dw, at + 4 * stride)).intoArray(dw, at + 4 * stride);
    s5.add(FloatVector.fromArray(SPECIES, dw, at + 5 * stride)).intoArray(dw, at + 5 * stride);
    s6.add(FloatVector.fromArray(SPECIES, dw, at + 6 * stride)).intoArray(dw, at + 6 * stride);
    s7.add(FloatVector.fromArray(SPECIES, dw, at + 7 * stride)).intoArray(dw, at + 7 * stride);
  }

  private static void pairs1(
      int n, long[] g, int from, float[] turned, int first, int row, float[] dw, int at) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector u = FloatVector.fromArray(SPECIES, turned, first + i * row);
      int x = from + i;
      s0 = LongVector.broadcast(PAIRS, g[x]).reinterpretAsFloats().fma(u, s0);
    }
    s0.add(FloatVector.fromArray(SPECIES, dw, at)).intoArray(dw, at);
  }
}
