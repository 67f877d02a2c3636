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

  /** Rows of a tile of {@link #sumOverSamples}. */
  private static final int ROWS = 8;

  private final ThreadLocal<float[]> packed = ThreadLocal.withInitial(() -> new float[0]);

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
  public void accumulate(int out, int dim, int n, float[] coupling, float[] votes, float[] sums) {
    for (int j = 0; j < out; j++) {
      int t = 0;
      for (; t + 4 * L <= n; t += 4 * L) {
        accumulate4(dim, n, coupling, j * n + t, votes, sums, j * dim * n + t);
      }
      for (; t < n; t += L) {
        accumulate1(dim, n, coupling, j * n + t, votes, sums, j * dim * n + t);
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
      float[][] directions,
      float[] to) {
    for (int j = 0; j < out; j++) {
      for (int t = 0; t < n; t += L) {
        int d = 0;
        for (; d + 4 <= dim; d += 4) {
          int x = (j * dim + d) * n + t;
          combine4(n, count, coefficients, j * n + t, directions, x, to);
        }
        for (; d < dim; d++) {
          int x = (j * dim + d) * n + t;
          combine1(count, coefficients, j * n + t, directions, x, to);
        }
      }
    }
  }

  private static void combine4(
      int n, int count, float[][] coefficients, int at, float[][] directions, int x, float[] to) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int q = 0; q < count; q++) {
      FloatVector c = load(coefficients[q], at);
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
      int count, float[][] coefficients, int at, float[][] directions, int x, float[] to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int q = 0; q < count; q++) {
      sum = load(coefficients[q], at).fma(load(directions[q], x), sum);
    }
    sum.intoArray(to, x);
  }

  @Override
  public void softmax(int out, int n, boolean leaky, float[] logits, float[] coupling) {
    // Factors rather than branches: a vector that one branch or another makes may be boxed.
    float least = leaky ? 0 : Float.NEGATIVE_INFINITY;
    float leak = leaky ? 1 : 0;
    for (int t = 0; t < n; t += L) {
      FloatVector largest = FloatVector.broadcast(SPECIES, least);
      for (int j = 0; j < out; j++) {
        largest = largest.max(load(logits, j * n + t));
      }
      FloatVector total = exp(FloatVector.zero(SPECIES).sub(largest)).mul(leak);
      for (int j = 0; j < out; j++) {
        FloatVector e = exp(load(logits, j * n + t).sub(largest));
        e.intoArray(coupling, j * n + t);
        total = total.add(e);
      }
      FloatVector scale = FloatVector.broadcast(SPECIES, 1).div(total);
      for (int j = 0; j < out; j++) {
        load(coupling, j * n + t).mul(scale).intoArray(coupling, j * n + t);
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
  public void softmaxGradient(int out, int n, float[] c, float[] g, float[] more) {
    for (int t = 0; t < n; t += L) {
      FloatVector mean = FloatVector.zero(SPECIES);
      for (int j = 0; j < out; j++) {
        mean = load(c, j * n + t).fma(load(g, j * n + t), mean);
      }
      for (int j = 0; j < out; j++) {
        load(g, j * n + t).sub(mean).mul(load(c, j * n + t)).intoArray(g, j * n + t);
      }
    }
    if (more != null) {
      for (int x = 0; x < out * n; x += L) {
        load(g, x).add(load(more, x)).intoArray(g, x);
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

  private static void tile8(int n, float[] a, int ao, float[] b, int k, int width) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
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
