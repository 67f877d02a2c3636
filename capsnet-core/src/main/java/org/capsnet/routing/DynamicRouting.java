package org.capsnet.routing;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.Squash;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Routing by agreement (Sabour et al. 2017, procedure 1): {@code b = 0}, then r times {@code c =
 * softmax_j(b)}, {@code s_j = Σ_i c_ij û_ij + bias_j}, {@code v = squash(s)} and {@code b += û·v}.
 * Gradients flow through all iterations unless {@link #withLastIterationOnly()} is asked for. On a
 * grid output capsules compete at each position on its own.
 *
 * @param iterations the number of iterations, at least 1; the paper has 3
 * @param leaky whether a further logit of 0 takes its share in the softmax
 * @param lastIterationOnly whether gradients flow through the last iteration alone
 * @param biased whether each output capsule has a trainable bias {@code [out, dim]}
 * @param squash what brings output capsules below a length of 1; the paper's has a kernel
 */
public record DynamicRouting(
    int iterations, boolean leaky, boolean lastIterationOnly, boolean biased, Squash squash)
    implements Routing {

  static final String BIAS = "bias";

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if there is no iteration
   */
  public DynamicRouting {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations: expected at least 1, got " + iterations);
    }
    Objects.requireNonNull(squash, "squash");
  }

  /**
   * Routing with a bias, as in the paper's own code.
   *
   * @param iterations at least 1; the paper has 3
   * @throws IllegalArgumentException if there are fewer
   */
  public DynamicRouting(int iterations) {
    this(iterations, false, false, true, new SabourSquash());
  }

  /**
   * The same with leaky routing: a further logit of 0 takes its share, so that a capsule that fits
   * nowhere need not vote.
   *
   * @return the changed routing
   */
  public DynamicRouting withLeak() {
    return new DynamicRouting(iterations, true, lastIterationOnly, biased, squash);
  }

  /**
   * The same with gradients through the last iteration alone, the coupling being a constant.
   *
   * @return the changed routing
   */
  public DynamicRouting withLastIterationOnly() {
    return new DynamicRouting(iterations, leaky, true, biased, squash);
  }

  /**
   * The same without a bias.
   *
   * @return the changed routing
   */
  public DynamicRouting withoutBias() {
    return new DynamicRouting(iterations, leaky, lastIterationOnly, false, squash);
  }

  /**
   * The same with another squash.
   *
   * @param other what brings output capsules below a length of 1
   * @return the changed routing
   */
  public DynamicRouting withSquash(Squash other) {
    return new DynamicRouting(iterations, leaky, lastIterationOnly, biased, other);
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return biased ? Map.of(BIAS, init.constant(0, votes.out(), votes.dim())) : Map.of();
  }

  @Override
  public Capsules route(RoutingInput in) {
    return Capsules.ofLength(iterate(in).v());
  }

  @Override
  public Optional<Capsules> routeFused(RoutingInput in) {
    return FusedDynamicRouting.route(this, in);
  }

  /**
   * {@inheritDoc}
   *
   * @return those of the last iteration; their sum over output capsules is 1, or less with leaky
   *     routing
   */
  @Override
  public Variable coupling(RoutingInput in) {
    return iterate(in).c();
  }

  /** The layer's bias {@code [out, dim]}, or null if it has none. */
  static Variable bias(RoutingInput in, long out, long dim) {
    Variable bias = in.optional(BIAS).orElse(null);
    if (bias != null) {
      Shapes.require("bias", bias.value(), out, dim);
    }
    return bias;
  }

  /** Output capsules and the coupling that made them. */
  private record Routed(Variable v, Variable c) {}

  /** Procedure 1 of the paper, in its own lines. */
  private Routed iterate(RoutingInput in) {
    Variable votes = in.votes();
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim");
    Variable bias = bias(in, votes.size(2), votes.size(3));
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
  private Variable agreed(Variable votes, Variable c, Variable bias) {
    Variable s = Variable.einsum("bij,bijd->bjd", c, votes);
    return squash.squash(bias == null ? s : s.plus(bias));
  }

  private static Variable detached(Variable bias) {
    return bias == null ? null : bias.detach();
  }
}
