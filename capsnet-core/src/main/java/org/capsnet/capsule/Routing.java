package org.capsnet.capsule;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.capsnet.autograd.Variable;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;

/**
 * How output capsules are made of the votes of input capsules: the one half of a capsule layer, of
 * which {@link Votes} are the other.
 *
 * <p>A routing is a value: settings and no state, best a record. What it learns (a bias, the costs
 * of EM routing) belongs to the layer that uses it: the layer asks for {@link #parameters} once,
 * registers them under their names, and hands them in at every call. So one routing serves any
 * number of layers, and a layer changes its algorithm by one constructor argument. Where nothing is
 * learned a lambda is a routing:
 *
 * <pre>{@code
 * Routing mean = in -> Capsules.ofLength(new SabourSquash().squash(in.votes().mean(1)));
 * }</pre>
 */
@FunctionalInterface
public interface Routing {

  /**
   * Routes votes.
   *
   * @param in votes {@code [batch, in, out, dim]} and all that belongs to them; on a grid each
   *     position is a sample
   * @return the output capsules, poses {@code [batch, out, dim]}, with activations from 0 to 1 of
   *     this routing's own making; the layer refuses any others
   */
  Capsules route(RoutingInput in);

  /**
   * A shortcut of {@link #route} by a kernel, for some kinds of votes: with the same numbers, up to
   * rounding.
   *
   * @param in as for {@link #route}
   * @return the output capsules, {@linkplain Reach#onGrid on their grid} if they have one; empty,
   *     as by default, where there is no shortcut
   */
  default Optional<Capsules> routeFused(RoutingInput in) {
    return Optional.empty();
  }

  /**
   * How much of each input capsule's vote went to each output capsule: what {@link #route} weighed
   * the votes with in the end.
   *
   * @param in as for {@link #route}
   * @return the coupling coefficients {@code [batch, in, out]}, from 0 to 1 unless the routing says
   *     otherwise
   * @throws UnsupportedOperationException if this routing has no such coefficients, as by default
   */
  default Variable coupling(RoutingInput in) {
    throw new UnsupportedOperationException(
        RoutingResult.named(this) + " has no coupling coefficients");
  }

  /**
   * What this routing learns, before it has.
   *
   * @param votes the sizes of the votes
   * @param init the source of the initial values
   * @return initial values by name; none by default
   */
  default Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of();
  }

  /**
   * Which of its {@link #parameters} are weights, that regularization makes small; the others are
   * biases and scales, which it leaves alone.
   *
   * @return their names; none by default
   */
  default Set<String> decayed() {
    return Set.of();
  }

  /**
   * What {@link #route} makes of the votes of a sample, on a grid of those at one position.
   *
   * @param votes their sizes
   * @param setting where the layer stands
   * @return the cost; by default an estimate, as if votes were weighed three times
   */
  default Cost cost(VotesShape votes, Setting setting) {
    long[] all = {votes.in(), votes.out(), votes.dim()};
    return Cost.NONE.forward(6, all).backward(18, all).multiplyAdds(all).estimate();
  }

  /**
   * What {@link #routeFused} makes of a sample, on a grid of all positions.
   *
   * @param votes their sizes
   * @param form of the votes that the kernel would take
   * @param setting where the layer stands
   * @return the cost; empty, as by default, where there is no shortcut for such votes
   */
  default Optional<Cost> fusedCost(VotesShape votes, VotesForm form, Setting setting) {
    return Optional.empty();
  }

  /**
   * The loss of classes that the activations which this routing makes are for: by it a network
   * learns whose class capsules are routed so, if no other is asked for.
   *
   * @return the margin loss, of lengths, unless overridden
   */
  default ClassLoss loss() {
    return MarginLoss.standard();
  }

  /**
   * Whether this routing goes by the activations of input capsules, to which then comes a gradient.
   *
   * @return true unless overridden
   */
  default boolean readsActivations() {
    return true;
  }
}
