package org.capsnet.kernel;

import java.util.Arrays;

/** The loops over rows of votes in plain Java, of which C2 vectorises those that are no sums. */
class PlainVoteLoops implements VoteLoops {

  @Override
  public void products(int m, int n, int o, float[][] a, float[][] b, float[][] to, boolean add) {
    for (int x = 0; x < m * o; x++) {
      if (!add) {
        Arrays.fill(to[x], 0);
      }
      for (int k = 0; k < n; k++) {
        Loops.addProduct(a[x / o * n + k], b[k * o + x % o], to[x]);
      }
    }
  }

  @Override
  public void sums(float[][] votes, float[] w, float[] to, int at) {
    for (int d = 0; d < votes.length; d++) {
      to[at + d] = Loops.dot(w, 0, votes[d], 0, w.length);
    }
  }

  @Override
  public void agree(float[][] votes, float[] direction, int at, float[] to) {
    Arrays.fill(to, 0);
    int d = 0;
    for (; d + 2 <= votes.length; d += 2) {
      addTwo(direction[at + d], votes[d], direction[at + d + 1], votes[d + 1], to);
    }
    for (; d < votes.length; d++) {
      Loops.addScaled(direction[at + d], votes[d], to, to.length);
    }
  }

  @Override
  public void spread(float[] w, float[] a, float[] f, float[] b, int at, float[][] to) {
    for (int d = 0; d < to.length; d++) {
      addTwo(a[at + d], w, b[at + d], f, to[d]);
    }
  }

  /** {@code to += a · x + b · y}. */
  private static void addTwo(float a, float[] x, float b, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.fma(b, y[i], Math.fma(a, x[i], to[i]));
    }
  }

  @Override
  public void exp(float[] x, float[] largest, float[] total) {
    for (int i = 0; i < x.length; i++) {
      float exponent = x[i] - largest[i];
      x[i] = exponent < Loops.LEAST_EXPONENT ? 0 : Loops.preciseExp(exponent);
      total[i] += x[i];
    }
  }
}
