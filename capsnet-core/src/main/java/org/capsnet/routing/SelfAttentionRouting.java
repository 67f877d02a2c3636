package org.capsnet.routing;

import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;

/**
 * Self-attention routing of Efficient-CapsNet (Mazzia et al. 2021, section 3.2): a vote counts as
 * much as it agrees with all votes for the same output capsule, {@code c_ij = softmax_j(Σ_k û_ij ·
 * û_kj / √dim) + prior_ij}, and {@code v_j = squash(Σ_i c_ij û_ij)} by the {@link
 * ExponentialSquash}, for votes {@code û [batch, in, out, dim]} and output capsules {@code v
 * [batch, out, dim]}. There is no iteration; as each vote is compared with all others, it is for
 * few input capsules, as behind the convolutions of that network, the smallest that is near the
 * best on MNIST.
 *
 * <p>In floats on the CPU, votes that are products of matrices and poses are made by a kernel, for
 * one output capsule at a time, and none of them is stored.
 *
 * <p>Parameter {@code prior [in, out]}, which starts at 0. As it is added after the softmax, the
 * couplings of an input capsule need not sum to 1.
 */
public record SelfAttentionRouting() implements Routing {

  private static final String PRIOR = "prior";

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(PRIOR, init.constant(0, votes.in(), votes.out()));
  }

  @Override
  public Capsules route(RoutingInput in) {
    Variable s = Variable.einsum("bij,bijd->bjd", coupling(in), in.votes());
    return capsules(s);
  }

  @Override
  public Optional<Capsules> routeFused(RoutingInput in) {
    return FusedAttention.summed(in, in.parameter(PRIOR)).map(s -> in.reach().onGrid(capsules(s)));
  }

  private static Capsules capsules(Variable s) {
    return Capsules.ofLength(new ExponentialSquash().squash(s));
  }

  /**
   * {@inheritDoc}
   *
   * @return the softmax and the learned prior, which may bring them below 0 or above 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    // The sum of products with each vote is a product with their sum.
    Variable sum = in.votes().sum(1);
    return Variable.einsum("bijd,bjd->bij", in.votes(), sum)
        .dividedBy(Math.sqrt((double) in.votes().size(3)))
        .softmax(-1)
        .plus(in.parameter(PRIOR));
  }

  /** The sum of votes, agreement, softmax and weighed sum; then their gradients. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    return arrays
        .sums(2)
        .plus(arrays.forward(0, 4, 2, 0, 2))
        .plus(arrays.gradients(2))
        .plus(arrays.gradientOfUses(3))
        .plus(arrays.backward(1, 4, 1, 0, 1))
        .plus(costOfCapsules(votes.out(), votes.dim(), setting));
  }

  @Override
  public Optional<Cost> fusedCost(VotesShape votes, VotesForm form, Setting setting) {
    long capsules = Math.multiplyExact(votes.positions(), votes.out());
    return FusedAttention.cost(votes, 2, form, setting)
        .map(cost -> cost.plus(costOfCapsules(capsules, votes.dim(), setting)));
  }

  private static Cost costOfCapsules(long capsules, long dim, Setting setting) {
    return new ExponentialSquash()
        .cost(capsules, dim, setting)
        .plus(Capsules.costOfLength(capsules, dim, setting));
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
