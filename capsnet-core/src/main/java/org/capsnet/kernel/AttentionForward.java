package org.capsnet.kernel;

/**
 * The forward pass of routing by attention of one group of samples after another, in the scratch
 * memory of a worker. Each iteration makes the votes for one output capsule after another; what
 * they add up to gives its pose, and that at once the logits of the next iteration.
 */
final class AttentionForward {

  private final AttentionProblem of;
  private final VoteSizes sizes;
  private final VoteRows source;
  private final float[][] votes;

  /** Of each output capsule a row: logits, and then what input capsules are divided into. */
  private final float[][] coupling;

  private final float[][] largest;
  private final float[][] share;
  private final float[] direction;

  AttentionForward(AttentionProblem of, VoteRows source) {
    this.of = of;
    this.source = source;
    sizes = of.sizes();
    votes = sizes.rows(sizes.dim());
    boolean divides = of.firstDivided() < sizes.iterations();
    coupling = sizes.rows(divides ? sizes.outputs() : 0);
    largest = sizes.rows(sizes.positions());
    share = sizes.rows(sizes.positions());
    direction = sizes.capsules();
  }

  /**
   * Routes a group.
   *
   * @param count of its samples
   * @param before the poses that the first iteration goes by, {@code [outputs · dim]}; null for
   *     none
   * @param sums of each iteration what votes add up to, {@code [outputs · dim]}
   * @param poses what is made, the same
   */
  void route(long group, int count, float[] before, float[][] sums, float[] poses) {
    source.read(group);
    if (before != null) {
      forOutputs(count, q -> agree(before, q));
      divide();
    }
    for (int t = 0; t < sizes.iterations(); t++) {
      int iteration = t;
      boolean last = t + 1 == sizes.iterations();
      forOutputs(
          count,
          q -> {
            float[] weights = iteration < of.firstDivided() ? of.first() : coupling[q];
            int at = q * sizes.dim();
            of.loops().sums(votes, weights, sums[iteration], at);
            of.norm().forward(sums[iteration], at, poses);
            if (!last) {
              agree(poses, q);
            }
          });
      if (!last) {
        divide();
      }
    }
  }

  /** What is done with the votes for an output capsule. */
  private interface Work {
    void run(int output);
  }

  /** Each output capsule of all samples in turn, whose weights so stay in the cache. */
  private void forOutputs(int count, Work work) {
    for (int j = 0; j < sizes.out(); j++) {
      for (int p = 0; p < count; p++) {
        source.votes(p, j, votes);
        work.run(p * sizes.out() + j);
      }
    }
  }

  private void agree(float[] poses, int q) {
    of.directions(poses, q, direction);
    of.loops().agree(votes, direction, q * sizes.dim(), coupling[q]);
  }

  private void divide() {
    of.divide(coupling, largest, share);
    of.addPrior(coupling);
  }
}
