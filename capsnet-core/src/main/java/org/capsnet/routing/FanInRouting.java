package org.capsnet.routing;

import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.FanInKernel;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fan-in routing of path capsule networks (Amer and Maul 2019): routing by agreement as in {@link
 * DynamicRouting}, but the softmax goes over the input capsules, {@code c_ij = softmax_i(b_ij)},
 * {@code v_j = squash(Σ_i c_ij û_ij)}, {@code b_ij} growing by {@code û_ij · v_j}, for votes {@code
 * û [batch, in, out, dim]}: each output capsule divides its attention among those that vote for it,
 * and input capsules need not decide. It suits few and strong input capsules, such as one for each
 * path of a network.
 *
 * <p>The first couplings are {@code 1 / in}: output capsules are means of their votes, and shorter
 * than those of dynamic routing where many vote. The authors published no code. That the softmax is
 * over input capsules follows from the name; squash and iterations are those of Sabour et al.
 * (2017), without a bias.
 *
 * <p>In floats on the CPU, votes that are products of matrices and poses are made by a kernel, for
 * one output capsule at a time, and none of them is stored.
 *
 * @param iterations the number of iterations, from 1 to 100
 */
public record FanInRouting(int iterations) implements IterativeRouting {

  private static final int IN = 1;

  /** Checks the number of iterations. */
  public FanInRouting {
    Iterations.require(iterations);
  }

  @Override
  public Capsules route(RoutingInput in) {
    return Capsules.ofLength(capsules(in.votes(), coupling(in)));
  }

  @Override
  public Optional<Capsules> routeFused(RoutingInput in) {
    return FusedVotes.fusedProducts(in)
        .map(votes -> in.reach().onGrid(Capsules.ofLength(fused(votes))));
  }

  private Variable fused(FusedVotes votes) {
    FanInKernel kernel = new FanInKernel(votes.operands(), iterations);
    return Variable.of(
        "fanInRouting",
        kernel.forward(),
        (g, needed) -> kernel.backward(g).toArray(INDArray[]::new),
        votes.inputs().toArray(Variable[]::new));
  }

  /**
   * {@inheritDoc}
   *
   * @return those of the last iteration; their sum over input capsules is 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    Variable votes = in.votes();
    return Agreement.logits(votes, iterations, b -> capsules(votes, b.softmax(IN))).softmax(IN);
  }

  private static Variable capsules(Variable votes, Variable c) {
    return new SabourSquash().squash(Variable.einsum("bij,bijd->bjd", c, votes));
  }

  /** The iterations and the lengths. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    Cost softmax =
        Cost.NONE.forward(1, votes.in(), votes.out()).backward(3, votes.in(), votes.out());
    Cost capsules =
        new SabourSquash()
            .cost(votes.out(), votes.dim(), setting)
            .forward(1, votes.out(), votes.dim());
    return Agreement.cost(votes, iterations, softmax, capsules, false, setting)
        .plus(Capsules.costOfLength(votes.out(), votes.dim(), setting));
  }

  @Override
  public Optional<Cost> fusedCost(VotesShape votes, VotesForm form, Setting setting) {
    long capsules = Math.multiplyExact(votes.positions(), votes.out());
    return FusedVotes.costOfProducts(
            votes, form, setting, iterations, 2L * iterations - 1, FanInKernel::scratchBytes)
        .map(cost -> cost.plus(Capsules.costOfLength(capsules, votes.dim(), setting)));
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
