package org.capsnet.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.AttentionKernel;
import org.capsnet.kernel.AttentionOperands;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.Threads;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The kernel of routing by attention, in floats on the CPU, for votes that are products of matrices
 * and poses, which are never all made. Votes that are there already would have to be read, which
 * costs what it saves.
 */
final class FusedAttention {

  private FusedAttention() {}

  private static Optional<FusedVotes> votes(RoutingInput in) {
    return Kernels.fused(in.type()) ? FusedVotes.products(in) : Optional.empty();
  }

  /**
   * The normalized poses of inverted dot-product attention.
   *
   * @param before the poses {@code [samples, out, dim]} that the first iteration goes by; null
   *     where it weighs all votes alike
   * @return {@code [samples, out, dim]}
   */
  static Optional<Variable> normalized(RoutingInput in, Variable before, int iterations) {
    Variable gamma = in.parameter(PoseAttention.GAMMA);
    Variable beta = in.parameter(PoseAttention.BETA);
    List<Variable> others = new ArrayList<>();
    if (before != null) {
      others.add(before);
    }
    others.addAll(List.of(gamma, beta));
    INDArray given = before == null ? null : before.value();
    return votes(in)
        .map(
            votes -> {
              AttentionOperands operands =
                  AttentionOperands.normalized(
                      votes.operands(), given, gamma.value(), beta.value());
              return poses("attentionRouting", operands, iterations, votes, others);
            });
  }

  /**
   * The sums of votes that self-attention squashes.
   *
   * @return {@code [samples, out, dim]}
   */
  static Optional<Variable> summed(RoutingInput in, Variable prior) {
    return votes(in)
        .map(
            votes -> {
              AttentionOperands operands =
                  AttentionOperands.summed(votes.operands(), prior.value());
              return poses("selfAttentionRouting", operands, 2, votes, List.of(prior));
            });
  }

  private static Variable poses(
      String name,
      AttentionOperands operands,
      int iterations,
      FusedVotes votes,
      List<Variable> others) {
    AttentionKernel kernel = new AttentionKernel(operands, iterations);
    List<Variable> inputs = new ArrayList<>(votes.inputs());
    inputs.addAll(others);
    return Variable.of(
        name,
        kernel.forward(),
        (g, needed) -> kernel.backward(g).toArray(INDArray[]::new),
        inputs.toArray(Variable[]::new));
  }

  /** The poses, without what activations cost; votes are in the kernel's scratch. */
  static Optional<Cost> cost(VotesShape votes, int iterations, VotesForm form, Setting setting) {
    boolean taken = form == VotesForm.MATRICES || form == VotesForm.POSES;
    if (!taken || !setting.fused()) {
      return Optional.empty();
    }
    long voters = Math.multiplyExact(votes.positions(), votes.in());
    return Optional.of(
        Cost.NONE
            .forward(1, votes.output().numbers())
            .multiplyAdds(2L * iterations - 1, voters, votes.out(), votes.dim())
            .scratch(samples -> scratch(samples, iterations, votes, form)));
  }

  private static long scratch(int samples, int iterations, VotesShape votes, VotesForm form) {
    if (votes.voters().numbers() > Integer.MAX_VALUE) {
      return 0; // no array would hold the poses of a sample
    }
    return AttentionKernel.scratchBytes(
        Math.multiplyExact(samples, votes.positions()),
        Math.toIntExact(votes.in()),
        Math.toIntExact(votes.out()),
        Math.toIntExact(votes.dim()),
        iterations,
        FusedVotes.pose(votes, form),
        FusedVotes.matrix(votes, form),
        Threads.count());
  }
}
