package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The votes of one in capsule for a block of samples, and what routing makes of them, in the
 * scratch memory of one worker.
 *
 * <p>Everything is rows along the samples. Logits are never kept: with {@code b^r = Σ_{q<r} û·v^q =
 * û·Σ_{q<r} v^q}, they come out of the votes and the sum of the out capsules so far, its {@code
 * reach}. So nothing has to be remembered of an in capsule, and it can be taken up anew in each
 * iteration.
 */
final class VoteRouting {

  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final int lanes;

  /** {@code [out · dim][lanes]}. */
  private final float[] votes;

  private final float[] logits;

  /** c^r and db^r of each iteration, {@code [iteration][out][lanes]}. */
  private final float[][] coupling;

  private final float[][] logitGradient;

  /** The terms of a vote's gradient. */
  private final float[][] coefficients;

  private final float[][] directions;

  VoteRouting(RoutingSizes sizes, int lanes, RoutingEngine engine) {
    this.sizes = sizes;
    this.engine = engine;
    this.lanes = lanes;
    votes = new float[Math.multiplyExact(sizes.width(), lanes)];
    logits = new float[sizes.out() * lanes];
    coupling = new float[sizes.iterations()][sizes.out() * lanes];
    logitGradient = new float[sizes.iterations()][sizes.out() * lanes];
    coefficients = new float[2 * sizes.iterations()][];
    directions = new float[2 * sizes.iterations()][];
    Arrays.fill(coupling[0], uniform(sizes));
  }

  /** The coupling of the first iteration, whose logits are all 0. */
  static float uniform(RoutingSizes sizes) {
    return 1f / (sizes.out() + (sizes.settings().leaky() ? 1 : 0));
  }

  /** The bytes of such an object's arrays, and of those that its engine computes in. */
  static long bytes(RoutingSizes sizes, int lanes) {
    // one array more of either size, since plain loops copy what they multiply
    long rows = 2L * sizes.width() + (2L * sizes.iterations() + 2) * sizes.out();
    return Float.BYTES * rows * lanes;
  }

  /**
   * Makes the votes.
   *
   * @param weights the in capsule's {@code [out · dim][inDim]}, from {@code wo} on
   * @param poses its {@code [inDim][lanes]}, from {@code po} on
   */
  void vote(float[] weights, int wo, float[] poses, int po) {
    vote(weights, wo, poses, po, votes, false);
  }

  /**
   * {@code sums_j += û_ij}, by votes that are not kept: the first iteration's, but for a factor.
   */
  void addVotes(float[] weights, int wo, float[] poses, int po, float[] sums) {
    vote(weights, wo, poses, po, sums, true);
  }

  private void vote(float[] weights, int wo, float[] poses, int po, float[] to, boolean add) {
    int k = sizes.inDim();
    Gemm gemm = engine.gemm();
    gemm.multiply(sizes.width(), lanes, k, weights, wo, k, 1, poses, po, lanes, to, 0, lanes, add);
  }

  /** Makes the coupling of iteration r, which is not the first. */
  void couple(int r, float[] reach) {
    RoutingLoops loops = engine.loops();
    loops.agreement(sizes.out(), sizes.dim(), lanes, votes, reach, logits);
    loops.softmax(sizes.out(), lanes, sizes.settings().leaky(), logits, coupling[r]);
  }

  /** {@code sums_j += c^r_ij û_ij}, the in capsule's part in s^r. */
  void send(int r, float[] sums) {
    engine.loops().accumulate(sizes.out(), sizes.dim(), lanes, coupling[r], votes, sums);
  }

  /**
   * Makes db^r, which is db^(r+1) and the softmax's gradient of {@code dc_ij = û_ij · ds_j}. The
   * coupling of iteration r and, unless it is the last, db^(r+1) have been made.
   */
  void logitGradients(int r, float[] sGradient) {
    RoutingLoops loops = engine.loops();
    float[] db = logitGradient[r];
    loops.agreement(sizes.out(), sizes.dim(), lanes, votes, sGradient, db);
    float[] later = r + 1 < sizes.iterations() ? logitGradient[r + 1] : null;
    loops.softmaxGradient(sizes.out(), lanes, coupling[r], db, later);
  }

  /** {@code sums_j += db^r_ij û_ij}, the in capsule's part in the gradient of v^(r-1). */
  void sendBack(int r, float[] sums) {
    engine.loops().accumulate(sizes.out(), sizes.dim(), lanes, logitGradient[r], votes, sums);
  }

  /**
   * Turns the votes into their gradients {@code dû_ij = Σ_r c^r_ij ds^r_j + Σ_{r>0} db^r_ij
   * v^{r-1}_j}, of which all couplings and logit gradients have been made.
   *
   * @param sGradient ds^r of the block, {@code [iteration][out · dim · lanes]}
   * @param v v^r of the block
   */
  void voteGradients(float[][] sGradient, float[][] v) {
    int count = 0;
    for (int r = sizes.firstIteration(); r < sizes.iterations(); r++) {
      coefficients[count] = coupling[r];
      directions[count++] = sGradient[r];
      if (r > sizes.firstIteration()) {
        coefficients[count] = logitGradient[r];
        directions[count++] = v[r - 1];
      }
    }
    engine.loops().combine(sizes.out(), sizes.dim(), lanes, count, coefficients, directions, votes);
  }

  /** {@code dW (+)= Σ_n dû u}, once the votes are gradients; {@code dw} as the weights. */
  void weightGradients(float[] poses, int po, float[] dw, int wo, boolean add) {
    engine
        .loops()
        .sumOverSamples(sizes.width(), sizes.inDim(), lanes, votes, poses, po, dw, wo, add);
  }

  /** Turns the poses into their gradients {@code Wᵀ dû}, once the votes are gradients. */
  void poseGradients(float[] weights, int wo, float[] poses, int po) {
    int k = sizes.inDim();
    Gemm gemm = engine.gemm();
    gemm.multiply(
        k, lanes, sizes.width(), weights, wo, 1, k, votes, 0, lanes, poses, po, lanes, false);
  }

  /** The votes, {@code [out · dim][lanes]}, or what has been made of them. */
  float[] votes() {
    return votes;
  }
}
