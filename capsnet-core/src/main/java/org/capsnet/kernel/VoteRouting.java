package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The votes of one input capsule for a block of samples, and what routing makes of them, in the
 * scratch memory of one worker.
 *
 * <p>Everything is rows along the samples. Logits are never kept: with {@code b^r = Σ_{q<r} û·v^q =
 * û·Σ_{q<r} v^q}, they come out of the votes and the sum of the output capsules so far, its {@code
 * reach}. So nothing has to be remembered of an input capsule, and it can be taken up anew in each
 * iteration. What may be remembered to spare making it again are its terms, the couplings c^r and
 * the gradients of the logits db^r.
 */
final class VoteRouting {

  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final int lanes;

  /** {@code [out · dim][lanes]}. */
  private final float[] votes;

  private final float[] logits;

  /** c^0, {@code [out][lanes]}. */
  private final float[] uniform;

  /** The terms where none are kept. */
  private final float[] ownTerms;

  /** The terms of a vote's gradient. */
  private final float[][] coefficients;

  private final int[] offsets;
  private final float[][] directions;

  private float[] weights;
  private int wo;
  private float[] poses;
  private int po;
  private float[] terms;
  private int to;

  VoteRouting(RoutingSizes sizes, int lanes, RoutingEngine engine) {
    this.sizes = sizes;
    this.engine = engine;
    this.lanes = lanes;
    votes = new float[Math.multiplyExact(sizes.width(), lanes)];
    logits = new float[sizes.out() * lanes];
    uniform = new float[sizes.out() * lanes];
    Arrays.fill(uniform, uniform(sizes));
    ownTerms = new float[Math.toIntExact(terms(sizes, lanes))];
    terms = ownTerms;
    coefficients = new float[2 * sizes.iterations()][];
    offsets = new int[2 * sizes.iterations()];
    directions = new float[2 * sizes.iterations()][];
  }

  /** The coupling of the first iteration, whose logits are all 0. */
  static float uniform(RoutingSizes sizes) {
    return 1f / (sizes.out() + (sizes.settings().leaky() ? 1 : 0));
  }

  /** The numbers in the terms of an input capsule for a block: c^r and db^r for r above 0. */
  static long terms(RoutingSizes sizes, int lanes) {
    return 2L * (sizes.iterations() - 1) * sizes.out() * lanes;
  }

  /** The bytes of such an object's arrays, and of those that its engine computes in. */
  static long bytes(RoutingSizes sizes, int lanes) {
    // one array more of either size, since plain loops copy what they multiply
    long rows = 2L * sizes.width() + 3L * sizes.out();
    return Float.BYTES * (rows * lanes + terms(sizes, lanes));
  }

  /**
   * Takes up an input capsule, with terms of its own.
   *
   * @param itsWeights {@code [out · dim][inDim]}, from {@code weightsFrom} on
   * @param itsPoses {@code [inDim][lanes]}, from {@code posesFrom} on
   */
  void take(float[] itsWeights, int weightsFrom, float[] itsPoses, int posesFrom) {
    weights = itsWeights;
    wo = weightsFrom;
    poses = itsPoses;
    po = posesFrom;
    keep(ownTerms, 0);
  }

  /** Has the terms of the input capsule kept elsewhere. */
  void keep(float[] itsTerms, int from) {
    terms = itsTerms;
    to = from;
  }

  /** Where the coupling of iteration r is among the terms. */
  private int coupling(int r) {
    return to + 2 * (r - 1) * sizes.out() * lanes;
  }

  /** Where the gradient of the logits of iteration r is. */
  private int logitGradient(int r) {
    return coupling(r) + sizes.out() * lanes;
  }

  /** Makes the votes, and their logits after output capsules that add up to {@code reach}. */
  void vote(float[] reach) {
    engine
        .loops()
        .vote(
            sizes.out(),
            sizes.dim(),
            sizes.inDim(),
            lanes,
            weights,
            wo,
            poses,
            po,
            reach,
            votes,
            logits);
  }

  /**
   * {@code sums_j += û_ij}, by votes that are not kept: the first iteration's, but for a factor.
   */
  void addVotes(float[] sums) {
    int k = sizes.inDim();
    Gemm gemm = engine.gemm();
    gemm.multiply(
        sizes.width(), lanes, k, weights, wo, k, 1, poses, po, lanes, sums, 0, lanes, true);
  }

  /** Makes the logits of votes that have been made. */
  void agree(float[] reach) {
    engine.loops().agreement(sizes.out(), sizes.dim(), lanes, votes, reach, logits);
  }

  /** Makes the coupling of iteration r, which is not the first, of its logits. */
  void couple(int r) {
    engine
        .loops()
        .softmax(sizes.out(), lanes, sizes.settings().leaky(), logits, terms, coupling(r));
  }

  /** {@code sums_j += c^r_ij û_ij}, the input capsule's part in s^r. */
  void send(int r, float[] sums) {
    engine.loops().accumulate(sizes.out(), sizes.dim(), lanes, terms, coupling(r), votes, sums);
  }

  /**
   * Makes db^r, which is db^(r+1) and the softmax's gradient of {@code dc_ij = û_ij · ds_j}. The
   * coupling of iteration r and, unless it is the last, db^(r+1) have been made.
   */
  void logitGradients(int r, float[] sGradient) {
    agree(sGradient);
    boolean last = r + 1 == sizes.iterations();
    engine
        .loops()
        .softmaxGradient(
            sizes.out(),
            lanes,
            terms,
            coupling(r),
            logits,
            last ? null : terms,
            logitGradient(r + 1),
            terms,
            logitGradient(r));
  }

  /** {@code sums_j += db^r_ij û_ij}, the input capsule's part in the gradient of v^(r-1). */
  void sendBack(int r, float[] sums) {
    engine
        .loops()
        .accumulate(sizes.out(), sizes.dim(), lanes, terms, logitGradient(r), votes, sums);
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
      coefficients[count] = r == 0 ? uniform : terms;
      offsets[count] = r == 0 ? 0 : coupling(r);
      directions[count++] = sGradient[r];
      if (r > sizes.firstIteration()) {
        coefficients[count] = terms;
        offsets[count] = logitGradient(r);
        directions[count++] = v[r - 1];
      }
    }
    engine
        .loops()
        .combine(sizes.out(), sizes.dim(), lanes, count, coefficients, offsets, directions, votes);
  }

  /** {@code dW (+)= Σ_n dû u}, once the votes are gradients; {@code dw} as the weights. */
  void weightGradients(float[] dw, boolean add) {
    engine
        .loops()
        .sumOverSamples(sizes.width(), sizes.inDim(), lanes, votes, poses, po, dw, wo, add);
  }

  /** Turns the poses into their gradients {@code Wᵀ dû}, once the votes are gradients. */
  void poseGradients() {
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
