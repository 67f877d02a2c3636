package org.capsnet.routing;

import java.util.Map;
import java.util.Set;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;

/**
 * Self-routing of SR-CapsNet (Hahn et al. 2019, section 3): each input capsule decides by its own
 * pose where it goes, without agreement and without iteration, as the gate of a mixture of experts
 * does: {@code c_ij = softmax_j(w_ij · u_i + b_ij)}, then
 *
 * <pre>{@code
 * a_j = Σ_i c_ij a_i / Σ_i a_i,   u_j = Σ_i c_ij a_i û_ij / Σ_i c_ij a_i
 * }</pre>
 *
 * <p>for votes {@code û [batch, in, out, dim]} and input poses {@code u [batch, in, inDim]}. The
 * activations of output capsules sum to 1, so that {@code −log a_j} is the loss of a class. It
 * suits deep networks: it is cheap, and was tried on ResNets. It reads the poses of input capsules,
 * which votes by a convolution do not have.
 *
 * <p>Parameters, both of which start at 0 as in the authors' code: {@code route [in, out, inDim]},
 * and {@code prior [in, out]}, which the code has and the paper's equation does not.
 */
public record SelfRouting() implements Routing {

  private static final String ROUTE = "route";
  private static final String PRIOR = "prior";

  /** Keeps quotients finite where no input capsule is active. */
  private static final double TINY = 1e-12;

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(
        ROUTE, init.constant(0, votes.in(), votes.out(), votes.inDim()),
        PRIOR, init.constant(0, votes.in(), votes.out()));
  }

  @Override
  public Set<String> decayed() {
    return Set.of(ROUTE);
  }

  /** {@return the negative logarithm of the true class's activation} */
  @Override
  public ClassLoss loss() {
    return new NegativeLogLikelihood();
  }

  @Override
  public Capsules route(RoutingInput in) {
    Variable a = in.activation();
    Variable ca = Variable.einsum("bij,bi->bij", coupling(in), a);
    Variable sum = ca.sum(1);
    Variable pose =
        Variable.einsum("bij,bijd->bjd", ca, in.votes())
            .dividedBy(sum.plus(TINY).reshape(sum.size(0), sum.size(1), 1));
    return new Capsules(pose, sum.dividedBy(a.sum(true, 1).plus(TINY)));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException if the poses of the input capsules are not known
   */
  @Override
  public Variable coupling(RoutingInput in) {
    return Variable.einsum("bic,ijc->bij", in.pose(), in.parameter(ROUTE))
        .plus(in.parameter(PRIOR))
        .softmax(-1);
  }

  /** Logits, softmax, both sums and quotients; then their gradients. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    return arrays
        .sums(1)
        .plus(arrays.forward(0, 4, 2, 2, 2))
        .plus(arrays.gradients(1))
        .plus(arrays.backward(0, 7, 2, 1, setting.activationGradient() ? 4 : 2))
        .backward(2, votes.voters().sizes())
        .multiplyAdds(votes.in(), votes.out(), votes.inDim());
  }
}
