package org.capsnet.kernel;

/**
 * The sizes of what a routing computes at once: for the positions of a sample, or for a few
 * samples.
 *
 * @param positions of the grid that output capsules stand on, 1 without one; or samples
 * @param in input capsules that vote at a position
 * @param out output capsules at a position
 * @param dim of a vote
 * @param iterations of the routing
 */
record VoteSizes(int positions, int in, int out, int dim, int iterations) {

  /** The output capsules at all positions: number {@code position · out + j}. */
  int outputs() {
    return Math.multiplyExact(positions, out);
  }

  /** Room for a number of each dimension of all output capsules. */
  float[] capsules() {
    return new float[outputs() * dim];
  }

  /** The numbers in a row along the input capsules, which zeros fill up. */
  int row() {
    return Gemm.padded(in);
  }

  /** Rows of zeros. */
  float[][] rows(int count) {
    return new float[count][row()];
  }
}
