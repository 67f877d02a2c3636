package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The backward pass of routing by attention of one group of samples after another, in the scratch
 * memory of a worker: from the last iteration to the first, each of which makes the votes again
 * once. With its gradients of logits they give the gradient of the poses that it went by, and with
 * that what the iteration before begins with.
 *
 * <p>Of an iteration with weights c and gradients of logits l, by poses of direction q, the
 * gradient of a vote is {@code c_ij ds_j + l_ij q_j}.
 */
final class AttentionBackward {

  private final AttentionProblem of;
  private final VoteSizes sizes;
  private final VoteRows source;

  /** Whether an iteration goes by agreement: else gradients do not depend on votes. */
  private final boolean divides;

  private final float[][] votes;
  private final float[][] voteGradient;

  /** Of each iteration that goes by agreement, and each output capsule, a row: the weights. */
  private final float[][][] coupling;

  /** The same: gradients of weights, and then of logits. */
  private final float[][][] slope;

  /** Of each iteration {@code [outputs · dim]}: the directions of agreement. */
  private final float[][] direction;

  /** The same: ds. */
  private final float[][] ofSums;

  private final float[][] largest;
  private final float[][] share;
  private final float[] poses;

  /** Of each output capsule a row of the gradient of the prior, of the samples of a part. */
  private final float[][] ofPrior;

  /** Gradients of scale and shift, of the samples of a part. */
  private final double[] ofNorm;

  AttentionBackward(AttentionProblem of, VoteRows source) {
    this.of = of;
    this.source = source;
    sizes = of.sizes();
    votes = sizes.rows(sizes.dim());
    voteGradient = sizes.rows(sizes.dim());
    int iterations = sizes.iterations();
    divides = of.firstDivided() < iterations;
    coupling = new float[iterations][][];
    slope = new float[iterations][][];
    for (int t = of.firstDivided(); t < iterations; t++) {
      coupling[t] = sizes.rows(sizes.outputs());
      slope[t] = sizes.rows(sizes.outputs());
    }
    int numbers = sizes.outputs() * sizes.dim();
    direction = new float[iterations][numbers];
    ofSums = new float[iterations][numbers];
    largest = sizes.rows(sizes.positions());
    share = sizes.rows(sizes.positions());
    poses = new float[numbers];
    ofPrior = sizes.rows(of.hasPrior() ? sizes.out() : 0);
    ofNorm = new double[2 * sizes.dim()];
  }

  /** The numbers of such an object's arrays. */
  static long numbers(VoteSizes sizes, int divided) {
    long rows = 2L * sizes.dim() + 2L * divided * sizes.outputs() + 2L * sizes.positions();
    long outputs = (long) sizes.outputs() * sizes.dim();
    return rows * sizes.row() + (2L * sizes.iterations() + 1) * outputs;
  }

  /** Takes up a part of the samples. */
  void begin(int part) {
    source.begin(part);
    Arrays.fill(ofNorm, 0);
    for (float[] row : ofPrior) {
      Arrays.fill(row, 0);
    }
  }

  /** {@return the gradients of scale and shift, of the part's samples so far} */
  double[] ofNorm() {
    return ofNorm.clone();
  }

  /** {@return the gradient of the prior, {@code [in, out]}, of the part's samples so far} */
  float[] ofPrior() {
    float[] all = new float[sizes.in() * ofPrior.length];
    for (int x = 0; x < all.length; x++) {
      all[x] = ofPrior[x % ofPrior.length][x / ofPrior.length];
    }
    return all;
  }

  /**
   * Makes the gradients of a group.
   *
   * @param count of its samples
   * @param before the poses that the first iteration went by, {@code [outputs · dim]}; null for
   *     none
   * @param sums of each iteration, as the forward pass made them
   * @param g of the poses
   * @param ofBefore where the gradient of the poses before goes, if there are any
   */
  void gradients(
      long group, int count, float[] before, float[][] sums, float[] g, float[] ofBefore) {
    source.read(group);
    int last = sizes.iterations() - 1;
    int first = Math.min(of.firstDivided(), last + 1);
    aim(count, first, before, sums);
    System.arraycopy(g, 0, ofSums[last], 0, count * sizes.out() * sizes.dim());
    for (int q = 0; q < count * sizes.out(); q++) {
      of.norm().backward(sums[last], q * sizes.dim(), ofSums[last], ofNorm);
    }
    if (divides) {
      forOutputs(count, (p, j, q) -> weigh(last, q));
      for (int t = last; t > first; t--) {
        int iteration = t;
        differentiate(t, count);
        forOutputs(
            count,
            (p, j, q) -> {
              sendBack(iteration, q, sums);
              weigh(iteration - 1, q);
            });
      }
      differentiate(first, count);
    }
    forOutputs(
        count,
        (p, j, q) -> {
          if (divides && first > 0) {
            sendBack(first, q, sums);
          } else if (first == 0) {
            toPoses(0, q, ofBefore);
          }
          handOn(p, j, q, first);
        });
    for (int p = 0; p < count; p++) {
      source.write(group, p);
    }
  }

  /** Makes the directions of agreement of all iterations once more. */
  private void aim(int count, int first, float[] before, float[][] sums) {
    for (int t = first; t < sizes.iterations(); t++) {
      for (int q = 0; q < count * sizes.out(); q++) {
        if (t > 0) {
          of.norm().forward(sums[t - 1], q * sizes.dim(), poses);
        }
        of.directions(t > 0 ? poses : before, q, direction[t]);
      }
    }
  }

  /** What is done with the votes for an output capsule of a sample. */
  private interface Work {
    void run(int sample, int j, int output);
  }

  private void forOutputs(int count, Work work) {
    for (int j = 0; j < sizes.out(); j++) {
      for (int p = 0; p < count; p++) {
        if (divides) {
          source.votes(p, j, votes);
        }
        work.run(p, j, p * sizes.out() + j);
      }
    }
  }

  /** The logits of iteration t, and the gradients of its weights. */
  private void weigh(int t, int q) {
    of.loops().agree(votes, direction[t], q * sizes.dim(), coupling[t][q]);
    of.loops().agree(votes, ofSums[t], q * sizes.dim(), slope[t][q]);
  }

  /** Makes weights of logits, and of gradients of weights those of logits. */
  private void differentiate(int t, int count) {
    of.divide(coupling[t], largest, share);
    int out = sizes.out();
    for (int p = 0; p < count; p++) {
      float[] mean = largest[p];
      Arrays.fill(mean, 0);
      for (int q = p * out; q < (p + 1) * out; q++) {
        Loops.addProduct(coupling[t][q], slope[t][q], mean);
        if (of.hasPrior()) {
          Loops.add(slope[t][q], ofPrior[q % out]);
        }
      }
      for (int q = p * out; q < (p + 1) * out; q++) {
        Loops.softmaxGradient(coupling[t][q], mean, slope[t][q]);
      }
    }
    of.addPrior(coupling[t]);
  }

  /** The gradient of what votes added up to before iteration t, by whose poses it went. */
  private void sendBack(int t, int q, float[][] sums) {
    toPoses(t, q, ofSums[t - 1]);
    of.norm().backward(sums[t - 1], q * sizes.dim(), ofSums[t - 1], ofNorm);
  }

  /** The gradient of the poses that iteration t went by. */
  private void toPoses(int t, int q, float[] to) {
    of.loops().sums(votes, slope[t][q], to, q * sizes.dim());
    of.scale(to, q);
  }

  /** Makes the gradients of the votes for an output capsule. */
  private void handOn(int sample, int j, int q, int first) {
    int at = q * sizes.dim();
    for (int d = 0; d < voteGradient.length; d++) {
      Arrays.fill(voteGradient[d], first == 0 ? 0 : of.first()[0] * ofSums[0][at + d]);
    }
    for (int t = first; t < sizes.iterations(); t++) {
      of.loops().spread(coupling[t][q], ofSums[t], slope[t][q], direction[t], at, voteGradient);
    }
    source.addGradient(sample, j, voteGradient);
  }
}
