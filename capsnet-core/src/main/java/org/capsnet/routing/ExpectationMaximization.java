package org.capsnet.routing;

import static org.capsnet.routing.Weighing.forEachInput;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Reach;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;

/**
 * Procedure 1 of Hinton et al. (2018), for whichever output capsules compete: {@link EmRouting} has
 * all that an input capsule reaches, {@link LocalEmRouting} those at one position.
 */
record ExpectationMaximization(
    int iterations, InverseTemperature temperature, double varianceFloor, boolean acrossPositions) {

  private static final int MARGIN_STEPS = 10_000;

  static final String BETA_U = "beta_u";
  static final String BETA_A = "beta_a";

  /** Keeps quotients and logarithms finite where nothing votes for an output capsule. */
  private static final double EPSILON = 1e-9;

  /**
   * The paper's settings leave the variance without a floor; this is the least that floats bear.
   */
  static final double FLOOR = 1e-9;

  ExpectationMaximization {
    Iterations.require(iterations);
    Objects.requireNonNull(temperature, "temperature");
    if (!(varianceFloor >= FLOOR && Double.isFinite(varianceFloor))) {
      throw new IllegalArgumentException(
          "variance floor: expected at least %s, got %s".formatted(FLOOR, varianceFloor));
    }
  }

  /** Output capsules and the assignments {@code r} that made them. */
  record Routed(Capsules capsules, Variable r) {}

  /** What an M step makes: of each output capsule its Gaussian and activation, and (V − μ)². */
  private record Gaussians(Variable mean, Variable variance, Variable activation, Variable off) {}

  /** Of activations that tell by their gaps which output capsule is there. */
  static ClassLoss loss() {
    return new SpreadLoss(new MarginSchedule(MARGIN_STEPS));
  }

  static Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(BETA_U, init.constant(0, votes.out()), BETA_A, init.constant(0, votes.out()));
  }

  Routed route(RoutingInput in) {
    Shapes.require("votes", in.votes().value(), "batch", "in", "out", "dim");
    Variable r = equal(in);
    Gaussians made = maximize(in, r, 0);
    for (int t = 1; t < iterations; t++) {
      r = expect(in, made);
      made = maximize(in, r, t);
    }
    return new Routed(new Capsules(made.mean, made.activation), r);
  }

  /** The M step of iteration t. */
  private Gaussians maximize(RoutingInput in, Variable r, int t) {
    Variable votes = in.votes();
    Variable ra = Variable.einsum("bij,bi->bij", r, in.activation());
    Variable sum = ra.sum(1).plus(EPSILON);
    Variable share = ra.dividedBy(forEachInput(sum));
    Variable mean = Variable.einsum("bij,bijd->bjd", share, votes);
    Variable off = votes.minus(forEachInput(mean)).square();
    Variable variance = Variable.einsum("bij,bijd->bjd", share, off).plus(varianceFloor);
    // Σ_d (β_u + log σ_d) · Σ_i r_i
    Variable entropy = variance.log().sum(2).times(0.5);
    Variable betas = in.parameter(BETA_U).times((double) votes.size(3));
    Variable cost = entropy.plus(betas).times(sum);
    double lambda = temperature.at(t, in.step());
    Variable a = in.parameter(BETA_A).minus(cost).times(lambda).sigmoid();
    return new Gaussians(mean, variance, a, off);
  }

  /** The E step, in logarithms. */
  private Variable expect(RoutingInput in, Gaussians of) {
    Variable exponents = of.off.dividedBy(forEachInput(of.variance)).sum(3);
    Variable norms = of.variance.times(2 * Math.PI).log().sum(2);
    Variable prior = of.activation.plus(EPSILON).log().minus(norms.times(0.5));
    Variable logits = forEachInput(prior).minus(exponents.times(0.5));
    return acrossPositions ? in.reach().softmax(logits) : logits.softmax(-1);
  }

  /**
   * An M step for each iteration, an E step between two of them. The last M step makes an
   * activation to which a gradient may not come.
   */
  Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    Cost m =
        arrays
            .sums(2)
            .plus(arrays.forward(2, 3, 4, 7, 1))
            .plus(arrays.gradients(1))
            .plus(arrays.backward(0, 6, 0, 0, 1));
    Cost mOfActivation = arrays.gradients(1).plus(arrays.backward(2, 2, 4, 5, 0));
    Cost e =
        arrays
            .multiplyAdds(1)
            .plus(arrays.forward(1, 3, 2, 4, 1))
            .plus(arrays.backward(4, 5, 6, 2, 2));
    Cost across = acrossPositions ? Reach.costOfSoftmax(votes, setting) : Cost.NONE;
    return m.plus(setting.activationGradient() ? mOfActivation : Cost.NONE)
        .plus(m.plus(mOfActivation).plus(e).plus(across).times(iterations - 1L))
        .plus(arrays.gradientOfUses(setting.activationGradient() ? 2 : iterations))
        .forward(1, votes.in(), votes.out());
  }

  List<Double> temperatures(RoutingInput in) {
    return IntStream.range(0, iterations).mapToObj(t -> temperature.at(t, in.step())).toList();
  }

  private Variable equal(RoutingInput in) {
    return acrossPositions ? in.reach().uniform(in.votes().size(2), in.type()) : Weighing.equal(in);
  }
}
