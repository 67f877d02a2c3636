package org.capsnet.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.capsnet.autograd.Backward;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Reach;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.EmRoutingKernel;
import org.capsnet.kernel.EmSettings;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.Threads;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The kernel of expectation-maximization, for all votes in floats on the CPU: products of matrices
 * and poses, which are never all made, and any others.
 */
final class FusedEmRouting {

  private FusedEmRouting() {}

  /** The capsules, on their grid. */
  static Optional<Capsules> route(ExpectationMaximization em, RoutingInput in) {
    if (!Kernels.fused(in.type())) {
      return Optional.empty();
    }
    FusedVotes votes = FusedVotes.of(in);
    Variable betaU = in.parameter(ExpectationMaximization.BETA_U);
    Variable betaA = in.parameter(ExpectationMaximization.BETA_A);
    List<Variable> inputs = new ArrayList<>(votes.inputs());
    inputs.addAll(List.of(in.activation(), betaU, betaA));
    Reach reach = in.reach();
    boolean shared = em.acrossPositions() && reach.grid().length > 0;
    EmRoutingKernel kernel =
        new EmRoutingKernel(
            votes.operands(),
            in.activation().value(),
            betaU.value(),
            betaA.value(),
            shared ? Math.toIntExact(reach.samples() / reach.batch()) : 1,
            shared ? reach.voters() : null,
            new EmSettings(em.temperatures(in), em.varianceFloor()));
    Backward backward =
        (g, needed) -> {
          EmRoutingKernel.Gradients d = kernel.backward(g);
          return Stream.concat(d.votes().stream(), Stream.of(d.activation(), d.betaU(), d.betaA()))
              .toArray(INDArray[]::new);
        };
    INDArray made = kernel.forward();
    Variable all = Variable.of("emRouting", made, backward, inputs.toArray(Variable[]::new));
    return Optional.of(reach.onGrid(parted(all, in.activation().size(0), betaU.size(0))));
  }

  private static Capsules parted(Variable all, long samples, long out) {
    long activations = samples * out;
    long poses = all.size(0) - activations;
    return new Capsules(
        all.slice(0, 0, poses).reshape(samples, out, poses / activations),
        all.slice(0, poses, poses + activations).reshape(samples, out));
  }

  /**
   * The output capsules and the copies that part poses from activations, and their gradients; votes
   * are in the kernel's scratch.
   */
  static Optional<Cost> cost(
      ExpectationMaximization em, VotesShape votes, VotesForm form, Setting setting) {
    if (form == VotesForm.GRID || !setting.fused()) {
      return Optional.empty();
    }
    long capsules = Math.multiplyExact(votes.positions(), votes.out());
    long voters = Math.multiplyExact(votes.positions(), votes.in());
    return Optional.of(
        Cost.NONE
            .forward(1, capsules, votes.dim() + 1)
            .backward(setting.activationGradient() ? 3 : 1, capsules, votes.dim() + 1)
            .backward(1, voters)
            .multiplyAdds(3L * em.iterations() - 1, voters, votes.out(), votes.dim())
            .scratch(samples -> scratch(em, samples, votes, form, setting)));
  }

  /** Of samples at as many positions as the setting has. */
  private static long scratch(
      ExpectationMaximization em, int samples, VotesShape votes, VotesForm form, Setting setting) {
    if (votes.voters().numbers() > Integer.MAX_VALUE) {
      return 0; // no array would hold the poses of a sample
    }
    long positions = Math.multiplyExact(setting.positions(), votes.positions());
    long all = samples / setting.positions() * positions;
    int shared = em.acrossPositions() ? Math.toIntExact(positions) : 1;
    return EmRoutingKernel.scratchBytes(
        all / shared,
        shared,
        Math.toIntExact(votes.in()),
        Math.toIntExact(votes.out()),
        Math.toIntExact(votes.dim()),
        em.iterations(),
        FusedVotes.pose(votes, form),
        FusedVotes.matrix(votes, form),
        Threads.count());
  }
}
