package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Votes and dynamic routing of a dense capsule layer in one kernel: {@code û_ij = W_ij u_i}, then
 * routing by agreement (Sabour et al. 2017, procedure 1).
 *
 * <p>The votes are never stored. Each iteration is a pass over the input capsules that makes the
 * votes of a few of them for a block of samples, couples them, and adds them up, all in the cache;
 * so is each step of the backward pass. Computing votes again costs less than fetching them from
 * main memory, and needs little scratch memory besides the poses and a few arrays of the size of
 * the output capsules.
 *
 * <p>Workers share the input capsules, not the samples: so each of them reads its weights where
 * they lie, a few input capsules at a time, and writes their whole gradient. The forward pass of a
 * few samples is that of {@link HeldVotes} instead.
 */
public final class DenseRoutingKernel {

  private final RoutingSizes sizes;
  private final RoutingEngine engine;
  private final INDArray u;
  private final INDArray weight;
  private final float[] bias;

  /** s^r of each iteration, {@code [batch, out · dim]} each; empty until forward ran. */
  private final List<SampleLanes> s = new ArrayList<>();

  /** The same of a few samples, {@code [batch, out · dim]}, until the backward pass wants lanes. */
  private final List<float[]> held = new ArrayList<>();

  /**
   * The gradients of the operands.
   *
   * @param u dL/du, {@code [batch, in, inDim]}
   * @param weight dL/dW, {@code [in, out, dim, inDim]}
   * @param bias dL/d(bias), {@code [out, dim]}
   */
  public record Gradients(INDArray u, INDArray weight, INDArray bias) {}

  /**
   * Takes the operands, which must fit each other.
   *
   * @param u float {@code [batch, in, inDim]}
   * @param weight float {@code [in, out, dim, inDim]}
   * @param bias float {@code [out, dim]}, or null for none
   * @param settings how to iterate
   */
  public DenseRoutingKernel(INDArray u, INDArray weight, INDArray bias, RoutingSettings settings) {
    this(u, weight, bias, settings, RoutingEngine.ofJvm());
  }

  /** The same on a given engine. */
  DenseRoutingKernel(
      INDArray u, INDArray weight, INDArray bias, RoutingSettings settings, RoutingEngine engine) {
    this.u = Floats.dense(u);
    this.weight = Floats.dense(weight);
    this.engine = engine;
    sizes =
        new RoutingSizes(
            settings,
            Math.toIntExact(u.size(1)),
            Math.toIntExact(u.size(2)),
            Math.toIntExact(weight.size(1)),
            Math.toIntExact(weight.size(2)));
    this.bias = bias == null ? new float[sizes.width()] : Floats.read(Floats.dense(bias));
  }

  /**
   * The most scratch memory that a call uses at once, forward or backward, besides the operands,
   * their gradients and the output capsules; all of it is in Java arrays. It grows with the poses
   * and the output capsules of the batch, and neither with the votes nor with the weights.
   *
   * @param batch the samples
   * @param in the input capsules
   * @param inDim the size of their poses
   * @param out the output capsules
   * @param dim the size of theirs
   * @param settings how to iterate
   * @param workers the threads, the system property {@code capsnet.threads}
   * @return bytes
   */
  public static long scratchBytes(
      long batch, int in, int inDim, int out, int dim, RoutingSettings settings, int workers) {
    RoutingSizes sizes = new RoutingSizes(settings, in, inDim, out, dim);
    return scratchBytes(sizes, batch, Simd.ROUTING.lanes(), workers);
  }

  /** The same for blocks of at most so many samples. */
  static long scratchBytes(RoutingSizes sizes, long batch, int most, int workers) {
    // s, v, ds and the reach of each iteration, the gradient of v, and two totals
    long likeOut = 4L * sizes.iterations() + 3;
    long held = HeldVotes.pays(sizes, batch) ? HeldVotes.bytes(sizes, batch, workers) : 0;
    return held
        + InputCapsulePasses.bytes(sizes, batch, most, workers)
        + likeOut * SampleLanes.bytes(batch, sizes.width(), most);
  }

  /** {@return the output capsules v, float {@code [batch, out, dim]}} */
  public INDArray forward() {
    s.clear();
    held.clear();
    return HeldVotes.pays(sizes, u.size(0)) ? routeHeld() : routeInPasses();
  }

  private INDArray routeHeld() {
    held.addAll(List.of(HeldVotes.totals(sizes, engine.workers(), u, weight, bias)));
    float[] v = HeldVotes.squashed(held.get(held.size() - 1), sizes.dim());
    INDArray result = result();
    Floats.write(result, 0, v, 0, v.length);
    return result;
  }

  private INDArray result() {
    return Floats.create(u.size(0), sizes.out(), sizes.dim());
  }

  private INDArray routeInPasses() {
    InputCapsulePasses passes = InputCapsulePasses.over(sizes, engine, u, weight);
    SampleLanes reach = outputCapsules();
    SampleLanes v = null;
    for (int r = 0; r < sizes.iterations(); r++) {
      s.add(totals(passes, r, reach));
      v = s.get(r).copy();
      v.squash(sizes.dim());
      reach.add(v);
    }
    passes.release();
    INDArray result = result();
    v.write(result, engine.workers());
    return result;
  }

  /** s^r, the totals that output capsules are squashed from. */
  private SampleLanes totals(InputCapsulePasses passes, int r, SampleLanes reach) {
    SampleLanes total;
    if (r == 0) {
      total = passes.sumOfVotes();
      total.scale(VoteRouting.uniform(sizes));
    } else {
      total =
          passes.sum(
              (routing, b, sums) -> {
                routing.vote(reach.blocks[b]);
                routing.couple(r);
                routing.send(r, sums);
              });
    }
    total.addToRows(bias);
    return total;
  }

  /**
   * The gradients.
   *
   * @param upstream dL/dv, float {@code [batch, out, dim]}
   * @return those of u, the weights and the bias
   * @throws IllegalStateException if {@link #forward} has not been called
   */
  public Gradients backward(INDArray upstream) {
    if (s.isEmpty() && held.isEmpty()) {
      throw new IllegalStateException("backward before forward");
    }
    for (float[] total : held) {
      SampleLanes lanes = outputCapsules();
      lanes.put(total);
      s.add(lanes);
    }
    held.clear();
    return new BackwardRouting(sizes, engine, u.size(0), s)
        .gradients(u, weight, Floats.dense(upstream));
  }

  private SampleLanes outputCapsules() {
    return new SampleLanes(u.size(0), sizes.width(), engine.loops().lanes());
  }
}
