package org.capsnet.routing;

import static org.capsnet.routing.Weighing.forEachInput;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Routing by the net benefit of using or ignoring data (Heinsen 2019, algorithm 1): EM routing in
 * which an output capsule gains by the input capsules that it uses and pays for those that it
 * ignores, each at a price of its own. Each iteration:
 *
 * <ul>
 *   <li>E step: {@code R_ij = 1 / out} at first, then {@code ∝ f(a_j) N(V_ij; μ_j, σ²_j)}
 *   <li>D step: {@code D_use = f(a_i) R_ij}, {@code D_ign = f(a_i) − D_use}
 *   <li>M step: {@code a_j = Σ_i β_use D_use − Σ_i β_ign D_ign}; {@code μ_j} and {@code σ²_j}, mean
 *       and variance of the votes by weights {@code D_use}
 * </ul>
 *
 * <p>for votes {@code V [batch, in, out, dim]} and poses {@code μ [batch, out, dim]}, where {@code
 * f} is the logistic function: the activations of this library are {@code f(a)}. It has no
 * temperature to choose, and was made for sequences and trees as well as for images.
 *
 * <p>Parameters, all of which start at 0: {@code bias [in, out, dim]}, added to votes; {@code
 * beta_use} and {@code beta_ign}, {@code [in, out]}.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 3
 */
public record HeinsenRouting(int iterations) implements IterativeRouting {

  private static final String BIAS = "bias";
  private static final String USE = "beta_use";
  private static final String IGNORE = "beta_ign";

  /** The author's, added to the sum of what is used, and to variances. */
  private static final double EPSILON = 1e-5;

  /** Checks the number of iterations. */
  public HeinsenRouting {
    Iterations.require(iterations);
  }

  /** What an M step makes of a division R. */
  private record Made(Variable score, Variable mean, Variable variance, Variable off) {}

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(
        BIAS, init.constant(0, votes.in(), votes.out(), votes.dim()),
        USE, init.constant(0, votes.in(), votes.out()),
        IGNORE, init.constant(0, votes.in(), votes.out()));
  }

  @Override
  public Capsules route(RoutingInput in) {
    Variable votes = in.votes().plus(in.parameter(BIAS));
    Made made = maximize(in, votes, divided(in, votes));
    return new Capsules(made.mean, made.score.sigmoid());
  }

  /**
   * {@inheritDoc}
   *
   * @return R of the last iteration; its sum over output capsules is 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    return divided(in, in.votes().plus(in.parameter(BIAS)));
  }

  private Variable divided(RoutingInput in, Variable votes) {
    return Weighing.refined(in, iterations, r -> expect(maximize(in, votes, r)));
  }

  /** The D step and the M step. */
  private static Made maximize(RoutingInput in, Variable votes, Variable r) {
    Variable a = in.activation();
    Variable use = Variable.einsum("bij,bi->bij", r, a);
    Variable ignore = a.reshape(a.size(0), a.size(1), 1).minus(use);
    Variable score = use.times(in.parameter(USE)).minus(ignore.times(in.parameter(IGNORE))).sum(1);
    Variable share = use.dividedBy(use.sum(true, 1).plus(EPSILON));
    Variable mean = Variable.einsum("bij,bijd->bjd", share, votes);
    Variable off = votes.minus(forEachInput(mean)).square();
    Variable variance = Variable.einsum("bij,bijd->bjd", share, off).plus(EPSILON);
    return new Made(score, mean, variance, off);
  }

  /** The E step, in logarithms. */
  private static Variable expect(Made of) {
    Variable exponents = of.off.dividedBy(forEachInput(of.variance)).sum(3);
    Variable prior = logSigmoid(of.score).minus(of.variance.log().sum(2).times(0.5));
    return forEachInput(prior).minus(exponents.times(0.5)).softmax(-1);
  }

  /** {@code log(1 / (1 + e^-x))}: of two classes with logits x and 0 the logarithm of the first. */
  private static Variable logSigmoid(Variable x) {
    Variable logit = x.reshape(x.size(0), x.size(1), 1);
    Variable zero = Variable.constant(Nd4j.zeros(x.dataType(), logit.shape()));
    return Variable.concat(2, logit, zero).logSoftmax(2).slice(2, 0, 1).reshape(x.shape());
  }

  /** The biased votes and an M step for each iteration, an E step between two of them. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    boolean scored = setting.activationGradient();
    Cost last =
        arrays
            .sums(2)
            .plus(arrays.forward(3, 7, 3, 2, 0))
            .plus(arrays.gradients(1))
            .plus(arrays.backward(0, 6, 0, 0, 1));
    Cost ofScores = scored ? arrays.backward(0, 9, 0, 0, 2) : Cost.NONE;
    Cost between =
        arrays
            .sums(2)
            .plus(arrays.multiplyAdds(1))
            .plus(arrays.forward(3, 10, 4, 12, 2))
            .plus(arrays.gradients(2))
            .plus(arrays.backward(6, 22, 6, 8, 5));
    return last.plus(ofScores)
        .plus(between.times(iterations - 1L))
        .plus(arrays.gradientOfUses(iterations));
  }
}
