package org.capsnet.kernel;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fan-in routing (Amer and Maul 2019) in one kernel: each output capsule divides its attention
 * among the votes for it, {@code c_ij = softmax_i(b_ij)}, and so has nothing to do with the others.
 * A worker makes the votes for one output capsule of a sample, in the cache, and does all
 * iterations with them, and in the backward pass all gradients: votes are made once forward and
 * once backward, and none are stored.
 */
public final class FanInKernel {

  private final VoteOperands votes;
  private final VoteLoops loops;
  private final VoteSizes sizes;
  private final SampleGroups groups;
  private final int workers;

  /**
   * Takes the operands.
   *
   * @param votes what is routed: products of poses and matrices
   * @param iterations at least 1
   * @throws IllegalArgumentException if votes are given, and not products of poses and matrices
   */
  public FanInKernel(VoteOperands votes, int iterations) {
    this(votes, iterations, Simd.VOTES, Parallel.workers());
  }

  /** The same with given loops and workers. */
  FanInKernel(VoteOperands votes, int iterations, VoteLoops loops, int workers) {
    this.votes = votes.requireProducts();
    this.loops = loops;
    this.workers = workers;
    groups = SampleGroups.of(votes.samples());
    sizes = new VoteSizes(groups.size(), votes.in(), votes.out(), votes.dim(), iterations);
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
    long each = FanInIterations.numbers(sizes, true) + ProductVotes.numbers(sizes, pose);
    // Rows of the weights, their gradients in parts, and the sum of these.
    return Float.BYTES * (Math.min(workers, groups.count()) * each + (parts + 2) * shared);
  }

  /** {@return the output capsules, float {@code [samples, out, dim]}} */
  public INDArray forward() {
    INDArray made = Floats.create(groups.samples(), sizes.out(), sizes.dim());
    Parallel.forRange(
        groups.count(),
        workers,
        (worker, from, to) -> {
          VoteRows source = votes.rows(sizes, loops);
          FanInIterations routing = new FanInIterations(sizes, loops, false);
          float[] capsules = sizes.capsules();
          for (int g = from; g < to; g++) {
            source.read(g);
            forOutputs(
                g,
                (sample, j, at) -> {
                  source.votes(sample, j, routing.votes());
                  routing.route();
                  routing.write(capsules, at);
                });
            Floats.write(made, groups.at(g, sizes), capsules, 0, groups.numbers(g, sizes));
          }
        });
    return made;
  }

  /**
   * The gradients.
   *
   * @param upstream of what {@link #forward} makes, of its shape
   * @return those of what votes are made of
   */
  public List<INDArray> backward(INDArray upstream) {
    INDArray gradient = Floats.dense(upstream);
    int parts = groups.parts(votes.sharedNumbers());
    VoteOperands.Gradients ofVotes = votes.gradients(sizes, loops, parts, workers);
    Parallel.forRange(
        parts,
        workers,
        (worker, from, to) -> {
          VoteRows source = ofVotes.rows();
          FanInIterations routing = new FanInIterations(sizes, loops, true);
          float[] ofCapsules = sizes.capsules();
          for (int part = from; part < to; part++) {
            source.begin(part);
            for (int g = groups.first(part, parts); g < groups.first(part + 1, parts); g++) {
              Floats.read(gradient, groups.at(g, sizes), ofCapsules, 0, groups.numbers(g, sizes));
              differentiate(g, source, routing, ofCapsules);
            }
          }
        });
    return ofVotes.arrays();
  }

  private void differentiate(int g, VoteRows source, FanInIterations routing, float[] ofCapsules) {
    source.read(g);
    forOutputs(
        g,
        (sample, j, at) -> {
          source.votes(sample, j, routing.votes());
          routing.route();
          source.addGradient(sample, j, routing.gradient(ofCapsules, at));
        });
    for (int sample = 0; sample < groups.count(g); sample++) {
      source.write(g, sample);
    }
  }

  /** What is done for an output capsule of a sample, which begins at an index. */
  private interface Work {
    void run(int sample, int j, int at);
  }

  /** Each output capsule of all samples in turn, whose weights so stay in the cache. */
  private void forOutputs(int group, Work work) {
    for (int j = 0; j < sizes.out(); j++) {
      for (int sample = 0; sample < groups.count(group); sample++) {
        work.run(sample, j, (sample * sizes.out() + j) * sizes.dim());
      }
    }
  }
}
