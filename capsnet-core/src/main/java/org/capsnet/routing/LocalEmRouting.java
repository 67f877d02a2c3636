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
 * EM routing at each position of a grid alone: as {@link EmRouting}, but an input capsule that is
 * seen from several positions is a voter of its own at each of them, so that one seen from four
 * counts four times. This is not the paper (Hinton et al. 2018), which divides it among all of
 * them, but what most public code does; it needs no sums across positions. Without a grid both are
 * the same. Equations, shapes and parameters are those there, {@code r_ij} having a sum of 1 over
 * the output capsules {@code j} of each position. It is for grids on which the other is too slow.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 3
 * @param temperature the inverse temperature λ, by iteration and by step of the training
 * @param varianceFloor what is added to each variance, from 1e-9
 */
public record LocalEmRouting(int iterations, InverseTemperature temperature, double varianceFloor)
    implements IterativeRouting {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public LocalEmRouting {
    procedure(iterations, temperature, varianceFloor);
  }

  /**
   * Routing with the authors' inverse temperature and the least floor.
   *
   * @param iterations from 1; the paper has 3
   * @throws IllegalArgumentException if there are fewer
   */
  public LocalEmRouting(int iterations) {
    this(iterations, new InverseTemperature(), ExpectationMaximization.FLOOR);
  }

  private static ExpectationMaximization procedure(
      int iterations, InverseTemperature temperature, double floor) {
    return new ExpectationMaximization(iterations, temperature, floor, false);
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
