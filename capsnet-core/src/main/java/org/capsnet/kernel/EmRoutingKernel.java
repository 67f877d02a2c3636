package org.capsnet.kernel;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * EM routing of matrix capsules (Hinton et al. 2018, procedure 1) in one kernel, at all positions
 * of a grid together: an input capsule may be divided among output capsules of several positions.
 *
 * <p>A worker routes one sample after another. In each iteration it takes up one output capsule
 * after another, makes the votes for it, and with them its mean, its variance and its logits, all
 * in the cache; the softmax over logits ends the iteration. Only the logits of a sample are ever
 * stored, and from the forward to the backward pass only what output capsules were in each
 * iteration: votes are made again, and assignments follow from both.
 *
 * <p>Samples are cut into fixed parts, each with gradients of its own of what samples share, so
 * that results are the same by any number of workers.
 */
public final class EmRoutingKernel {

  private final VoteOperands operands;
  private final EmProblem problem;
  private final VoteSizes sizes;
  private final INDArray activation;
  private final int batch;
  private final int workers;

  /** Of each sample; empty until forward ran. */
  private EmState[] states = {};

  /**
   * The gradients of the operands.
   *
   * @param votes those of what votes are made of, in the order of their operands
   * @param activation dL/da, {@code [samples, in]}
   * @param betaU dL/dβ_u, {@code [out]}
   * @param betaA dL/dβ_a, {@code [out]}
   */
  public record Gradients(
      List<INDArray> votes, INDArray activation, INDArray betaU, INDArray betaA) {}

  /**
   * Takes the operands, which must fit each other.
   *
   * @param votes what votes are made of: {@code samples = batch · positions} of them
   * @param activation of the voters, float {@code [samples, in]}
   * @param betaU float {@code [out]}
   * @param betaA float {@code [out]}
   * @param positions in each sample of the batch
   * @param capsule of voter i at position p the number of the input capsule that it is, from 0, at
   *     {@code p · in + i}; null where each is one of its own
   * @param settings how to iterate
   */
  public EmRoutingKernel(
      VoteOperands votes,
      INDArray activation,
      INDArray betaU,
      INDArray betaA,
      int positions,
      int[] capsule,
      EmSettings settings) {
    this(
        votes, activation, betaU, betaA, positions, capsule, settings, Simd.EM, Parallel.workers());
  }

  /** The same with given loops and workers. */
  EmRoutingKernel(
      VoteOperands votes,
      INDArray activation,
      INDArray betaU,
      INDArray betaA,
      int positions,
      int[] capsule,
      EmSettings settings,
      EmLoops loops,
      int workers) {
    operands = votes;
    this.activation = Floats.dense(activation);
    this.workers = workers;
    batch = Math.toIntExact(votes.samples() / positions);
    sizes = new VoteSizes(positions, votes.in(), votes.out(), votes.dim(), settings.iterations());
    problem =
        new EmProblem(
            sizes,
            loops,
            settings,
            new Voters(sizes, capsule),
            Floats.read(Floats.dense(betaU)),
            Floats.read(Floats.dense(betaA)));
  }

  /**
   * The most scratch memory that a call uses at once, forward or backward, and keeps between both;
   * all of it is in Java arrays.
   *
   * @param batch the samples
   * @param positions of each of them
   * @param in the voters at a position
   * @param out the output capsules there
   * @param dim the dimension of a vote
   * @param iterations of the routing
   * @param pose the numbers of the pose of a voter; 0 for votes that are given
   * @param matrix the numbers of the matrix of a pair; 0 for votes that are given
   * @param workers the threads, the system property {@code capsnet.threads}
   * @return bytes
   */
  public static long scratchBytes(
      long batch,
      int positions,
      int in,
      int out,
      int dim,
      int iterations,
      long pose,
      long matrix,
      int workers) {
    VoteSizes sizes = new VoteSizes(positions, in, out, dim, iterations);
    long shared = matrix * out * sizes.row();
    int parts = SampleGroups.ofOne(batch).parts(shared);
    long rows = pose == 0 ? GivenVotes.numbers(sizes) : ProductVotes.numbers(sizes, pose);
    long each = EmBackward.numbers(sizes) + rows + (long) positions * (sizes.row() + out);
    return Float.BYTES
        * (batch * EmState.numbers(sizes) + Math.min(workers, batch) * each + (parts + 2) * shared);
  }

  /**
   * {@return the output capsules, float {@code [samples · out · (dim + 1)]}: the poses of all, and
   * behind them the activations}
   */
  public INDArray forward() {
    INDArray made = Floats.create(operands.samples() * sizes.out() * (sizes.dim() + 1L));
    EmState[] kept = new EmState[batch];
    Parallel.forRange(
        batch,
        workers,
        (worker, from, to) -> {
          EmForward pass = new EmForward(problem, operands.rows(sizes, problem.loops()));
          float[][] active = sizes.rows(sizes.positions());
          float[] poses = sizes.capsules();
          float[] activations = new float[sizes.outputs()];
          for (int s = from; s < to; s++) {
            kept[s] = new EmState(sizes);
            readActivations(s, active);
            pass.route(s, active, kept[s], poses, activations);
            Floats.write(made, (long) s * poses.length, poses, 0, poses.length);
            Floats.write(made, activationsAt(s), activations, 0, activations.length);
          }
        });
    states = kept;
    return made;
  }

  /**
   * The gradients.
   *
   * @param upstream of what {@link #forward} made, of its shape
   * @return those of the operands
   * @throws IllegalStateException if {@link #forward} has not been called
   */
  public Gradients backward(INDArray upstream) {
    if (states.length == 0) {
      throw new IllegalStateException("backward before forward");
    }
    INDArray g = Floats.dense(upstream);
    int parts = SampleGroups.ofOne(batch).parts(operands.sharedNumbers());
    VoteOperands.Gradients ofVotes = operands.gradients(sizes, problem.loops(), parts, workers);
    INDArray ofActivation = Floats.create(activation.shape());
    double[][] betas = new double[parts][];
    EmBackward[] passes = new EmBackward[workers];
    Parallel.forItems(
        parts,
        1,
        workers,
        (worker, from, to) -> {
          for (int part = from; part < to; part++) {
            if (passes[worker] == null) {
              passes[worker] = new EmBackward(problem, ofVotes.rows());
            }
            differentiate(part, parts, passes[worker], g, ofActivation);
            betas[part] = passes[worker].betas();
          }
        });
    double[] total = new double[2 * sizes.out()];
    for (double[] ofPart : betas) {
      Arrays.setAll(total, k -> total[k] + ofPart[k]);
    }
    return new Gradients(ofVotes.arrays(), ofActivation, array(total, 0), array(total, 1));
  }

  private void differentiate(int part, int parts, EmBackward pass, INDArray g, INDArray to) {
    float[] ofPoses = sizes.capsules();
    float[] ofActive = new float[sizes.outputs()];
    pass.begin(part);
    float[][] active = sizes.rows(sizes.positions());
    SampleGroups samples = SampleGroups.ofOne(batch);
    for (int s = samples.first(part, parts); s < samples.first(part + 1, parts); s++) {
      Floats.read(g, (long) s * ofPoses.length, ofPoses, 0, ofPoses.length);
      Floats.read(g, activationsAt(s), ofActive, 0, ofActive.length);
      readActivations(s, active);
      float[][] gradient = pass.gradients(s, active, states[s], ofPoses, ofActive);
      for (int p = 0; p < gradient.length; p++) {
        Floats.write(to, at(s, p), gradient[p], 0, sizes.in());
      }
    }
  }

  /** Behind the poses of all samples. */
  private long activationsAt(int sample) {
    return (long) sizes.outputs() * ((long) batch * sizes.dim() + sample);
  }

  private void readActivations(int sample, float[][] rows) {
    for (int p = 0; p < rows.length; p++) {
      Floats.read(activation, at(sample, p), rows[p], 0, sizes.in());
    }
  }

  private long at(int sample, int position) {
    return ((long) sample * sizes.positions() + position) * sizes.in();
  }

  private INDArray array(double[] betas, int which) {
    INDArray array = Floats.create(sizes.out());
    float[] values = new float[sizes.out()];
    for (int j = 0; j < values.length; j++) {
      values[j] = (float) betas[which * values.length + j];
    }
    Floats.write(array, 0, values, 0, values.length);
    return array;
  }
}
