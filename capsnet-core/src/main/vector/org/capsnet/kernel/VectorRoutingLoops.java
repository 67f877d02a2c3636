package org.capsnet.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops with the Vector API: what is used more than once stays in registers. */
final class VectorRoutingLoops implements RoutingLoops {

  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= Gemm.LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int L = SPECIES.length();

  /** Numbers of votes whose gradients are taken up at once. */
  private static final int ROWS = 160;

  private static final float[] ZEROS = new float[L];

  private static final float[] LEAST = new float[L];

  static {
    Arrays.fill(LEAST, Float.NEGATIVE_INFINITY);
  }

  /** Of a thread, two vectors. */
  private final ThreadLocal<float[]> row = ThreadLocal.withInitial(() -> new float[2 * L]);

  private final ThreadLocal<GradientScratch> gradient = new ThreadLocal<>();

  /** Of a thread, poses that are turned, and their gradients, and a vote's gradients as pairs. */
  private static final class GradientScratch {
    final float[] turned;
    final float[] du;
    final long[] pairs;

    GradientScratch(int inDim, int n) {
      turned = new float[n * Gemm.padded(inDim)];
      du = new float[inDim * n];
      pairs = new long[ROWS * n / 2];
    }

    boolean fits(int inDim, int n) {
      return turned.length == n * Gemm.padded(inDim) && du.length == inDim * n;
    }
  }

  /** Two vectors: so are the tiles, and what belongs to an output capsule fits the cache. */
  @Override
  public int lanes() {
    return Math.max(Gemm.LANES, 2 * L);
  }

  @Override
  public void addVotes(
      int count,
      int rows,
      int inDim,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] sums) {
    for (int i = 0; i < count; i++) {
      int w = wo + i * rows * inDim;
      VectorVotes.addVotes(rows, inDim, n, weights, w, poses, po + i * inDim * n, sums);
    }
  }

  @Override
  public void vote(
      int out,
      int dim,
      int inDim,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] direction,
      float[] votes,
      int vo,
      float[] agreement,
      int ao) {
    for (int j = 0; j < out; j++) {
      int x = j * dim;
      VectorVotes.vote(
          dim,
          inDim,
          n,
          weights,
          wo + x * inDim,
          poses,
          po,
          votes,
          vo + x * n,
          direction,
          x * n,
          agreement,
          ao + j * n);
    }
  }

  @Override
  public void agreement(int out, int dim, int n, float[] a, int ao, float[] b, float[] to, int at) {
    for (int j = 0; j < out; j++) {
      for (int t = 0; t < n; t += L) {
        int x = j * dim * n + t;
        agreement(dim, n, a, ao + x, b, x, to, at + j * n + t);
      }
    }
  }

  /** In two sums, since each has to wait for its last addition. */
  private static void agreement(
      int dim, int n, float[] a, int ao, float[] b, int bo, float[] to, int at) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int even = dim / 2 * 2;
    for (int d = 0; d < even; d += 2) {
      s0 = load(a, ao + d * n).fma(load(b, bo + d * n), s0);
      s1 = load(a, ao + d * n + n).fma(load(b, bo + d * n + n), s1);
    }
    for (int d = even; d < dim; d++) {
      s0 = load(a, ao + d * n).fma(load(b, bo + d * n), s0);
    }
    s0.add(s1).intoArray(to, at);
  }

  @Override
  public void accumulate(
      int out,
      int dim,
      int n,
      int count,
      float[] factors,
      int fo,
      int stride,
      float[] votes,
      float[] sums) {
    int each = out * dim * n;
    for (int j = 0; j < out; j++) {
      for (int t = 0; t < n; t += L) {
        int i = 0;
        int x = j * dim * n + t;
        for (; i + 4 <= count; i += 4) {
          accumulate4(
              dim,
              n,
              factors,
              fo + i * stride + j * n + t,
              stride,
              votes,
              i * each + x,
              each,
              sums,
              x);
        }
        for (; i < count; i++) {
          accumulate1(dim, n, factors, fo + i * stride + j * n + t, votes, i * each + x, sums, x);
        }
      }
    }
  }

  private static void accumulate4(
      int dim,
      int n,
      float[] factors,
      int at,
      int stride,
      float[] votes,
      int v,
      int each,
      float[] sums,
      int x) {
    FloatVector c0 = load(factors, at);
    FloatVector c1 = load(factors, at + stride);
    FloatVector c2 = load(factors, at + 2 * stride);
    FloatVector c3 = load(factors, at + 3 * stride);
    for (int d = 0; d < dim; d++) {
      int y = v + d * n;
      FloatVector s = c0.fma(load(votes, y), load(sums, x + d * n));
      s = c1.fma(load(votes, y + each), s);
      s = c2.fma(load(votes, y + 2 * each), s);
      c3.fma(load(votes, y + 3 * each), s).intoArray(sums, x + d * n);
    }
  }

  private static void accumulate1(
      int dim, int n, float[] factors, int at, float[] votes, int v, float[] sums, int x) {
    FloatVector c = load(factors, at);
    for (int d = 0; d < dim; d++) {
      c.fma(load(votes, v + d * n), load(sums, x + d * n)).intoArray(sums, x + d * n);
    }
  }

  /** One output capsule after another, so that its directions are in the cache for all. */
  @Override
  public void combine(
      int out,
      int dim,
      int n,
      int count,
      float[] terms,
      int from,
      int stride,
      float[][] directions,
      float[] to) {
    for (int j = 0; j < out; j++) {
      int x = j * dim * n;
      for (int i = 0; i < count; i++) {
        int term = from + (i * out + j) * n;
        combineOne(dim, n, terms, term, stride, directions, x, to, i * out * dim * n + x);
      }
    }
  }

  /** Makes the gradient of the vote for one output capsule, whose directions begin at x. */
  private static void combineOne(
      int dim,
      int n,
      float[] terms,
      int from,
      int stride,
      float[][] directions,
      int x,
      float[] to,
      int at) {
    int count = directions.length;
    if (count == 1) {
      System.arraycopy(directions[0], x, to, at, dim * n);
    }
    for (int t = 0; t < n; t += L) {
      float[] start = directions[0];
      int so = x + t;
      for (int q = 1; q < count; ) {
        int c = from + (q - 1) * stride + t;
        if (q + 4 <= count) {
          combine4(dim, n, terms, c, stride, start, so, directions, q, x + t, to, at + t);
          q += 4;
        } else if (q + 2 <= count) {
          combine2(dim, n, terms, c, stride, start, so, directions, q, x + t, to, at + t);
          q += 2;
        } else {
          combine1(dim, n, terms, c, start, so, directions, q, x + t, to, at + t);
          q++;
        }
        start = to;
        so = at + t;
      }
    }
  }

  private static void combine4(
      int dim,
      int n,
      float[] terms,
      int from,
      int stride,
      float[] start,
      int so,
      float[][] directions,
      int q,
      int x,
      float[] to,
      int at) {
    FloatVector c0 = load(terms, from);
    FloatVector c1 = load(terms, from + stride);
    FloatVector c2 = load(terms, from + 2 * stride);
    FloatVector c3 = load(terms, from + 3 * stride);
    float[] d0 = directions[q];
    float[] d1 = directions[q + 1];
    float[] d2 = directions[q + 2];
    float[] d3 = directions[q + 3];
    for (int d = 0; d < dim; d++) {
      int y = x + d * n;
      FloatVector s = c0.fma(load(d0, y), load(start, so + d * n));
      s = c1.fma(load(d1, y), s);
      s = c2.fma(load(d2, y), s);
      c3.fma(load(d3, y), s).intoArray(to, at + d * n);
    }
  }

  private static void combine2(
      int dim,
      int n,
      float[] terms,
      int from,
      int stride,
      float[] start,
      int so,
      float[][] directions,
      int q,
      int x,
      float[] to,
      int at) {
    FloatVector c0 = load(terms, from);
    FloatVector c1 = load(terms, from + stride);
    float[] d0 = directions[q];
    float[] d1 = directions[q + 1];
    for (int d = 0; d < dim; d++) {
      int y = x + d * n;
      FloatVector s = c0.fma(load(d0, y), load(start, so + d * n));
      c1.fma(load(d1, y), s).intoArray(to, at + d * n);
    }
  }

  private static void combine1(
      int dim,
      int n,
      float[] terms,
      int from,
      float[] start,
      int so,
      float[][] directions,
      int q,
      int x,
      float[] to,
      int at) {
    FloatVector c0 = load(terms, from);
    float[] d0 = directions[q];
    for (int d = 0; d < dim; d++) {
      int y = x + d * n;
      c0.fma(load(d0, y), load(start, so + d * n)).intoArray(to, at + d * n);
    }
  }

  @Override
  public void softmax(
      int out, int n, boolean leaky, float[] logits, int lo, float[] coupling, int co) {
    float[] ends = row.get();
    for (int t = 0; t < n; t += L) {
      largest(out, n, leaky ? ZEROS : LEAST, logits, lo + t, ends);
      Arrays.fill(ends, L, 2 * L, 0);
      if (leaky) {
        exp(1, n, ZEROS, 0, ends, coupling, co + t);
      }
      exp(out, n, logits, lo + t, ends, coupling, co + t);
      divide(out, n, ends, coupling, co + t);
    }
  }

  private static void largest(int out, int n, float[] least, float[] logits, int lo, float[] to) {
    FloatVector largest = load(least, 0);
    for (int j = 0; j < out; j++) {
      largest = largest.max(load(logits, lo + j * n));
    }
    largest.intoArray(to, 0);
  }

  /**
   * Makes powers of e, good to 1e-7, and adds them to their sum. They are {@code e^x = 2^k e^r},
   * where no x is above 0 and those below -87 are taken as -87. A number is added to k that is so
   * large that its last bit counts ones, which rounds it and leaves its bits where a power of 2
   * wants them.
   *
   * @param from rows of exponents, from {@code fo} on
   * @param ends a vector that is subtracted from them, and behind it the sum
   */
  private static void exp(int rows, int n, float[] from, int fo, float[] ends, float[] to, int at) {
    FloatVector shift = load(ends, 0);
    FloatVector sum = load(ends, L);
    for (int j = 0; j < rows; j++) {
      FloatVector x = load(from, fo + j * n).sub(shift).max(Loops.LEAST_EXPONENT);
      FloatVector shifted = x.mul(Loops.LOG2_E).add(Loops.ROUNDER);
      FloatVector k = shifted.sub(Loops.ROUNDER);
      FloatVector r = k.fma(FloatVector.broadcast(SPECIES, -Loops.LN_2), x);
      r = k.fma(FloatVector.broadcast(SPECIES, -Loops.LN_2_REST), r);
      FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040);
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 720));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 120));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 24));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1f / 6));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1));
      p = p.fma(r, FloatVector.broadcast(SPECIES, 1));
      IntVector bits = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, Loops.MANTISSA);
      FloatVector e = p.mul(bits.add(Loops.ONE).reinterpretAsFloats());
      e.intoArray(to, at + j * n);
      sum = sum.add(e);
    }
    sum.intoArray(ends, L);
  }

  private static void divide(int out, int n, float[] ends, float[] coupling, int co) {
    FloatVector scale = FloatVector.broadcast(SPECIES, 1).div(load(ends, L));
    for (int j = 0; j < out; j++) {
      load(coupling, co + j * n).mul(scale).intoArray(coupling, co + j * n);
    }
  }

  @Override
  public void softmaxGradient(
      int out,
      int n,
      float[] c,
      int co,
      float[] g,
      int go,
      float[] more,
      int mo,
      float[] to,
      int at) {
    for (int t = 0; t < n; t += L) {
      FloatVector mean = FloatVector.zero(SPECIES);
      for (int j = 0; j < out; j++) {
        mean = load(c, co + j * n + t).fma(load(g, go + j * n + t), mean);
      }
      for (int j = 0; j < out; j++) {
        int x = j * n + t;
        load(g, go + x).sub(mean).mul(load(c, co + x)).intoArray(to, at + x);
      }
    }
    if (more != null) {
      for (int x = 0; x < out * n; x += L) {
        load(to, at + x).add(load(more, mo + x)).intoArray(to, at + x);
      }
    }
  }

  @Override
  public void gradients(
      int rows,
      int inDim,
      int n,
      float[] voteGradient,
      int go,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] dw,
      int at) {
    int row = Gemm.padded(inDim);
    GradientScratch own = gradientScratch(inDim, n);
    Arrays.fill(own.du, 0);
    VectorWeightGradients.turn(inDim, n, poses, po, own.turned);
    for (int x = 0; x < rows; x += ROWS) {
      int count = Math.min(ROWS, rows - x);
      int g = go + x * n;
      VectorWeightGradients.add(
          count, inDim, n, voteGradient, g, own.pairs, own.turned, dw, at + x * row);
      VectorVotes.add(
          inDim, count, n, weights, wo + x * inDim, 1, inDim, voteGradient, g, own.du, 0);
    }
    System.arraycopy(own.du, 0, poses, po, inDim * n);
  }

  private GradientScratch gradientScratch(int inDim, int n) {
    GradientScratch scratch = gradient.get();
    if (scratch == null || !scratch.fits(inDim, n)) {
      scratch = new GradientScratch(inDim, n);
      gradient.set(scratch);
    }
    return scratch;
  }

  @Override
  public void pack(int rows, int inDim, float[] dw) {
    VectorWeightGradients.pack(rows, inDim, dw);
  }

  private static FloatVector load(float[] a, int at) {
    return FloatVector.fromArray(SPECIES, a, at);
  }
}
