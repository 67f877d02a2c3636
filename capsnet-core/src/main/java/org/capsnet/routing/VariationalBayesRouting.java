package org.capsnet.routing;

import static org.capsnet.routing.ExpectationMaximization.BETA_A;
import static org.capsnet.routing.ExpectationMaximization.BETA_U;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.Reach;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.CrossEntropyLoss;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Routing by variational Bayes (Ribeiro et al. 2020, algorithm 1): as in {@link EmRouting} output
 * capsules are Gaussians that input capsules are divided among, but with priors on their means,
 * precisions and shares, so that a variance cannot collapse on a single one of the votes {@code û
 * [batch, in, out, dim]}: it is for few of them. With {@code R_j = Σ_i r_ij a_i}, and mean {@code
 * μ_j} and sum of squares {@code S_j} of the votes by weights {@code r_ij a_i}, each iteration has
 *
 * <pre>{@code
 * α_j = κ_j = 1 + R_j,  ν_j = dim + 1 + R_j,  m_j = R_j μ_j / κ_j,  1/Ψ_j = 1 + S_j + R_j/κ_j μ_j²
 * E ln π_j = ψ(α_j) − ψ(Σ_j α_j),  E ln|Λ_j| = Σ_d ψ((ν_j − d)/2) + dim ln 2 + Σ_d ln Ψ_jd
 * r_ij ∝ exp(E ln π_j + ½ E ln|Λ_j| − ½ (dim/κ_j + ν_j Σ_d Ψ_jd (û_ijd − m_jd)²))
 * }</pre>
 *
 * <p>with d from 0, diagonal precisions, and the authors' priors: 0 and 1 of means, 1 and {@code
 * dim + 1} of precisions, 1 of shares. On a grid an input capsule is divided among all output
 * capsules that it reaches. The pose is {@code m_j}; the activation is {@code a_j = sigmoid(β_a −
 * (e^(E ln π_j) H_j + β_u))}, where {@code H_j = ½ dim ln(2πe) − ½ E ln|Λ_j|} is the Gaussian's
 * entropy.
 *
 * <p>This is the authors' code, but for two normalizations over the batch that it has, of the poses
 * and within the sigmoid: a routing keeps no statistics. Parameters: {@code beta_u} and {@code
 * beta_a}, {@code [out]}, which start at 0.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 3
 */
public record VariationalBayesRouting(int iterations) implements IterativeRouting {

  /** Checks the number of iterations. */
  public VariationalBayesRouting {
    Iterations.require(iterations);
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return ExpectationMaximization.parameters(votes, init);
  }

  /**
   * {@return the cross-entropy of a softmax over activations, as in the authors' code; by the
   * margin loss such a layer hardly learns}
   */
  @Override
  public ClassLoss loss() {
    return new CrossEntropyLoss();
  }

  @Override
  public Capsules route(RoutingInput in) {
    Posterior q = posterior(in, coupling(in));
    double most = 0.5 * in.votes().size(3) * Math.log(2 * Math.PI * Math.E);
    Variable entropy = q.precision().times(-0.5).plus(most);
    Variable cost = q.share().exp().times(entropy).plus(in.parameter(BETA_U));
    return new Capsules(q.mean(), in.parameter(BETA_A).minus(cost).sigmoid());
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code r_ij} of the last iteration; for each input capsule their sum over all output
   *     capsules that it reaches is 1, but after a single iteration {@code 1 / out} each
   */
  @Override
  public Variable coupling(RoutingInput in) {
    return Weighing.refined(
        in, iterations, r -> in.reach().softmax(posterior(in, r).logits(in.votes())));
  }

  private static Posterior posterior(RoutingInput in, Variable r) {
    return Posterior.of(in.votes(), Variable.einsum("bij,bi->bij", r, in.activation()));
  }

  /** A posterior for each iteration, logits and their softmax between two of them. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    int doubles = setting.type() == DataType.DOUBLE ? 0 : 7; // arrays that ψ of floats goes through
    Cost posterior =
        arrays
            .sums(2)
            .plus(arrays.forward(2, 2, 14 + doubles, 15, 0))
            .plus(arrays.gradients(1))
            .plus(arrays.backward(0, 4, 6, 4, 0));
    Cost ofPrecision = arrays.gradients(1).plus(arrays.backward(2, 2, 14 + doubles, 13, 0));
    Cost logits =
        Reach.costOfSoftmax(votes, setting)
            .plus(arrays.multiplyAdds(1))
            .plus(arrays.forward(3, 4, 0, 0, 3))
            .plus(arrays.backward(5, 7, 4, 0, 0));
    return posterior
        .plus(setting.activationGradient() ? ofPrecision : Cost.NONE)
        .plus(posterior.plus(ofPrecision).plus(logits).times(iterations - 1L))
        .plus(arrays.gradientOfUses(setting.activationGradient() ? 2 : iterations));
  }
}
