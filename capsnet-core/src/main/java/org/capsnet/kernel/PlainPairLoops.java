package org.capsnet.kernel;

import java.util.Arrays;

/** The loops over pairs in plain Java. */
class PlainPairLoops implements PairLoops {

  @Override
  public void sums(float[] w, float[] votes, int in, int out, int dim, float[] to) {
    Arrays.fill(to, 0, out * dim, 0);
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        float weight = w[i * out + j];
        int from = (i * out + j) * dim;
        int at = j * dim;
        for (int d = 0; d < dim; d++) {
          to[at + d] = Math.fma(weight, votes[from + d], to[at + d]);
        }
      }
    }
  }

  @Override
  public void dots(float[] votes, float[] y, int in, int out, int dim, float[] to) {
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        int pair = i * out + j;
        to[pair] = Loops.shortDot(votes, pair * dim, y, j * dim, dim);
      }
    }
  }

  @Override
  public void outer(float[] w, float[] y, int in, int out, int dim, float[] to) {
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        float weight = w[i * out + j];
        int at = (i * out + j) * dim;
        int from = j * dim;
        for (int d = 0; d < dim; d++) {
          to[at + d] = weight * y[from + d];
        }
      }
    }
  }
}
