package org.capsnet.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops with the Vector API: what is used more than once stays in registers. */
final class VectorRoutingLoops implements RoutingLoops {

  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= Gemm.LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int L = SPECIES.length();

  /** The least exponent whose power of e is a normal float. */
  private static final float LEAST_EXPONENT = -87;

  /** Whether there are registers for 4 rows by 4 vectors. */
  private static final boolean WIDE = L >= 16;

  /** What a sum starts from. */
  private static final float[] ZEROS = new float[4 * L];

  /** Rows of a tile of {@link #sumOverSamples}. */
  private static final int ROWS = 8;

  private final ThreadLocal<float[]> packed = ThreadLocal.withInitial(() -> new float[0]);

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
      float[] agreement) {
    for (int j = 0; j < out; j++) {
      int t = 0;
      for (; WIDE && t + 4 * L <= n; t += 4 * L) {
        for (int d = 0; d < dim; ) {
          int x = j * dim + d;
          float[] start = d == 0 ? ZEROS : agreement;
          int so = d == 0 ? 0 : j * n + t;
          int w = wo + x * inDim;
          if (d + 4 <= dim) {
            vote4x4(
                inDim, weights, w, poses, po + t, n, votes, x * n + t, direction, start, so,
                agreement, j * n + t);
            d += 4;
          } else {
            vote1x4(
                inDim, weights, w, poses, po + t, n, votes, x * n + t, direction, start, so,
                agreement, j * n + t);
            d++;
          }
        }
      }
      for (; t < n; t += L) {
        for (int d = 0; d < dim; ) {
          int x = j * dim + d;
          float[] start = d == 0 ? ZEROS : agreement;
          int so = d == 0 ? 0 : j * n + t;
          int w = wo + x * inDim;
          if (d + 8 <= dim) {
            vote8x1(
                inDim, weights, w, poses, po + t, n, votes, x * n + t, direction, start, so,
                agreement, j * n + t);
            d += 8;
          } else {
            vote1x1(
                inDim, weights, w, poses, po + t, n, votes, x * n + t, direction, start, so,
                agreement, j * n + t);
            d++;
          }
        }
      }
    }
  }

  /** 4 rows by 4 vectors. */
  private static void vote4x4(
      int k,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      int n,
      float[] votes,
      int vo,
      float[] direction,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c11 = FloatVector.zero(SPECIES);
    FloatVector c12 = FloatVector.zero(SPECIES);
    FloatVector c13 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c21 = FloatVector.zero(SPECIES);
    FloatVector c22 = FloatVector.zero(SPECIES);
    FloatVector c23 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c31 = FloatVector.zero(SPECIES);
    FloatVector c32 = FloatVector.zero(SPECIES);
    FloatVector c33 = FloatVector.zero(SPECIES);
    for (int l = 0; l < k; l++) {
      int w = wo + l;
      int u = po + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
      FloatVector u1 = FloatVector.fromArray(SPECIES, poses, u + L);
      FloatVector u2 = FloatVector.fromArray(SPECIES, poses, u + 2 * L);
      FloatVector u3 = FloatVector.fromArray(SPECIES, poses, u + 3 * L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w]);
      c00 = w0.fma(u0, c00);
      c01 = w0.fma(u1, c01);
      c02 = w0.fma(u2, c02);
      c03 = w0.fma(u3, c03);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + k]);
      c10 = w1.fma(u0, c10);
      c11 = w1.fma(u1, c11);
      c12 = w1.fma(u2, c12);
      c13 = w1.fma(u3, c13);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[w + 2 * k]);
      c20 = w2.fma(u0, c20);
      c21 = w2.fma(u1, c21);
      c22 = w2.fma(u2, c22);
      c23 = w2.fma(u3, c23);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[w + 3 * k]);
      c30 = w3.fma(u0, c30);
      c31 = w3.fma(u1, c31);
      c32 = w3.fma(u2, c32);
      c33 = w3.fma(u3, c33);
    }
    c00.intoArray(votes, vo);
    c01.intoArray(votes, vo + L);
    c02.intoArray(votes, vo + 2 * L);
    c03.intoArray(votes, vo + 3 * L);
    c10.intoArray(votes, vo + n);
    c11.intoArray(votes, vo + n + L);
    c12.intoArray(votes, vo + n + 2 * L);
    c13.intoArray(votes, vo + n + 3 * L);
    c20.intoArray(votes, vo + 2 * n);
    c21.intoArray(votes, vo + 2 * n + L);
    c22.intoArray(votes, vo + 2 * n + 2 * L);
    c23.intoArray(votes, vo + 2 * n + 3 * L);
    c30.intoArray(votes, vo + 3 * n);
    c31.intoArray(votes, vo + 3 * n + L);
    c32.intoArray(votes, vo + 3 * n + 2 * L);
    c33.intoArray(votes, vo + 3 * n + 3 * L);
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector s1 = FloatVector.fromArray(SPECIES, start, so + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, start, so + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, start, so + 3 * L);
    s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, vo), s0);
    s1 = c01.fma(FloatVector.fromArray(SPECIES, direction, vo + L), s1);
    s2 = c02.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * L), s2);
    s3 = c03.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * L), s3);
    s0 = c10.fma(FloatVector.fromArray(SPECIES, direction, vo + n), s0);
    s1 = c11.fma(FloatVector.fromArray(SPECIES, direction, vo + n + L), s1);
    s2 = c12.fma(FloatVector.fromArray(SPECIES, direction, vo + n + 2 * L), s2);
    s3 = c13.fma(FloatVector.fromArray(SPECIES, direction, vo + n + 3 * L), s3);
    s0 = c20.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * n), s0);
    s1 = c21.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * n + L), s1);
    s2 = c22.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * n + 2 * L), s2);
    s3 = c23.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * n + 3 * L), s3);
    s0 = c30.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * n), s0);
    s1 = c31.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * n + L), s1);
    s2 = c32.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * n + 2 * L), s2);
    s3 = c33.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * n + 3 * L), s3);
    s0.intoArray(agreement, at);
    s1.intoArray(agreement, at + L);
    s2.intoArray(agreement, at + 2 * L);
    s3.intoArray(agreement, at + 3 * L);
  }

  /** A row by 4 vectors. */
  private static void vote1x4(
      int k,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      int n,
      float[] votes,
      int vo,
      float[] direction,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = FloatVector.zero(SPECIES);
    FloatVector c02 = FloatVector.zero(SPECIES);
    FloatVector c03 = FloatVector.zero(SPECIES);
    for (int l = 0; l < k; l++) {
      int w = wo + l;
      int u = po + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
      FloatVector u1 = FloatVector.fromArray(SPECIES, poses, u + L);
      FloatVector u2 = FloatVector.fromArray(SPECIES, poses, u + 2 * L);
      FloatVector u3 = FloatVector.fromArray(SPECIES, poses, u + 3 * L);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w]);
      c00 = w0.fma(u0, c00);
      c01 = w0.fma(u1, c01);
      c02 = w0.fma(u2, c02);
      c03 = w0.fma(u3, c03);
    }
    c00.intoArray(votes, vo);
    c01.intoArray(votes, vo + L);
    c02.intoArray(votes, vo + 2 * L);
    c03.intoArray(votes, vo + 3 * L);
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector s1 = FloatVector.fromArray(SPECIES, start, so + L);
    FloatVector s2 = FloatVector.fromArray(SPECIES, start, so + 2 * L);
    FloatVector s3 = FloatVector.fromArray(SPECIES, start, so + 3 * L);
    s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, vo), s0);
    s1 = c01.fma(FloatVector.fromArray(SPECIES, direction, vo + L), s1);
    s2 = c02.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * L), s2);
    s3 = c03.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * L), s3);
    s0.intoArray(agreement, at);
    s1.intoArray(agreement, at + L);
    s2.intoArray(agreement, at + 2 * L);
    s3.intoArray(agreement, at + 3 * L);
  }

  /** 8 rows by a vector. */
  private static void vote8x1(
      int k,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      int n,
      float[] votes,
      int vo,
      float[] direction,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c10 = FloatVector.zero(SPECIES);
    FloatVector c20 = FloatVector.zero(SPECIES);
    FloatVector c30 = FloatVector.zero(SPECIES);
    FloatVector c40 = FloatVector.zero(SPECIES);
    FloatVector c50 = FloatVector.zero(SPECIES);
    FloatVector c60 = FloatVector.zero(SPECIES);
    FloatVector c70 = FloatVector.zero(SPECIES);
    for (int l = 0; l < k; l++) {
      int w = wo + l;
      int u = po + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w]);
      c00 = w0.fma(u0, c00);
      FloatVector w1 = FloatVector.broadcast(SPECIES, weights[w + k]);
      c10 = w1.fma(u0, c10);
      FloatVector w2 = FloatVector.broadcast(SPECIES, weights[w + 2 * k]);
      c20 = w2.fma(u0, c20);
      FloatVector w3 = FloatVector.broadcast(SPECIES, weights[w + 3 * k]);
      c30 = w3.fma(u0, c30);
      FloatVector w4 = FloatVector.broadcast(SPECIES, weights[w + 4 * k]);
      c40 = w4.fma(u0, c40);
      FloatVector w5 = FloatVector.broadcast(SPECIES, weights[w + 5 * k]);
      c50 = w5.fma(u0, c50);
      FloatVector w6 = FloatVector.broadcast(SPECIES, weights[w + 6 * k]);
      c60 = w6.fma(u0, c60);
      FloatVector w7 = FloatVector.broadcast(SPECIES, weights[w + 7 * k]);
      c70 = w7.fma(u0, c70);
    }
    c00.intoArray(votes, vo);
    c10.intoArray(votes, vo + n);
    c20.intoArray(votes, vo + 2 * n);
    c30.intoArray(votes, vo + 3 * n);
    c40.intoArray(votes, vo + 4 * n);
    c50.intoArray(votes, vo + 5 * n);
    c60.intoArray(votes, vo + 6 * n);
    c70.intoArray(votes, vo + 7 * n);
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, vo), s0);
    s0 = c10.fma(FloatVector.fromArray(SPECIES, direction, vo + n), s0);
    s0 = c20.fma(FloatVector.fromArray(SPECIES, direction, vo + 2 * n), s0);
    s0 = c30.fma(FloatVector.fromArray(SPECIES, direction, vo + 3 * n), s0);
    s0 = c40.fma(FloatVector.fromArray(SPECIES, direction, vo + 4 * n), s0);
    s0 = c50.fma(FloatVector.fromArray(SPECIES, direction, vo + 5 * n), s0);
    s0 = c60.fma(FloatVector.fromArray(SPECIES, direction, vo + 6 * n), s0);
    s0 = c70.fma(FloatVector.fromArray(SPECIES, direction, vo + 7 * n), s0);
    s0.intoArray(agreement, at);
  }

  /** A row by a vector. */
  private static void vote1x1(
      int k,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      int n,
      float[] votes,
      int vo,
      float[] direction,
      float[] start,
      int so,
      float[] agreement,
      int at) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    for (int l = 0; l < k; l++) {
      int w = wo + l;
      int u = po + l * n;
      FloatVector u0 = FloatVector.fromArray(SPECIES, poses, u);
      FloatVector w0 = FloatVector.broadcast(SPECIES, weights[w]);
      c00 = w0.fma(u0, c00);
    }
    c00.intoArray(votes, vo);
    FloatVector s0 = FloatVector.fromArray(SPECIES, start, so);
    s0 = c00.fma(FloatVector.fromArray(SPECIES, direction, vo), s0);
    s0.intoArray(agreement, at);
  }

  @Override
  public void agreement(int out, int dim, int n, float[] a, float[] b, float[] to) {
    for (int j = 0; j < out; j++) {
      int t = 0;
      for (; t + 4 * L <= n; t += 4 * L) {
        agreement4(dim, n, a, b, j * dim * n + t, to, j * n + t);
      }
      for (; t < n; t += L) {
        agreement1(dim, n, a, b, j * dim * n + t, to, j * n + t);
      }
    }
  }

  private static void agreement4(int dim, int n, float[] a, float[] b, int o, float[] to, int at) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int d = 0; d < dim; d++) {
      int x = o + d * n;
      s0 = load(a, x).fma(load(b, x), s0);
      s1 = load(a, x + L).fma(load(b, x + L), s1);
      s2 = load(a, x + 2 * L).fma(load(b, x + 2 * L), s2);
      s3 = load(a, x + 3 * L).fma(load(b, x + 3 * L), s3);
    }
    s0.intoArray(to, at);
    s1.intoArray(to, at + L);
    s2.intoArray(to, at + 2 * L);
    s3.intoArray(to, at + 3 * L);
  }

  private static void agreement1(int dim, int n, float[] a, float[] b, int o, float[] to, int at) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int d = 0; d < dim; d++) {
      sum = load(a, o + d * n).fma(load(b, o + d * n), sum);
    }
    sum.intoArray(to, at);
  }

  @Override
  public void accumulate(
      int out, int dim, int n, float[] coupling, int co, float[] votes, float[] sums) {
    for (int j = 0; j < out; j++) {
      int t = 0;
      for (; t + 4 * L <= n; t += 4 * L) {
        accumulate4(dim, n, coupling, co + j * n + t, votes, sums, j * dim * n + t);
      }
      for (; t < n; t += L) {
        accumulate1(dim, n, coupling, co + j * n + t, votes, sums, j * dim * n + t);
      }
    }
  }

  private static void accumulate4(
      int dim, int n, float[] coupling, int at, float[] votes, float[] sums, int o) {
    FloatVector c0 = load(coupling, at);
    FloatVector c1 = load(coupling, at + L);
    FloatVector c2 = load(coupling, at + 2 * L);
    FloatVector c3 = load(coupling, at + 3 * L);
    for (int d = 0; d < dim; d++) {
      int x = o + d * n;
      c0.fma(load(votes, x), load(sums, x)).intoArray(sums, x);
      c1.fma(load(votes, x + L), load(sums, x + L)).intoArray(sums, x + L);
      c2.fma(load(votes, x + 2 * L), load(sums, x + 2 * L)).intoArray(sums, x + 2 * L);
      c3.fma(load(votes, x + 3 * L), load(sums, x + 3 * L)).intoArray(sums, x + 3 * L);
    }
  }

  private static void accumulate1(
      int dim, int n, float[] coupling, int at, float[] votes, float[] sums, int o) {
    FloatVector c = load(coupling, at);
    for (int d = 0; d < dim; d++) {
      int x = o + d * n;
      c.fma(load(votes, x), load(sums, x)).intoArray(sums, x);
    }
  }

  @Override
  public void combine(
      int out,
      int dim,
      int n,
      int count,
      float[][] coefficients,
      int[] offsets,
      float[][] directions,
      float[] to) {
    for (int j = 0; j < out; j++) {
      for (int t = 0; t < n; t += L) {
        int d = 0;
        for (; d + 4 <= dim; d += 4) {
          int x = (j * dim + d) * n + t;
          combine4(n, count, coefficients, offsets, j * n + t, directions, x, to);
        }
        for (; d < dim; d++) {
          int x = (j * dim + d) * n + t;
          combine1(count, coefficients, offsets, j * n + t, directions, x, to);
        }
      }
    }
  }

  private static void combine4(
      int n,
      int count,
      float[][] coefficients,
      int[] offsets,
      int at,
      float[][] directions,
      int x,
      float[] to) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int q = 0; q < count; q++) {
      FloatVector c = load(coefficients[q], offsets[q] + at);
      float[] direction = directions[q];
      s0 = c.fma(load(direction, x), s0);
      s1 = c.fma(load(direction, x + n), s1);
      s2 = c.fma(load(direction, x + 2 * n), s2);
      s3 = c.fma(load(direction, x + 3 * n), s3);
    }
    s0.intoArray(to, x);
    s1.intoArray(to, x + n);
    s2.intoArray(to, x + 2 * n);
    s3.intoArray(to, x + 3 * n);
  }

  private static void combine1(
      int count,
      float[][] coefficients,
      int[] offsets,
      int at,
      float[][] directions,
      int x,
      float[] to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int q = 0; q < count; q++) {
      sum = load(coefficients[q], offsets[q] + at).fma(load(directions[q], x), sum);
    }
    sum.intoArray(to, x);
  }

  @Override
  public void softmax(int out, int n, boolean leaky, float[] logits, float[] coupling, int co) {
    // Factors rather than branches: a vector that one branch or another makes may be boxed.
    float least = leaky ? 0 : Float.NEGATIVE_INFINITY;
    float leak = leaky ? 1 : 0;
    for (int t = 0; t < n; t += L) {
      FloatVector largest = FloatVector.broadcast(SPECIES, least);
      for (int j = 0; j < out; j++) {
        largest = largest.max(load(logits, j * n + t));
      }
      // No exponent above 0: without a leak, that of -89 is infinite, and infinity times 0 is NaN.
      FloatVector total = exp(FloatVector.zero(SPECIES).sub(largest).min(0)).mul(leak);
      for (int j = 0; j < out; j++) {
        FloatVector e = exp(load(logits, j * n + t).sub(largest));
        e.intoArray(coupling, co + j * n + t);
        total = total.add(e);
      }
      FloatVector scale = FloatVector.broadcast(SPECIES, 1).div(total);
      for (int j = 0; j < out; j++) {
        load(coupling, co + j * n + t).mul(scale).intoArray(coupling, co + j * n + t);
      }
    }
  }

  /** As {@link Loops#exp}. */
  private static FloatVector exp(FloatVector exponent) {
    FloatVector x = exponent.max(LEAST_EXPONENT).mul(1f / 64);
    FloatVector p = FloatVector.broadcast(SPECIES, 1f / 5040);
    p = p.fma(x, FloatVector.broadcast(SPECIES, 1f / 720));
    p = p.fma(x, FloatVector.broadcast(SPECIES, 1f / 120));
    p = p.fma(x, FloatVector.broadcast(SPECIES, 1f / 24));
    p = p.fma(x, FloatVector.broadcast(SPECIES, 1f / 6));
    p = p.fma(x, FloatVector.broadcast(SPECIES, 0.5f));
    p = p.fma(x, FloatVector.broadcast(SPECIES, 1));
    p = p.fma(x, FloatVector.broadcast(SPECIES, 1));
    p = p.mul(p);
    p = p.mul(p);
    p = p.mul(p);
    p = p.mul(p);
    p = p.mul(p);
    return p.mul(p);
  }

  @Override
  public void softmaxGradient(
      int out, int n, float[] c, int co, float[] g, float[] more, int mo, float[] to, int at) {
    for (int t = 0; t < n; t += L) {
      FloatVector mean = FloatVector.zero(SPECIES);
      for (int j = 0; j < out; j++) {
        mean = load(c, co + j * n + t).fma(load(g, j * n + t), mean);
      }
      for (int j = 0; j < out; j++) {
        int x = j * n + t;
        load(g, x).sub(mean).mul(load(c, co + x)).intoArray(to, at + x);
      }
    }
    if (more != null) {
      for (int x = 0; x < out * n; x += L) {
        load(to, at + x).add(load(more, mo + x)).intoArray(to, at + x);
      }
    }
  }

  /** By vectors of columns, which need b with its columns innermost. */
  @Override
  public void sumOverSamples(
      int rows, int columns, int n, float[] a, float[] b, int bo, float[] to, int co, boolean add) {
    int width = (columns + L - 1) / L * L;
    float[] turned = turned(columns, width, n, b, bo);
    for (int k = 0; k < columns; k += L) {
      int count = Math.min(L, columns - k);
      int x = 0;
      for (; x + ROWS <= rows; x += ROWS) {
        tile8(n, a, x * n, turned, k, width);
        put(turned, n * width, ROWS, count, to, co + x * columns + k, columns, add);
      }
      for (; x < rows; x++) {
        tile1(n, a, x * n, turned, k, width);
        put(turned, n * width, 1, count, to, co + x * columns + k, columns, add);
      }
    }
  }

  /** b as {@code [n][width]}, and room for the rows of a tile. */
  private float[] turned(int columns, int width, int n, float[] b, int bo) {
    float[] turned = packed.get();
    int length = n * width + ROWS * L;
    if (turned.length != length) {
      turned = new float[length];
      packed.set(turned);
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < columns; k++) {
        turned[i * width + k] = b[bo + k * n + i];
      }
    }
    return turned;
  }

  /** Sums of 8 rows with columns, from {@code k} on, as many as a vector has. */
  private static void tile8(int n, float[] a, int ao, float[] b, int k, int width) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector s7 = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector row = FloatVector.fromArray(SPECIES, b, k + i * width);
      int x = ao + i;
      s0 = FloatVector.broadcast(SPECIES, a[x]).fma(row, s0);
      s1 = FloatVector.broadcast(SPECIES, a[x + n]).fma(row, s1);
      s2 = FloatVector.broadcast(SPECIES, a[x + 2 * n]).fma(row, s2);
      s3 = FloatVector.broadcast(SPECIES, a[x + 3 * n]).fma(row, s3);
      s4 = FloatVector.broadcast(SPECIES, a[x + 4 * n]).fma(row, s4);
      s5 = FloatVector.broadcast(SPECIES, a[x + 5 * n]).fma(row, s5);
      s6 = FloatVector.broadcast(SPECIES, a[x + 6 * n]).fma(row, s6);
      s7 = FloatVector.broadcast(SPECIES, a[x + 7 * n]).fma(row, s7);
    }
    int end = n * width;
    s0.intoArray(b, end);
    s1.intoArray(b, end + L);
    s2.intoArray(b, end + 2 * L);
    s3.intoArray(b, end + 3 * L);
    s4.intoArray(b, end + 4 * L);
    s5.intoArray(b, end + 5 * L);
    s6.intoArray(b, end + 6 * L);
    s7.intoArray(b, end + 7 * L);
  }

  private static void tile1(int n, float[] a, int ao, float[] b, int k, int width) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < n; i++) {
      FloatVector row = FloatVector.fromArray(SPECIES, b, k + i * width);
      sum = FloatVector.broadcast(SPECIES, a[ao + i]).fma(row, sum);
    }
    sum.intoArray(b, n * width);
  }

  /** Puts the first columns of a tile to where they belong. */
  private static void put(
      float[] tile, int from, int rows, int count, float[] to, int at, int stride, boolean add) {
    for (int r = 0; r < rows; r++) {
      int x = from + r * L;
      int y = at + r * stride;
      if (count == L) {
        FloatVector sum = FloatVector.fromArray(SPECIES, tile, x);
        (add ? sum.add(FloatVector.fromArray(SPECIES, to, y)) : sum).intoArray(to, y);
        continue;
      }
      for (int k = 0; k < count; k++) {
        to[y + k] = add ? to[y + k] + tile[x + k] : tile[x + k];
      }
    }
  }

  private static FloatVector load(float[] a, int at) {
    return FloatVector.fromArray(SPECIES, a, at);
  }
}
