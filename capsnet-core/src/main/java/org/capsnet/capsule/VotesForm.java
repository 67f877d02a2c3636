package org.capsnet.capsule;

/** The forms in which {@link CastVotes} come to a kernel. */
public enum VotesForm {
  /** One by one: {@link CastVotes#votes}, which all have. */
  VOTES,
  /** As matrices, of which they are products with poses: {@link CastVotes#matrices}. */
  MATRICES,
  /**
   * As matrices, of which they are products with poses that are matrices too: {@link PoseProducts}.
   */
  POSES,
  /** As they stand on a grid: {@link CastVotes#gridVotes}. */
  GRID
}
