package org.capsnet.routing;

import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.loss.ClassLoss;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;

/**
 * EM routing of matrix capsules (Hinton et al. 2018, procedure 1): output capsules are Gaussians,
 * fitted to the votes {@code û [batch, in, out, dim]} by expectation-maximization. An input capsule
 * of activation {@code a_i} is divided among output capsules by assignments {@code r_ij}, whose sum
 * is 1. Each iteration:
 *
 * <ul>
 *   <li>M step: {@code μ_j} and {@code σ²_j}, mean and variance of the votes by weights {@code r_ij
 *       a_i}; {@code cost_j = Σ_d (β_u + log σ_jd) Σ_i r_ij a_i}; {@code a_j = sigmoid(λ (β_a −
 *       cost_j))}
 *   <li>E step: {@code r_ij ∝ a_j N(û_ij; μ_j, σ²_j)}, computed in logarithms
 * </ul>
 *
 * <p>An output capsule is active where many votes agree closely: its activation is its own, and not
 * the length of its pose {@code μ_j} of {@code [batch, out, dim]}, which may have any length and
 * dimension. It was made for objects that are seen from new viewpoints, and goes well with {@link
 * org.capsnet.capsule.PoseVotes} and a spread loss.
 *
 * <p>On a grid an input capsule is divided among <b>all</b> output capsules that it reaches, types
 * and positions (section 4 there): its first assignments are equal parts, as the paper's {@code
 * 1/|parents|} is read here. Most public code lets them compete at each position alone, which is
 * {@link LocalEmRouting}.
 *
 * <p>In floats on the CPU a kernel makes the votes for one output capsule at a time and stores none
 * of them; its memory, as well as its time, is a small part of what the lines of the paper take.
 *
 * <p>Parameters: {@code beta_u} and {@code beta_a}, {@code [out]}, which start at 0.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 3
 * @param temperature the inverse temperature λ, by iteration and by step of the training
 * @param varianceFloor what is added to each variance, from 1e-9: without it votes that are all the
 *     same would have an infinite likelihood
 */
public record EmRouting(int iterations, InverseTemperature temperature, double varianceFloor)
    implements IterativeRouting {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public EmRouting {
    procedure(iterations, temperature, varianceFloor);
  }

  /**
   * Routing with the authors' inverse temperature and the least floor.
   *
   * @param iterations from 1; the paper has 3
   * @throws IllegalArgumentException if there are fewer
   */
  public EmRouting(int iterations) {
    this(iterations, new InverseTemperature(), ExpectationMaximization.FLOOR);
  }

  private static ExpectationMaximization procedure(
      int iterations, InverseTemperature temperature, double floor) {
    return new ExpectationMaximization(iterations, temperature, floor, true);
  }

  private ExpectationMaximization procedure() {
    return procedure(iterations, temperature, varianceFloor);
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return ExpectationMaximization.parameters(votes, init);
  }

  /** {@return the spread loss, whose margin grows from 0.2 to 0.9 over 10,000 steps} */
  @Override
  public ClassLoss loss() {
    return ExpectationMaximization.loss();
  }

  @Override
  public Capsules route(RoutingInput in) {
    return procedure().route(in).capsules();
  }

  @Override
  public Optional<Capsules> routeFused(RoutingInput in) {
    return FusedEmRouting.route(procedure(), in);
  }

  @Override
  public Variable coupling(RoutingInput in) {
    return procedure().route(in).r();
  }

  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    return procedure().cost(votes, setting);
  }

  @Override
  public Optional<Cost> fusedCost(VotesShape votes, VotesForm form, Setting setting) {
    return FusedEmRouting.cost(procedure(), votes, form, setting);
  }
}
