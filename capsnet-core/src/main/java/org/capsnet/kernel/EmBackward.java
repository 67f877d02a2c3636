package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The backward pass of EM routing of one sample after another, in the scratch memory of a worker:
 * from the last iteration to the first, in each of which votes are made again once, and with them
 * the assignments that were not kept. In the first iteration all gradients of votes are known, and
 * handed on.
 *
 * <p>Of a vote v with mean μ, {@code x = v − μ}, weight {@code w_i = r_i a_i / Σ r a} and {@code
 * logit_i}, {@code dL/d(r_i a_i) = (Σ_d dμ_d x_id + dσ²_d (x_id² − σ²_d)) / Σ r a + d(Σ r a)},
 * where the floor is no part of σ².
 */
final class EmBackward {

  private final EmProblem of;
  private final VoteSizes sizes;
  private final EmLoops loops;
  private final RowSums sums = new PlainRowSums();
  private final VoteRows source;
  private final EmVotes votes;
  private final float[][] voteGradient;

  /** Of each iteration but the first, and each output capsule, a row: assignments. */
  private final float[][][] coupling;

  /** The same: gradients of r a, and then of logits. */
  private final float[][][] slope;

  /** Of each iteration {@code [outputs · dim]}: dμ and dσ², divided by Σ r a. */
  private final float[][] linear;

  private final float[][] quadratic;
  private final double[] ofActive;

  /** Of each position a row: a Σ_j r_j d(r_j a), summed over all that are one input capsule. */
  private final float[][] mean;

  private final float[][] activationGradient;
  private final float[] weights;

  /** Σ_j r_j d(r_j a), at a position. */
  private final float[] sent;

  private final float[] noSlope;
  private final float[] unused;
  private final float[] own;
  private final float[] zeros;
  private final float[] precision;
  private final float[] first;
  private final float[] second;

  /** Gradients of β_u and then of β_a, of the samples of a part. */
  private final double[] betas;

  EmBackward(EmProblem of, VoteRows source) {
    this.of = of;
    this.source = source;
    sizes = of.sizes();
    loops = of.loops();
    votes = new EmVotes(sizes, source);
    voteGradient = sizes.rows(sizes.dim());
    int iterations = sizes.iterations();
    coupling = new float[iterations][][];
    slope = new float[iterations][][];
    for (int t = 1; t < iterations; t++) {
      coupling[t] = sizes.rows(sizes.outputs());
      slope[t] = sizes.rows(sizes.outputs());
    }
    int parameters = sizes.outputs() * sizes.dim();
    linear = new float[iterations][parameters];
    quadratic = new float[iterations][parameters];
    ofActive = new double[sizes.outputs()];
    mean = sizes.rows(sizes.positions());
    activationGradient = sizes.rows(sizes.positions());
    weights = new float[sizes.row()];
    sent = new float[sizes.row()];
    noSlope = new float[sizes.row()];
    unused = new float[sizes.row()];
    own = new float[of.voters().capsules()];
    zeros = new float[parameters];
    precision = new float[parameters];
    first = new float[sizes.dim()];
    second = new float[sizes.dim()];
    betas = new double[2 * sizes.out()];
  }

  /** Takes up a part of the samples. */
  void begin(int part) {
    source.begin(part);
    Arrays.fill(betas, 0);
  }

  /** {@return the gradients {@code [out]} of β_u and then of β_a, of the part's samples so far} */
  double[] betas() {
    return betas.clone();
  }

  /** The numbers of such an object's arrays. */
  static long numbers(VoteSizes sizes) {
    long rows =
        2L * sizes.dim()
            + 2L * (sizes.iterations() - 1) * sizes.outputs()
            + 2L * sizes.positions()
            + 4;
    return rows * sizes.row() + 2L * (sizes.iterations() + 1) * sizes.outputs() * sizes.dim();
  }

  /**
   * Makes the gradients of a sample.
   *
   * @param activation of each position a row
   * @param state of the forward pass
   * @param ofPoses {@code [outputs · dim]}
   * @param ofActivations {@code [outputs]}
   * @return the gradient of the activations; used up by the next call
   */
  float[][] gradients(
      long sample, float[][] activation, EmState state, float[] ofPoses, float[] ofActivations) {
    source.read(sample);
    receive(ofPoses, ofActivations);
    for (float[] ofPosition : activationGradient) {
      Arrays.fill(ofPosition, 0);
    }
    for (int t = sizes.iterations() - 1; t >= 0; t--) {
      for (int p = 0; p < sizes.positions(); p++) {
        iterate(t, p, activation[p], state);
        if (t == 0) {
          source.write(sample, p);
        }
      }
      of.voters().share(mean, own);
    }
    return activationGradient;
  }

  private void receive(float[] ofPoses, float[] ofActivations) {
    int last = sizes.iterations() - 1;
    Arrays.fill(quadratic[last], 0);
    System.arraycopy(ofPoses, 0, linear[last], 0, ofPoses.length);
    Arrays.setAll(ofActive, q -> ofActivations[q]);
  }

  /** All output capsules at a position. */
  private void iterate(int t, int position, float[] activation, EmState state) {
    Arrays.fill(sent, 0);
    for (int j = 0; j < sizes.out(); j++) {
      int q = position * sizes.out() + j;
      votes.take(q);
      if (t + 1 < sizes.iterations()) {
        expect(t, q, activation, mean[position], state);
      }
      float[] r = t == 0 ? of.voters().uniform(position) : assign(t, q, state);
      float[] to = t == 0 ? weights : slope[t][q];
      float start = maximize(t, q, state);
      loops.parabolas(
          votes.rows, state.mean[t], linear[t], quadratic[t], q * sizes.dim(), start, to);
      Loops.addProduct(r, to, sent);
      if (t == 0) {
        handOn(position, j, activation, state);
      }
    }
    Loops.add(sent, activationGradient[position]);
    Loops.multiply(sent, activation, mean[position]);
  }

  /** The gradient of the E step behind iteration t. */
  private void expect(int t, int q, float[] activation, float[] competing, EmState state) {
    float[] logits = slope[t + 1][q];
    Loops.softmaxGradient(coupling[t + 1][q], activation, competing, logits);
    int at = q * sizes.dim();
    loops.moments(votes.rows, state.mean[t], at, logits, first, second);
    double total = sums.sum(logits, 0, logits.length);
    ofActive[q] = total / (state.active[t][q] + EmSettings.EPSILON);
    for (int d = 0; d < sizes.dim(); d++) {
      double precision = 1.0 / state.variance[t][at + d];
      linear[t][at + d] = (float) (first[d] * precision);
      quadratic[t][at + d] = (float) ((second[d] * precision - total) * precision / 2);
    }
  }

  /** The assignments of iteration t, which is not the first, once more. */
  private float[] assign(int t, int q, EmState state) {
    float[] r = coupling[t][q];
    int position = q / sizes.out();
    EmForward.logits(loops, votes, t - 1, q, state, precision, zeros, r);
    loops.exp(r, state.largest[t - 1][position], unused);
    Loops.scale(state.share[t - 1][position], r);
    return r;
  }

  /**
   * The gradient of the M step: turns those of mean and variance into the factors of {@code d(r
   * a)}.
   *
   * @return what {@code d(r a)} is where a vote is the mean
   */
  private float maximize(int t, int q, EmState state) {
    int j = q % sizes.out();
    int dim = sizes.dim();
    double sum = state.sum[t][q];
    double active = state.active[t][q];
    double ofLogit = ofActive[q] * active * (1 - active) * of.settings().temperature(t);
    betas[j] -= ofLogit * sum * dim;
    betas[sizes.out() + j] += ofLogit;
    double start = -ofLogit * (state.entropy[t][q] + (double) dim * of.betaU(j));
    for (int d = 0; d < dim; d++) {
      int x = q * dim + d;
      double variance = state.variance[t][x];
      double ofVariance = quadratic[t][x] - ofLogit * sum / (2 * variance);
      start -= ofVariance * (variance - of.settings().varianceFloor()) / sum;
      // The weights add up to 1 less EPSILON / sum, and so does what the mean takes of votes.
      double value = (double) votes.shift[d] + state.mean[t][x];
      double ofMean = linear[t][x] - 2 * ofVariance * value * EmSettings.EPSILON / sum;
      linear[t][x] = (float) (ofMean / sum);
      quadratic[t][x] = (float) (ofVariance / sum);
    }
    return (float) start;
  }

  /** Makes the gradients of the votes for an output capsule. */
  private void handOn(int position, int j, float[] activation, EmState state) {
    int q = position * sizes.out() + j;
    for (float[] row : voteGradient) {
      Arrays.fill(row, 0);
    }
    for (int t = 0; t < sizes.iterations(); t++) {
      Loops.multiply(t == 0 ? of.voters().uniform(position) : coupling[t][q], activation, weights);
      loops.voteGradients(
          votes.rows,
          state.mean[t],
          linear[t],
          quadratic[t],
          state.variance[t],
          q * sizes.dim(),
          weights,
          t + 1 < sizes.iterations() ? slope[t + 1][q] : noSlope,
          voteGradient);
    }
    source.addGradient(position, j, voteGradient);
  }
}
