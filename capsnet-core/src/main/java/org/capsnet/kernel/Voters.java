package org.capsnet.kernel;

import java.util.Arrays;

/**
 * Which voters of a sample are one input capsule, seen from several positions: sums and maxima over
 * all output capsules that an input capsule reaches.
 */
final class Voters {

  private final VoteSizes sizes;

  /** Of voter i at position p the input capsule, at {@code p · in + i}; null if each is its own. */
  private final int[] capsule;

  private final int capsules;

  /** Of each position a row of what an input capsule gives to each output capsule at first. */
  private final float[][] uniform;

  Voters(VoteSizes sizes, int[] capsule) {
    this.sizes = sizes;
    this.capsule = capsule;
    capsules = capsule == null ? 0 : Arrays.stream(capsule).max().orElse(0) + 1;
    uniform = sizes.rows(sizes.positions());
    for (float[] row : uniform) {
      Arrays.fill(row, 0, sizes.in(), sizes.out());
    }
    share(uniform, new float[capsules]);
    for (float[] row : uniform) {
      invert(row);
    }
  }

  /** The numbers of what the methods compute in. */
  int capsules() {
    return capsules;
  }

  /** The first assignments, at a position. */
  float[] uniform(int position) {
    return uniform[position];
  }

  /**
   * Divides input capsules among all output capsules that they reach, by a softmax.
   *
   * @param logits of each output capsule of each position a row, which becomes their part
   * @param largest of each position a row: what is made of the largest logits of an input capsule
   * @param share the same of {@code 1 / Σ e^(logit − largest)}
   * @param own {@link #capsules} numbers to compute in
   */
  void divide(VoteLoops loops, float[][] logits, float[][] largest, float[][] share, float[] own) {
    int out = sizes.out();
    for (int p = 0; p < largest.length; p++) {
      Arrays.fill(largest[p], Float.NEGATIVE_INFINITY);
      Arrays.fill(share[p], 0);
      for (int j = 0; j < out; j++) {
        Loops.max(logits[p * out + j], largest[p]);
      }
    }
    max(largest, own);
    for (int q = 0; q < logits.length; q++) {
      loops.exp(logits[q], largest[q / out], share[q / out]);
    }
    share(share, own);
    for (float[] row : share) {
      invert(row);
    }
    for (int q = 0; q < logits.length; q++) {
      Loops.scale(share[q / out], logits[q]);
    }
  }

  /** {@code 1 / row}, and 0 beyond the voters. */
  private void invert(float[] row) {
    for (int i = 0; i < sizes.in(); i++) {
      row[i] = 1 / row[i];
    }
    Arrays.fill(row, sizes.in(), row.length, 0);
  }

  /**
   * Gives each voter the sum over all that are the same input capsule.
   *
   * @param rows of each position one
   * @param own {@link #capsules} numbers to compute in
   */
  void share(float[][] rows, float[] own) {
    if (capsule == null) {
      return;
    }
    Arrays.fill(own, 0);
    for (int p = 0; p < rows.length; p++) {
      for (int i = 0; i < sizes.in(); i++) {
        own[capsule[p * sizes.in() + i]] += rows[p][i];
      }
    }
    give(own, rows);
  }

  /** The same of the largest. */
  private void max(float[][] rows, float[] own) {
    if (capsule == null) {
      return;
    }
    Arrays.fill(own, Float.NEGATIVE_INFINITY);
    for (int p = 0; p < rows.length; p++) {
      for (int i = 0; i < sizes.in(); i++) {
        int c = capsule[p * sizes.in() + i];
        own[c] = Math.max(own[c], rows[p][i]);
      }
    }
    give(own, rows);
  }

  private void give(float[] own, float[][] rows) {
    for (int p = 0; p < rows.length; p++) {
      for (int i = 0; i < sizes.in(); i++) {
        rows[p][i] = own[capsule[p * sizes.in() + i]];
      }
    }
  }
}
