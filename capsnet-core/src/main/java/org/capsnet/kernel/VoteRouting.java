package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The votes of a few input capsules for a block of samples, and what routing makes of them, in the
 * scratch memory of one worker.
 *
 * <p>Everything is rows along the samples. Logits are never kept: with {@code b^r = Σ_{q<r} û·v^q =
 * û·Σ_{q<r} v^q}, they come out of the votes and the sum of the output capsules so far, its {@code
 * reach}. So nothing has to be remembered of an input capsule, and it can be taken up anew in each
 * iteration. What may be remembered to spare making it again are its terms, the couplings c^r and
 * the gradients of the logits db^r.
 */
final class VoteRouting {

  /** The most input capsules: few enough for their votes to stay in a cache. */
  static final int FEW = 4;

  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final int lanes;

  /** The numbers in the votes and the logits of an input capsule. */
  private final int votesEach;

  private final int logitsEach;

  /** {@code [FEW][out · dim][lanes]}. */
  private final float[] votes;

  /** {@code [FEW][out][lanes]}. */
  private final float[] logits;

  /** c^0, {@code [out][lanes]}. */
  private final float[] uniform;

  /** The terms where none are kept. */
  private final float[] ownTerms;

  /** A copy of the terms; made when it is asked for. */
  private float[] nearTerms;

  private int count;
  private float[] weights;
  private int wo;
  private float[] poses;
  private int po;
  private float[] terms;
  private int to;
  private int apart;

  VoteRouting(RoutingSizes sizes, int lanes, RoutingEngine engine) {
    this.sizes = sizes;
    this.engine = engine;
    this.lanes = lanes;
    votesEach = Math.multiplyExact(sizes.width(), lanes);
    logitsEach = sizes.out() * lanes;
    int few = few(sizes);
    votes = new float[Math.multiplyExact(few, votesEach)];
    logits = new float[few * logitsEach];
    uniform = new float[logitsEach];
    Arrays.fill(uniform, uniform(sizes));
    ownTerms = new float[Math.toIntExact(few * terms(sizes, lanes))];
    keepNone();
    count = few;
  }

  /** The input capsules that are taken up at once. */
  static int few(RoutingSizes sizes) {
    return Math.min(FEW, sizes.in());
  }

  /** The coupling of the first iteration, whose logits are all 0. */
  static float uniform(RoutingSizes sizes) {
    return 1f / (sizes.out() + (sizes.settings().leaky() ? 1 : 0));
  }

  /** The numbers in the terms of an input capsule for a block: c^r and db^r for r above 0. */
  static long terms(RoutingSizes sizes, int lanes) {
    return 2L * (sizes.iterations() - 1) * sizes.out() * lanes;
  }

  /** The bytes of such an object's arrays, and of those that its loops compute in. */
  static long bytes(RoutingSizes sizes, int lanes) {
    long rows = (long) sizes.width() + sizes.out();
    long plain = (2L * sizes.width() + sizes.out()) * lanes;
    return Float.BYTES * (few(sizes) * (rows * lanes + 2 * terms(sizes, lanes)) + plain);
  }

  /**
   * Takes up input capsules that stand one after another, with terms of their own.
   *
   * @param itsCount of them, at most {@link #few}
   * @param itsWeights {@code [count][out · dim][inDim]}, from {@code weightsFrom} on
   * @param itsPoses {@code [count][inDim][lanes]}, from {@code posesFrom} on
   */
  void take(int itsCount, float[] itsWeights, int weightsFrom, float[] itsPoses, int posesFrom) {
    weights = itsWeights;
    wo = weightsFrom;
    poses = itsPoses;
    po = posesFrom;
    count = itsCount;
    keepNone();
  }

  /** Takes up as many input capsules, whose votes are to be written. */
  void take(int itsCount) {
    count = itsCount;
  }

  private float[] nearTerms() {
    if (nearTerms == null) {
      nearTerms = new float[ownTerms.length];
    }
    return nearTerms;
  }

  private void keepNone() {
    keep(ownTerms, 0, few(sizes) * logitsEach);
  }

  /**
   * Has the terms of the input capsules kept elsewhere, one term of all after another: so each of
   * them is written and read in its order.
   *
   * @param from where those of the first term begin
   * @param stride from a term of an input capsule to its next
   */
  void keep(float[] itsTerms, int from, int stride) {
    terms = itsTerms;
    to = from;
    apart = stride;
  }

  /** Where the coupling of iteration r is among the terms of the first input capsule. */
  private int coupling(int r) {
    return to + 2 * (r - 1) * apart;
  }

  /** Where the gradient of the logits of iteration r is. */
  private int logitGradient(int r) {
    return coupling(r) + apart;
  }

  /** Makes the votes, and their logits after output capsules that add up to {@code reach}. */
  void vote(float[] reach) {
    for (int i = 0; i < count; i++) {
      engine
          .loops()
          .vote(
              sizes.out(),
              sizes.dim(),
              sizes.inDim(),
              lanes,
              weights,
              wo + i * sizes.weights(),
              poses,
              po + i * sizes.inDim() * lanes,
              reach,
              votes,
              i * votesEach,
              logits,
              i * logitsEach);
    }
  }

  /**
   * {@code sums_j += û_ij}, by votes that are not kept: the first iteration's, but for a factor.
   */
  void addVotes(float[] sums) {
    engine
        .loops()
        .addVotes(count, sizes.width(), sizes.inDim(), lanes, weights, wo, poses, po, sums);
  }

  /** Makes the logits of votes that have been made. */
  void agree(float[] reach) {
    for (int i = 0; i < count; i++) {
      engine
          .loops()
          .agreement(
              sizes.out(), sizes.dim(), lanes, votes, i * votesEach, reach, logits, i * logitsEach);
    }
  }

  /** Makes the coupling of iteration r, which is not the first, of its logits. */
  void couple(int r) {
    boolean leaky = sizes.settings().leaky();
    for (int i = 0; i < count; i++) {
      int at = coupling(r) + i * logitsEach;
      engine.loops().softmax(sizes.out(), lanes, leaky, logits, i * logitsEach, terms, at);
    }
  }

  /** {@code sums_j += c^r_ij û_ij}, the input capsules' part in s^r. */
  void send(int r, float[] sums) {
    accumulate(terms, coupling(r), logitsEach, sums);
  }

  /**
   * Makes db^r, which is db^(r+1) and the softmax's gradient of {@code dc_ij = û_ij · ds_j}. The
   * coupling of iteration r and, unless it is the last, db^(r+1) have been made.
   */
  void logitGradients(int r, float[] sGradient) {
    agree(sGradient);
    boolean last = r + 1 == sizes.iterations();
    for (int i = 0; i < count; i++) {
      int its = i * logitsEach;
      engine
          .loops()
          .softmaxGradient(
              sizes.out(),
              lanes,
              terms,
              coupling(r) + its,
              logits,
              i * logitsEach,
              last ? null : terms,
              logitGradient(r + 1) + its,
              terms,
              logitGradient(r) + its);
    }
  }

  /** {@code sums_j += db^r_ij û_ij}, the input capsules' part in the gradient of v^(r-1). */
  void sendBack(int r, float[] sums) {
    accumulate(terms, logitGradient(r), logitsEach, sums);
  }

  /** {@code sums_j += c^0 û_ij}, by votes that have been made. */
  void sendAlike(float[] sums) {
    accumulate(uniform, 0, 0, sums);
  }

  private void accumulate(float[] factors, int from, int stride, float[] sums) {
    engine
        .loops()
        .accumulate(sizes.out(), sizes.dim(), lanes, count, factors, from, stride, votes, sums);
  }

  /**
   * Turns the votes into their gradients {@code dû_ij = Σ_r c^r_ij ds^r_j + Σ_{r>0} db^r_ij
   * v^{r-1}_j}, of which all couplings and logit gradients have been made.
   *
   * @param directions of the block, {@link Directions}
   */
  void voteGradients(float[][] directions) {
    combine(terms, firstTerm(), apart, directions);
  }

  private void combine(float[] from, int first, int stride, float[][] directions) {
    engine
        .loops()
        .combine(sizes.out(), sizes.dim(), lanes, count, from, first, stride, directions, votes);
  }

  private int firstTerm() {
    return coupling(Math.max(1, sizes.firstIteration()));
  }

  /**
   * Turns the poses into their gradients {@code Σ_j W_ijᵀ dû_ij}, and adds those of the weights,
   * {@code Σ_n dû u}; needs what {@link #voteGradients} does, and uses up the votes.
   *
   * @param directions of the block, {@link Directions}
   * @param dw {@code [count][out · dim]} rows of {@link Gemm#padded} inDim, from {@code at} on
   */
  void gradients(float[][] directions, float[] dw, int at) {
    // The terms close together, as they are read in another order than they lie in.
    int its = count * logitsEach;
    float[] near = nearTerms();
    for (int q = 1; q < directions.length; q++) {
      System.arraycopy(terms, firstTerm() + (q - 1) * apart, near, (q - 1) * its, its);
    }
    combine(near, 0, its, directions);
    int k = sizes.inDim();
    for (int i = 0; i < count; i++) {
      engine
          .loops()
          .gradients(
              sizes.width(),
              k,
              lanes,
              votes,
              i * votesEach,
              weights,
              wo + i * sizes.weights(),
              poses,
              po + i * k * lanes,
              dw,
              at + i * sizes.width() * Gemm.padded(k));
    }
  }

  /** The votes of the i-th input capsule begin at {@code i} times this many. */
  int votesEach() {
    return votesEach;
  }

  /** The votes, {@code [count][out · dim][lanes]}, or what has been made of them. */
  float[] votes() {
    return votes;
  }
}
