package org.capsnet.routing;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.Squash;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Routing by agreement (Sabour et al. 2017, procedure 1): {@code b = 0}, then r times {@code c =
 * softmax_j(b)} for votes {@code û [batch, in, out, dim]}, {@code s_j = Σ_i c_ij û_ij + bias_j},
 * {@code v = squash(s)} and {@code b += û·v}. Output capsules {@code v [batch, out, dim]} are as
 * active as they are long. Gradients flow through all iterations unless {@link
 * #withLastIterationOnly()} is asked for. On a grid output capsules compete at each position on its
 * own.
 *
 * <p>It is the routing to begin with, and among the fastest here to train. {@linkplain #withLeak()
 * Leaky}, as in the authors' code, it is for input capsules that belong to no output capsule, as
 * clutter does.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 3
 * @param leaky whether a further logit of 0 takes its share in the softmax
 * @param lastIterationOnly whether gradients flow through the last iteration alone
 * @param biased whether each output capsule has a trainable bias {@code [out, dim]}
 * @param squash what brings output capsules below a length of 1; the paper's has a kernel
 */
public record DynamicRouting(
    int iterations, boolean leaky, boolean lastIterationOnly, boolean biased, Squash squash)
    implements IterativeRouting {

  static final String BIAS = "bias";

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if there is no iteration
   */
  public DynamicRouting {
    Iterations.require(iterations);
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
    Variable u = lastIterationOnly ? votes.detach() : votes;
    Variable before = lastIterationOnly ? detached(bias) : bias;
    Variable b = Agreement.logits(u, iterations, x -> agreed(u, softmax(x), before));
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

  /**
   * The iterations and the lengths. The coupling is a softmax with largest numbers and sums, and
   * has a gradient of its logits; output capsules are sums, to which a bias is added, squashed.
   */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    long in = votes.in();
    long pairs = Math.multiplyExact(in, votes.out());
    Cost softmax =
        leaky
            ? Cost.NONE.forward(2, Math.addExact(pairs, in)).forward(3, in).backward(5, pairs)
            : Cost.NONE.forward(1, pairs).forward(2, in).backward(4, pairs).backward(1, in);
    Cost capsules =
        squash
            .cost(votes.out(), votes.dim(), setting)
            .forward(biased ? 2 : 1, votes.out(), votes.dim());
    return Agreement.cost(votes, iterations, softmax, capsules, lastIterationOnly, setting)
        .plus(Capsules.costOfLength(votes.out(), votes.dim(), setting));
  }

  @Override
  public Optional<Cost> fusedCost(VotesShape votes, VotesForm form, Setting setting) {
    return FusedDynamicRouting.cost(this, votes, form, setting);
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
