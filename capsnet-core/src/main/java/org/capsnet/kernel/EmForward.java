package org.capsnet.kernel;

/**
 * The forward pass of EM routing of one sample after another, in the scratch memory of a worker.
 */
final class EmForward {

  /** The product of so many variances, each a float, is a double. */
  private static final int FACTORS = 4;

  private final EmProblem of;
  private final VoteSizes sizes;
  private final EmLoops loops;
  private final VoteRows source;
  private final EmVotes votes;

  /** Of each output capsule a row: logits, and then assignments. */
  private final float[][] coupling;

  private final float[] weights;
  private final float[] own;
  private final float[] zeros;
  private final float[] precision;

  EmForward(EmProblem of, VoteRows source) {
    this.of = of;
    this.source = source;
    sizes = of.sizes();
    loops = of.loops();
    votes = new EmVotes(sizes, source);
    coupling = sizes.rows(sizes.iterations() > 1 ? sizes.outputs() : 0);
    weights = new float[sizes.row()];
    own = new float[of.voters().capsules()];
    zeros = sizes.capsules();
    precision = new float[zeros.length];
  }

  /** The numbers of such an object's arrays. */
  static long numbers(VoteSizes sizes) {
    long rows = sizes.dim() + 1L + (sizes.iterations() > 1 ? sizes.outputs() : 0);
    return rows * sizes.row() + 2L * sizes.outputs() * sizes.dim();
  }

  /**
   * Routes a sample.
   *
   * @param activation of each position a row
   * @param state what is kept
   * @param poses of the output capsules, {@code [outputs · dim]}
   * @param activations of theirs, {@code [outputs]}
   */
  void route(long sample, float[][] activation, EmState state, float[] poses, float[] activations) {
    source.read(sample);
    for (int t = 0; t < sizes.iterations(); t++) {
      for (int q = 0; q < sizes.outputs(); q++) {
        int position = q / sizes.out();
        votes.take(q);
        float[] r = t == 0 ? of.voters().uniform(position) : coupling[q];
        maximize(t, q, r, activation[position], state);
        if (t + 1 < sizes.iterations()) {
          logits(loops, votes, t, q, state, precision, zeros, coupling[q]);
        } else {
          write(q, state, poses, activations);
        }
      }
      if (t + 1 < sizes.iterations()) {
        of.voters().divide(loops, coupling, state.largest[t], state.share[t], own);
      }
    }
  }

  /** The M step. */
  private void maximize(int t, int q, float[] r, float[] activation, EmState state) {
    int dim = sizes.dim();
    int at = q * dim;
    double sum = loops.weigh(r, activation, weights) + EmSettings.EPSILON;
    float[] mean = state.mean[t];
    loops.sums(votes.rows, weights, mean, at);
    for (int d = 0; d < dim; d++) {
      // The weights add up to 1 less a trifle, by which the mean is nearer to 0.
      mean[at + d] = (float) ((mean[at + d] - EmSettings.EPSILON * votes.shift[d]) / sum);
    }
    float[] variance = state.variance[t];
    loops.squares(votes.rows, weights, mean, variance, at);
    for (int d = 0; d < dim; d++) {
      variance[at + d] = (float) (variance[at + d] / sum + of.settings().varianceFloor());
    }
    double entropy = entropy(variance, at, dim);
    int j = q % sizes.out();
    double cost = (entropy + (double) dim * of.betaU(j)) * sum;
    double logit = of.settings().temperature(t) * (of.betaA(j) - cost);
    double active = 1 / (1 + Math.exp(-logit));
    state.sum[t][q] = (float) sum;
    state.entropy[t][q] = (float) entropy;
    state.active[t][q] = active;
    // Without the Gaussians' dim log(2π) / 2, which the softmax does not see: fewer digits are
    // lost.
    state.prior[t][q] = (float) (Math.log(active + EmSettings.EPSILON) - entropy);
  }

  /** {@code Σ_d log σ_d}. */
  private static double entropy(float[] variance, int at, int dim) {
    double sum = 0;
    for (int d = 0; d < dim; d += FACTORS) {
      double product = 1;
      for (int k = d; k < Math.min(dim, d + FACTORS); k++) {
        product *= variance[at + k];
      }
      sum += Math.log(product);
    }
    return sum / 2;
  }

  /**
   * The logarithms of the E step, {@code log a_j N(û_ij; μ_j, σ²_j)}.
   *
   * @param precision to compute in, as the means of an iteration
   * @param zeros of the same size
   */
  static void logits(
      EmLoops loops,
      EmVotes votes,
      int t,
      int q,
      EmState state,
      float[] precision,
      float[] zeros,
      float[] to) {
    int dim = votes.rows.length;
    for (int x = q * dim; x < (q + 1) * dim; x++) {
      precision[x] = -0.5f / state.variance[t][x];
    }
    loops.parabolas(votes.rows, state.mean[t], zeros, precision, q * dim, state.prior[t][q], to);
  }

  private void write(int q, EmState state, float[] poses, float[] activations) {
    float[] mean = state.mean[sizes.iterations() - 1];
    for (int d = 0; d < sizes.dim(); d++) {
      int x = q * sizes.dim() + d;
      poses[x] = votes.shift[d] + mean[x];
    }
    activations[q] = (float) state.active[sizes.iterations() - 1][q];
  }
}
