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
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.DenseRoutingKernel;
import org.capsnet.kernel.RoutingSettings;
import org.capsnet.kernel.Threads;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Routing by agreement (Sabour et al. 2017, procedure 1): {@code b = 0}, then r times {@code c =
 * softmax_j(b)}, {@code s_j = Σ_i c_ij û_ij + bias_j}, {@code v = squash(s)} and {@code b += û·v}.
 * Gradients flow through all iterations unless {@link #withLastIterationOnly()} is asked for. On a
 * grid output capsules compete at each position on its own.
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
  public DynamicRouting withIterations(int number) {
    return new DynamicRouting(number, leaky, lastIterationOnly, biased, squash);
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

  /** The iterations and the lengths. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    long pairs = Math.multiplyExact(votes.in(), votes.out());
    Cost once = weighed(votes, setting).plus(agreement(votes));
    boolean constant = lastIterationOnly || iterations == 1;
    Cost cost =
        weighed(votes, setting)
            .plus(constant ? coupling(votes).constant() : coupling(votes))
            .backward(constant ? 0 : 1, pairs, votes.dim())
            .forward(1, pairs) // logits of 0
            .plus(Capsules.costOfLength(votes.out(), votes.dim(), setting));
    for (int r = 1; r < iterations; r++) {
      // The first coupling is of logits that are a constant.
      Cost coupling = r == 1 ? coupling(votes).constant() : coupling(votes);
      Cost gradientOfIt = r == 1 ? Cost.NONE : Cost.NONE.backward(1, pairs, votes.dim());
      Cost iteration = once.plus(coupling).plus(gradientOfIt);
      cost = cost.plus(lastIterationOnly ? iteration.constant() : iteration);
    }
    return cost;
  }

  /** The softmax with largest numbers and sums; then its gradient, and that of the weighed sum. */
  private Cost coupling(VotesShape votes) {
    long in = votes.in();
    long pairs = Math.multiplyExact(in, votes.out());
    return leaky
        ? Cost.NONE.forward(2, Math.addExact(pairs, in)).forward(3, in).backward(4, pairs)
        : Cost.NONE.forward(1, pairs).forward(2, in).backward(3, pairs).backward(1, in);
  }

  /**
   * Votes times coupling, summed, a bias added, squashed; then the gradients of product and sum.
   */
  private Cost weighed(VotesShape votes, Setting setting) {
    long[] all = {votes.in(), votes.out(), votes.dim()};
    return Cost.NONE
        .forward(1, all)
        .backward(2, all)
        .forward(biased ? 2 : 1, votes.out(), votes.dim())
        .multiplyAdds(all)
        .plus(squash.cost(votes.out(), votes.dim(), setting));
  }

  /**
   * Votes times capsules, summed, and added to the logits; then the gradients of product, votes and
   * capsules, and those of the votes added: to that of the weighed sum, and of the next iteration.
   */
  private Cost agreement(VotesShape votes) {
    long[] all = {votes.in(), votes.out(), votes.dim()};
    return Cost.NONE
        .forward(1, all)
        .forward(2, votes.in(), votes.out())
        .backward(5, all)
        .backward(1, votes.in(), votes.out())
        .backward(1, votes.out(), votes.dim())
        .multiplyAdds(all);
  }

  /** The capsules and their lengths: all else is in the kernel's scratch, and the votes' cost. */
  @Override
  public Optional<Cost> fusedCost(VotesShape votes, Setting setting) {
    if (!(squash instanceof SabourSquash) || !setting.fused()) {
      return Optional.empty();
    }
    long capsules = votes.output().numbers() / votes.dim();
    Cost cost =
        Cost.NONE
            .forward(1, votes.output().numbers())
            .multiplyAdds(2L * iterations - 1, votes.in(), capsules, votes.dim())
            .plus(Capsules.costOfLength(capsules, votes.dim(), setting));
    boolean onGrid = votes.output().rank() > 2;
    return Optional.of(onGrid ? cost : cost.scratch(batch -> scratch(batch, votes)));
  }

  private long scratch(int batch, VotesShape votes) {
    if (votes.voters().numbers() > Integer.MAX_VALUE) {
      return 0; // no array would hold the poses of a sample
    }
    return DenseRoutingKernel.scratchBytes(
        batch,
        (int) votes.in(),
        (int) votes.inDim(),
        Math.toIntExact(votes.out()),
        Math.toIntExact(votes.dim()),
        new RoutingSettings(iterations, leaky, lastIterationOnly),
        Threads.count());
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
