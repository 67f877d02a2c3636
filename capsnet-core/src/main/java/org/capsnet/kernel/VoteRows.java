package org.capsnet.kernel;

/**
 * The votes of one sample after another for one output capsule at a time, as rows along the input
 * capsules: where they come from, and where their gradients go.
 */
interface VoteRows {

  /** Has gradients of what samples share added to those of a part of the samples. */
  void begin(int part);

  /** Takes up a sample, or what there is of it: of few samples, which are its positions. */
  void read(long sample);

  /**
   * Makes the votes for an output capsule.
   *
   * @param to a row for each dimension
   */
  void votes(int position, int j, float[][] to);

  /** Takes the gradient of {@link #votes}; at each position that of all output capsules in turn. */
  void addGradient(int position, int j, float[][] gradient);

  /** Writes the gradients at a position, when all have been added. */
  void write(long sample, int position);
}
