package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The votes for one output capsule at a time, less one of them: where votes are large and near each
 * other, their mean and variance are exact.
 */
final class EmVotes {

  private final VoteSizes sizes;
  private final VoteRows source;

  /** {@code [dim]} rows, from which {@code shift [dim]} has been taken. */
  final float[][] rows;

  final float[] shift;

  EmVotes(VoteSizes sizes, VoteRows source) {
    this.sizes = sizes;
    this.source = source;
    rows = sizes.rows(sizes.dim());
    shift = new float[sizes.dim()];
  }

  /** Makes the votes for output capsule {@code position · out + j}. */
  void take(int output) {
    source.votes(output / sizes.out(), output % sizes.out(), rows);
    for (int d = 0; d < rows.length; d++) {
      shift[d] = rows[d][sizes.in() / 2];
      Loops.add(-shift[d], rows[d]);
      Arrays.fill(rows[d], sizes.in(), rows[d].length, 0);
    }
  }
}
