package org.capsnet.kernel;

import java.util.Arrays;

/** The loops of EM routing in plain Java, of which C2 vectorises those that are no sums. */
final class PlainEmLoops extends PlainVoteLoops implements EmLoops {

  private final RowSums sums = new PlainRowSums();

  @Override
  public float weigh(float[] r, float[] a, float[] to) {
    Loops.multiply(r, a, to);
    return (float) sums.sum(to, 0, to.length);
  }

  @Override
  public void squares(float[][] votes, float[] w, float[] mean, float[] to, int at) {
    for (int d = 0; d < votes.length; d++) {
      to[at + d] = squares(votes[d], w, mean[at + d]);
    }
  }

  private static float squares(float[] v, float[] w, float mean) {
    float s0 = 0;
    float s1 = 0;
    for (int i = 0; i < v.length; i += 2) {
      float x = v[i] - mean;
      float y = v[i + 1] - mean;
      s0 = Math.fma(w[i] * x, x, s0);
      s1 = Math.fma(w[i + 1] * y, y, s1);
    }
    return s0 + s1;
  }

  @Override
  public void parabolas(
      float[][] votes,
      float[] mean,
      float[] linear,
      float[] quadratic,
      int at,
      float start,
      float[] to) {
    Arrays.fill(to, 0);
    int d = 0;
    for (; d + 2 <= votes.length; d += 2) {
      addTwo(votes, d, mean, linear, quadratic, at + d, to);
    }
    for (; d < votes.length; d++) {
      addOne(votes[d], mean[at + d], linear[at + d], quadratic[at + d], to);
    }
    // Sums of few numbers first, and the largest last, lose the fewest digits.
    for (int i = 0; i < to.length; i++) {
      to[i] += start;
    }
  }

  private static void addTwo(
      float[][] votes, int d, float[] mean, float[] linear, float[] quadratic, int at, float[] to) {
    float[] v0 = votes[d];
    float[] v1 = votes[d + 1];
    float m0 = mean[at];
    float m1 = mean[at + 1];
    float l0 = linear[at];
    float l1 = linear[at + 1];
    float q0 = quadratic[at];
    float q1 = quadratic[at + 1];
    for (int i = 0; i < to.length; i++) {
      float x0 = v0[i] - m0;
      float x1 = v1[i] - m1;
      to[i] += Math.fma(Math.fma(q1, x1, l1), x1, Math.fma(q0, x0, l0) * x0);
    }
  }

  private static void addOne(float[] v, float mean, float linear, float square, float[] to) {
    for (int i = 0; i < to.length; i++) {
      float x = v[i] - mean;
      to[i] = Math.fma(Math.fma(square, x, linear), x, to[i]);
    }
  }

  @Override
  public void moments(
      float[][] votes, float[] mean, int at, float[] f, float[] first, float[] second) {
    for (int d = 0; d < votes.length; d++) {
      float[] v = votes[d];
      float s1 = 0;
      float s2 = 0;
      for (int i = 0; i < v.length; i++) {
        float x = v[i] - mean[at + d];
        float y = f[i] * x;
        s1 += y;
        s2 = Math.fma(y, x, s2);
      }
      first[d] = s1;
      second[d] = s2;
    }
  }

  @Override
  public void voteGradients(
      float[][] votes,
      float[] mean,
      float[] linear,
      float[] quadratic,
      float[] variance,
      int at,
      float[] w,
      float[] f,
      float[][] to) {
    for (int d = 0; d < votes.length; d++) {
      int x = at + d;
      addGradient(votes[d], mean[x], linear[x], 2 * quadratic[x], -1 / variance[x], w, f, to[d]);
    }
  }

  private static void addGradient(
      float[] v,
      float mean,
      float linear,
      float square,
      float precision,
      float[] w,
      float[] f,
      float[] to) {
    for (int i = 0; i < to.length; i++) {
      float x = v[i] - mean;
      float g = Math.fma(w[i], Math.fma(square, x, linear), to[i]);
      to[i] = Math.fma(precision * f[i], x, g);
    }
  }
}
