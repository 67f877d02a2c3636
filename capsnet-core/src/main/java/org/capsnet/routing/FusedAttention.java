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
    return FusedVotes.fusedProducts(in)
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
    return FusedVotes.fusedProducts(in)
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
    return FusedVotes.costOfProducts(
        votes, form, setting, iterations, 2L * iterations - 1, AttentionKernel::scratchBytes);
  }
}
