package org.capsnet.routing;

import static org.capsnet.routing.PoseAttention.BETA;
import static org.capsnet.routing.PoseAttention.GAMMA;
import static org.capsnet.routing.PoseAttention.READOUT;
import static org.capsnet.routing.PoseAttention.capsules;
import static org.capsnet.routing.PoseAttention.division;
import static org.capsnet.routing.PoseAttention.poses;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;

/**
 * Inverted dot-product attention routing (Tsai et al. 2020, procedure 1): output capsules compete
 * for each input capsule by how much their pose agrees with its vote, and their poses are
 * normalized, not squashed:
 *
 * <pre>{@code
 * r_ij = softmax_j(p_j · û_ij / √dim),   p_j = LayerNorm(Σ_i r_ij û_ij)
 * }</pre>
 *
 * <p>for votes {@code û [batch, in, out, dim]} and poses {@code p [batch, out, dim]}, where {@code
 * r} is {@code 1 / out} at first. The factor {@code 1/√dim} is in the authors' code and not in the
 * paper's equation 2. It trains stably in deep networks on natural images, most of all where the
 * layers of a stack are routed together, by an {@link AttentionStack}.
 *
 * <p>Capsules of this paper have no activations. A layer of class capsules is {@code scored}: its
 * activations are a softmax over output capsules of {@code readout · p_j}, the paper's classifier,
 * so that their negative logarithm is its cross-entropy. Without scores all activations are 1.
 *
 * <p>In floats on the CPU, votes that are products of matrices and poses are made by a kernel, for
 * one output capsule at a time, and none of them is stored.
 *
 * <p>Parameters: {@code gamma} and {@code beta}, {@code [dim]}, the scale and the shift of the
 * normalization, which all output capsules share; and {@code readout [dim]} if scored. The bias of
 * the paper's classifier would shift all scores alike.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 2 for images
 * @param scored whether output capsules have activations, as class capsules do
 */
public record AttentionRouting(int iterations, boolean scored) implements IterativeRouting {

  /** Checks the number of iterations. */
  public AttentionRouting {
    Iterations.require(iterations);
  }

  /**
   * Routing to class capsules.
   *
   * @param iterations the number of iterations, from 1 to 100
   */
  public AttentionRouting(int iterations) {
    this(iterations, true);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if poses are of one number, of which the normalization leaves
   *     nothing
   */
  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    if (votes.dim() < 2) {
      throw new IllegalArgumentException(
          "attention routing: expected output capsules of 2 numbers or more, got " + votes.dim());
    }
    Map<String, InitialValue> all = new HashMap<>();
    all.put(GAMMA, init.constant(1, votes.dim()));
    all.put(BETA, init.constant(0, votes.dim()));
    if (scored) {
      all.put(READOUT, init.draw(Initializer.LECUN_NORMAL, votes.dim(), 1, votes.dim()));
    }
    return all;
  }

  @Override
  public Set<String> decayed() {
    return scored ? Set.of(READOUT) : Set.of();
  }

  /** {@return the negative logarithm of the true class's activation} */
  @Override
  public ClassLoss loss() {
    return new NegativeLogLikelihood();
  }

  @Override
  public Capsules route(RoutingInput in) {
    return capsules(in, poses(in, coupling(in)));
  }

  @Override
  public Optional<Capsules> routeFused(RoutingInput in) {
    return FusedAttention.normalized(in, null, iterations)
        .map(poses -> in.reach().onGrid(capsules(in, poses)));
  }

  /**
   * {@inheritDoc}
   *
   * @return those of the last iteration; their sum over output capsules is 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    return Weighing.refined(in, iterations, r -> division(in, poses(in, r)));
  }

  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    Cost cost = PoseAttention.cost(votes, iterations, setting);
    return scored ? cost.plus(PoseAttention.costOfScores(votes, setting)) : cost;
  }

  @Override
  public Optional<Cost> fusedCost(VotesShape votes, VotesForm form, Setting setting) {
    return FusedAttention.cost(votes, iterations, form, setting)
        .map(
            cost ->
                scored
                    ? cost.plus(PoseAttention.costOfScores(votes, setting).times(votes.positions()))
                    : cost);
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
