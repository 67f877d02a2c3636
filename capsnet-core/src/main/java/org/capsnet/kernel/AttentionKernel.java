package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Routing by attention in one kernel: input capsules are divided among output capsules by how much
 * their votes agree with the poses of these, {@code c_ij = softmax_j(p_j · û_ij / √dim)}, and
 * {@code p_j} is made of {@code Σ_i c_ij û_ij}. Inverted dot-product attention (Tsai et al. 2020)
 * repeats that with normalized poses; self-attention (Mazzia et al. 2021) does it once, by the sum
 * of all votes.
 *
 * <p>A worker routes a few samples together, a group. In each iteration it takes up one output
 * capsule after another, and makes the votes of the group for it, in the cache: no votes are
 * stored. What they add up to gives the pose and with the same votes the logits of the next
 * iteration; so an iteration makes votes once, forward, and once backward, which begins with one
 * time more.
 */
public final class AttentionKernel {

  /** What is added to the variance of a pose that is normalized. */
  public static final double EPSILON = 1e-5;

  private final AttentionOperands operands;
  private final VoteOperands votes;

  /** The poses that the first iteration goes by, or null. */
  private final INDArray before;

  private final AttentionProblem problem;
  private final VoteSizes sizes;
  private final int workers;
  private final SampleGroups groups;

  /** Of each group and iteration what votes added up to; empty until forward ran. */
  private float[][][] sums = {};

  /**
   * Takes the operands, which must fit each other.
   *
   * @param operands what is routed
   * @param iterations at least 1; the first of self-attention is the sum of all votes
   * @throws IllegalArgumentException if votes are given, and not products of poses and matrices: to
   *     read them costs what the kernel saves
   */
  public AttentionKernel(AttentionOperands operands, int iterations) {
    this(operands, iterations, Simd.VOTES, Parallel.workers());
  }

  /** The same with given loops and workers. */
  AttentionKernel(AttentionOperands operands, int iterations, VoteLoops loops, int workers) {
    this.operands = operands;
    this.workers = workers;
    votes = operands.votes().requireProducts();
    before = operands.before() == null ? null : Floats.dense(operands.before());
    groups = SampleGroups.of(votes.samples());
    sizes = new VoteSizes(groups.size(), votes.in(), votes.out(), votes.dim(), iterations);
    problem =
        new AttentionProblem(
            sizes,
            loops,
            operands.norm(),
            operands.prior() == null ? null : Floats.read(Floats.dense(operands.prior())),
            operands.first(),
            before != null);
  }

  /**
   * The most scratch memory that a call uses at once, forward or backward, and keeps between both;
   * all of it is in Java arrays.
   *
   * @param samples of the votes
   * @param in the voters of a sample
   * @param out the output capsules
   * @param dim the dimension of a vote
   * @param iterations of the routing
   * @param pose the numbers of the pose of a voter
   * @param matrix the numbers of the matrix of a pair
   * @param workers the threads, the system property {@code capsnet.threads}
   * @return bytes
   */
  public static long scratchBytes(
      long samples, int in, int out, int dim, int iterations, long pose, long matrix, int workers) {
    SampleGroups groups = SampleGroups.of(samples);
    VoteSizes sizes = new VoteSizes(groups.size(), in, out, dim, iterations);
    long shared = matrix * out * sizes.row();
    int parts = groups.parts(shared);
    long each =
        AttentionBackward.numbers(sizes, iterations - 1) + ProductVotes.numbers(sizes, pose);
    long kept = (long) groups.count() * iterations * sizes.outputs() * dim;
    long priors = (parts + 1L) * in * out;
    // Rows of the weights, their gradients in parts, and the sum of these.
    long weights = (parts + 2) * shared;
    return Float.BYTES * (kept + Math.min(workers, groups.count()) * each + weights + priors);
  }

  /** {@return the poses of the output capsules, float {@code [samples, out, dim]}} */
  public INDArray forward() {
    INDArray made = Floats.create(groups.samples(), sizes.out(), sizes.dim());
    float[][][] kept = new float[groups.count()][][];
    Parallel.forRange(
        groups.count(),
        workers,
        (worker, from, to) -> {
          AttentionForward pass = new AttentionForward(problem, votes.rows(sizes, problem.loops()));
          float[] poses = sizes.capsules();
          float[] directed = sizes.capsules();
          for (int g = from; g < to; g++) {
            kept[g] = new float[sizes.iterations()][poses.length];
            pass.route(g, groups.count(g), before(g, directed), kept[g], poses);
            Floats.write(made, groups.at(g, sizes), poses, 0, groups.numbers(g, sizes));
          }
        });
    sums = kept;
    return made;
  }

  /**
   * The gradients.
   *
   * @param upstream of what {@link #forward} made, of its shape
   * @return those of what votes are made of, and then of the other operands that there are, in
   *     their order
   * @throws IllegalStateException if {@link #forward} has not been called
   */
  public List<INDArray> backward(INDArray upstream) {
    if (sums.length == 0) {
      throw new IllegalStateException("backward before forward");
    }
    INDArray g = Floats.dense(upstream);
    int parts = groups.parts(votes.sharedNumbers());
    VoteOperands.Gradients ofVotes = votes.gradients(sizes, problem.loops(), parts, workers);
    INDArray ofBefore = before == null ? null : Floats.create(before.shape());
    double[][] ofNorm = new double[parts][];
    float[][] ofPrior = new float[parts][];
    AttentionBackward[] passes = new AttentionBackward[workers];
    Parallel.forItems(
        parts,
        1,
        workers,
        (worker, from, to) -> {
          for (int part = from; part < to; part++) {
            if (passes[worker] == null) {
              passes[worker] = new AttentionBackward(problem, ofVotes.rows());
            }
            differentiate(part, parts, passes[worker], g, ofBefore);
            ofNorm[part] = passes[worker].ofNorm();
            ofPrior[part] = passes[worker].ofPrior();
          }
        });
    List<INDArray> all = new ArrayList<>(ofVotes.arrays());
    if (ofBefore != null) {
      all.add(ofBefore);
    }
    if (operands.isNormalized()) {
      all.add(sum(ofNorm, 0));
      all.add(sum(ofNorm, 1));
    }
    if (operands.prior() != null) {
      all.add(sum(ofPrior));
    }
    return all;
  }

  private void differentiate(
      int part, int parts, AttentionBackward pass, INDArray g, INDArray ofBefore) {
    pass.begin(part);
    float[] ofPoses = sizes.capsules();
    float[] directed = sizes.capsules();
    float[] gradient = sizes.capsules();
    for (int k = groups.first(part, parts); k < groups.first(part + 1, parts); k++) {
      Floats.read(g, groups.at(k, sizes), ofPoses, 0, groups.numbers(k, sizes));
      pass.gradients(k, groups.count(k), before(k, directed), sums[k], ofPoses, gradient);
      if (ofBefore != null) {
        Floats.write(ofBefore, groups.at(k, sizes), gradient, 0, groups.numbers(k, sizes));
      }
    }
  }

  /** The poses that the first iteration of a group goes by, or null. */
  private float[] before(int group, float[] to) {
    if (before == null) {
      return null;
    }
    Floats.read(before, groups.at(group, sizes), to, 0, groups.numbers(group, sizes));
    return to;
  }

  /** The first or the second half of the sum of all parts. */
  private static INDArray sum(double[][] parts, int half) {
    int n = parts[0].length / 2;
    float[] sum = new float[n];
    for (int d = 0; d < n; d++) {
      double all = 0;
      for (double[] part : parts) {
        all += part[half * n + d];
      }
      sum[d] = (float) all;
    }
    return array(sum, n);
  }

  private INDArray sum(float[][] parts) {
    float[] sum = new float[parts[0].length];
    for (float[] part : parts) {
      Loops.add(part, sum);
    }
    return array(sum, sizes.in(), sizes.out());
  }

  private static INDArray array(float[] values, long... shape) {
    INDArray array = Floats.create(shape);
    Floats.write(array, 0, values, 0, values.length);
    return array;
  }
}
