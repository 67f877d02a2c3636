package org.capsnet.routing;

import java.util.Map;
import org.capsnet.autograd.Backward;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Squash;
import org.capsnet.capsule.Votes;
import org.capsnet.kernel.DenseRoutingKernel;
import org.capsnet.kernel.GridRoutingKernel;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.RoutingSettings;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Routing by agreement (Sabour et al. 2017, procedure 1): {@code b = 0}, then r times {@code c =
 * softmax_j(b)}, {@code s_j = Σ_i c_ij û_ij + bias_j}, {@code v = squash(s)} and {@code b += û·v}.
 * Gradients flow through all iterations unless {@link #withLastIterationOnly()} is asked for.
 *
 * @param iterations the number of iterations, at least 1; the paper has 3
 * @param leaky whether a further logit of 0 takes its share in the softmax
 * @param lastIterationOnly whether gradients flow through the last iteration alone
 * @param biased whether each out capsule has a trainable bias {@code [out, dim]}
 */
public record DynamicRouting(
    int iterations, boolean leaky, boolean lastIterationOnly, boolean biased) implements Routing {

  private static final String BIAS = "bias";

  /**
   * Checks the number of iterations.
   *
   * @param iterations the number of iterations, at least 1
   * @param leaky whether a further logit of 0 takes its share in the softmax
   * @param lastIterationOnly whether gradients flow through the last iteration alone
   * @param biased whether each out capsule has a trainable bias
   */
  public DynamicRouting {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations: expected at least 1, got " + iterations);
    }
  }

  /**
   * Routing with a bias, as in the paper's own code.
   *
   * @param iterations at least 1; the paper has 3
   * @throws IllegalArgumentException if there are fewer
   */
  public DynamicRouting(int iterations) {
    this(iterations, false, false, true);
  }

  /**
   * The same with leaky routing: a further logit of 0 takes its share, so that a capsule that fits
   * nowhere need not vote.
   *
   * @return the changed routing
   */
  public DynamicRouting withLeak() {
    return new DynamicRouting(iterations, true, lastIterationOnly, biased);
  }

  /**
   * The same with gradients through the last iteration alone, the coupling being a constant.
   *
   * @return the changed routing
   */
  public DynamicRouting withLastIterationOnly() {
    return new DynamicRouting(iterations, leaky, true, biased);
  }

  /**
   * The same without a bias.
   *
   * @return the changed routing
   */
  public DynamicRouting withoutBias() {
    return new DynamicRouting(iterations, leaky, lastIterationOnly, false);
  }

  @Override
  public Map<String, InitialValue> parameters(long in, long out, long dim, Init init) {
    return biased ? Map.of(BIAS, init.constant(0, out, dim)) : Map.of();
  }

  @Override
  public Capsules route(Variable votes, Variable activation, Map<String, Variable> parameters) {
    return Capsules.ofLength(iterate(votes, parameters.get(BIAS)).v());
  }

  @Override
  public Capsules routeDense(Capsules capsules, Variable weight, Map<String, Variable> parameters) {
    Votes.require(capsules.pose(), weight);
    Variable bias = bias(parameters, weight.size(1), weight.size(2));
    INDArray b = bias == null ? null : bias.value();
    return Kernels.fused(capsules.pose().value(), weight.value(), b)
        ? Capsules.ofLength(fused(capsules.pose(), weight, bias))
        : Routing.super.routeDense(capsules, weight, parameters);
  }

  @Override
  public Capsules routeGrid(Variable votes, Variable activation, Map<String, Variable> parameters) {
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim", "height", "width");
    Variable bias = bias(parameters, votes.size(2), votes.size(3));
    INDArray b = bias == null ? null : bias.value();
    return Kernels.fused(votes.value(), b)
        ? Capsules.ofLength(fusedGrid(votes, bias))
        : Routing.super.routeGrid(votes, activation, parameters);
  }

  /** The layer's bias {@code [out, dim]}, or null if it has none. */
  private static Variable bias(Map<String, Variable> parameters, long out, long dim) {
    Variable bias = parameters.get(BIAS);
    if (bias != null) {
      Shapes.require("bias", bias.value(), out, dim);
    }
    return bias;
  }

  /**
   * {@inheritDoc}
   *
   * @return those of the last iteration; their sum over out is 1, or less with leaky routing
   */
  @Override
  public Variable coupling(Variable votes, Variable activation, Map<String, Variable> parameters) {
    return iterate(votes, parameters.get(BIAS)).c();
  }

  private RoutingSettings settings() {
    return new RoutingSettings(iterations, leaky, lastIterationOnly);
  }

  private Variable fused(Variable u, Variable weight, Variable bias) {
    DenseRoutingKernel kernel =
        new DenseRoutingKernel(
            u.value(), weight.value(), bias == null ? null : bias.value(), settings());
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

  private Variable fusedGrid(Variable votes, Variable bias) {
    GridRoutingKernel kernel =
        new GridRoutingKernel(votes.value(), bias == null ? null : bias.value(), settings());
    Backward backward =
        (g, needed) -> {
          GridRoutingKernel.Gradients d = kernel.backward(g);
          return new INDArray[] {d.votes(), d.bias()};
        };
    Variable[] inputs = bias == null ? new Variable[] {votes} : new Variable[] {votes, bias};
    return Variable.of("gridRouting", kernel.forward(), backward, inputs);
  }

  /** Out capsules and the coupling that made them. */
  private record Routed(Variable v, Variable c) {}

  /** Procedure 1 of the paper, in its own lines. */
  private Routed iterate(Variable votes, Variable bias) {
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim");
    Variable b =
        Variable.constant(
            Nd4j.zeros(votes.dataType(), votes.size(0), votes.size(1), votes.size(2)));
    for (int r = 1; r < iterations; r++) {
      Variable u = lastIterationOnly ? votes.detach() : votes;
      Variable v = agreed(u, softmax(b), lastIterationOnly ? detached(bias) : bias);
      b = b.plus(Variable.einsum("bijd,bjd->bij", u, v));
    }
    Variable c = softmax(b);
    return new Routed(agreed(votes, c, bias), c);
  }

  /** c = softmax_j(b), with a further logit of 0 if leaky. */
  private Variable softmax(Variable b) {
    if (!leaky) {
      return b.softmax(-1);
    }
    Variable leak = Variable.constant(Nd4j.zeros(b.dataType(), b.size(0), b.size(1), 1));
    return Variable.concat(-1, b, leak).softmax(-1).slice(-1, 0, b.size(2));
  }

  /** v = squash(s), s_j = Σ_i c_ij û_ij + bias_j. */
  private static Variable agreed(Variable votes, Variable c, Variable bias) {
    Variable s = Variable.einsum("bij,bijd->bjd", c, votes);
    return Squash.squash(bias == null ? s : s.plus(bias));
  }

  private static Variable detached(Variable bias) {
    return bias == null ? null : bias.detach();
  }
}
