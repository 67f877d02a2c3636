package org.capsnet.routing;

import java.util.Map;
import java.util.Objects;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.Squash;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Coupling that is learned and then the same for all images: {@code c_ij = softmax_j(b_ij)}, {@code
 * v_j = squash(Σ_i c_ij û_ij)} for votes {@code û [batch, in, out, dim]}, where the logits {@code
 * b} are weights. These are the log priors that Sabour et al. (2017, section 2) say can be learned
 * with all other weights, without a routing iteration that would change them. It tells what of a
 * routing's gain is that couplings differ, and what that they depend on the image.
 *
 * <p>Parameter {@code prior [in, out]}: the logits, which start at 0.
 *
 * @param squash what brings output capsules below a length of 1
 */
public record StaticRouting(Squash squash) implements Routing {

  private static final String PRIOR = "prior";

  /** Checks that there is a squash. */
  public StaticRouting {
    Objects.requireNonNull(squash, "squash");
  }

  /** With the squash of Sabour et al. (2017). */
  public StaticRouting() {
    this(new SabourSquash());
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(PRIOR, init.constant(0, votes.in(), votes.out()));
  }

  @Override
  public Capsules route(RoutingInput in) {
    Variable s = Variable.einsum("bij,bijd->bjd", coupling(in), in.votes());
    return Capsules.ofLength(squash.squash(s));
  }

  /**
   * {@inheritDoc}
   *
   * @return the same for every sample; its sum over output capsules is 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    Variable c = in.parameter(PRIOR).softmax(-1);
    Variable ones = Variable.constant(Nd4j.ones(in.type(), in.votes().size(0), 1, 1));
    return ones.times(c);
  }

  /** One softmax for all samples, the weighed sum, squash and length; then their gradients. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    return arrays
        .sums(1)
        .plus(arrays.forward(0, 1, 1, 0, 0))
        .plus(arrays.gradients(1))
        .plus(arrays.backward(0, 2, 0, 0, 0))
        .forwardOnce(1, votes.in(), votes.out())
        .backwardOnce(2, votes.in(), votes.out())
        .plus(squash.cost(votes.out(), votes.dim(), setting))
        .plus(Capsules.costOfLength(votes.out(), votes.dim(), setting));
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
