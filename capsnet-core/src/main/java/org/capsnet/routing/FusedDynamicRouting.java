package org.capsnet.routing;

import java.util.Optional;
import org.capsnet.autograd.Backward;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.DenseRoutingKernel;
import org.capsnet.kernel.GridRoutingKernel;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.RoutingSettings;
import org.capsnet.kernel.Threads;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which votes dynamic routing has kernels for: products of matrices and poses, which are made and
 * routed in one, and votes that stand on a grid. In floats on the CPU, with the paper's squash.
 */
final class FusedDynamicRouting {

  private FusedDynamicRouting() {}

  /** The capsules, on their grid, if there is a kernel for these votes. */
  static Optional<Capsules> route(DynamicRouting routing, RoutingInput in) {
    if (!(routing.squash() instanceof SabourSquash) || !Kernels.fused(in.type())) {
      return Optional.empty();
    }
    RoutingSettings settings = settings(routing);
    Optional<Variable> grid = in.cast().gridVotes();
    if (grid.isPresent()) {
      Variable votes = grid.get();
      Variable bias = DynamicRouting.bias(in, votes.size(2), votes.size(3));
      return Kernels.fused(votes.value(), value(bias))
          ? Optional.of(Capsules.ofLength(onGrid(votes, bias, settings)))
          : Optional.empty();
    }
    return in.cast().matrices().flatMap(weight -> dense(in, weight, settings));
  }

  /** The capsules and their lengths: all else is in the kernel's scratch, and the votes' cost. */
  static Optional<Cost> cost(
      DynamicRouting routing, VotesShape votes, VotesForm form, Setting setting) {
    boolean taken = form == VotesForm.MATRICES || form == VotesForm.GRID;
    if (!taken || !(routing.squash() instanceof SabourSquash) || !setting.fused()) {
      return Optional.empty();
    }
    long capsules = votes.output().numbers() / votes.dim();
    Cost cost =
        Cost.NONE
            .forward(1, votes.output().numbers())
            .multiplyAdds(2L * routing.iterations() - 1, votes.in(), capsules, votes.dim())
            .plus(Capsules.costOfLength(capsules, votes.dim(), setting));
    return Optional.of(
        form == VotesForm.GRID
            ? cost
            : cost.scratch(batch -> scratch(batch, votes, settings(routing))));
  }

  private static long scratch(int batch, VotesShape votes, RoutingSettings settings) {
    if (votes.voters().numbers() > Integer.MAX_VALUE) {
      return 0; // no array would hold the poses of a sample
    }
    return DenseRoutingKernel.scratchBytes(
        batch,
        (int) votes.in(),
        (int) votes.inDim(),
        Math.toIntExact(votes.out()),
        Math.toIntExact(votes.dim()),
        settings,
        Threads.count());
  }

  private static RoutingSettings settings(DynamicRouting routing) {
    return new RoutingSettings(routing.iterations(), routing.leaky(), routing.lastIterationOnly());
  }

  private static Optional<Capsules> dense(
      RoutingInput in, Variable weight, RoutingSettings settings) {
    Variable u = in.pose();
    Variable bias = DynamicRouting.bias(in, weight.size(1), weight.size(2));
    return Kernels.fused(u.value(), weight.value(), value(bias))
        ? Optional.of(in.reach().onGrid(Capsules.ofLength(dense(u, weight, bias, settings))))
        : Optional.empty();
  }

  private static INDArray value(Variable bias) {
    return bias == null ? null : bias.value();
  }

  private static Variable dense(
      Variable u, Variable weight, Variable bias, RoutingSettings settings) {
    DenseRoutingKernel kernel =
        new DenseRoutingKernel(u.value(), weight.value(), value(bias), settings);
    return bias == null
        ? Variable.of(
            "dynamicRouting",
            kernel.forward(),
            (g, needed) -> {
              DenseRoutingKernel.Gradients d = kernel.backward(g);
              return new INDArray[] {d.u(), d.weight()};
            },
            u,
            weight)
        : Variable.of(
            "dynamicRouting",
            kernel.forward(),
            (g, needed) -> {
              DenseRoutingKernel.Gradients d = kernel.backward(g);
              return new INDArray[] {d.u(), d.weight(), d.bias()};
            },
            u,
            weight,
            bias);
  }

  private static Variable onGrid(Variable votes, Variable bias, RoutingSettings settings) {
    GridRoutingKernel kernel = new GridRoutingKernel(votes.value(), value(bias), settings);
    Backward backward =
        (g, needed) -> {
          GridRoutingKernel.Gradients d = kernel.backward(g);
          return new INDArray[] {d.votes(), d.bias()};
        };
    Variable[] inputs = bias == null ? new Variable[] {votes} : new Variable[] {votes, bias};
    return Variable.of("gridRouting", kernel.forward(), backward, inputs);
  }
}
