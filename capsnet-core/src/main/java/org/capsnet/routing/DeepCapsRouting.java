package org.capsnet.routing;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.Reach;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;

/**
 * Routing by 3-D convolution of DeepCaps (Rajasegaran et al. 2019, section 3.1): routing by
 * agreement as in {@link DynamicRouting}, in which an input capsule divides itself among <b>all</b>
 * output capsules of the grid, {@code c = softmax over j, y and x of b}, for votes {@code û [batch,
 * in, out, dim]} with a sample for each position. It is meant for {@link
 * org.capsnet.capsule.ConvVotes} with one kernel for all types, which are the paper's 3-D
 * convolution: its one kernel slides from type to type. As one type is one input capsule there, it
 * has few couplings, and is for deep networks on grids. Without a grid it is dynamic routing.
 *
 * <p>Parameter {@code bias [out, dim]}, which starts at 0. The first couplings are {@code 1 / (out
 * · positions)}, and so output capsules start short.
 *
 * @param iterations the number of iterations, from 1 to 100; the paper has 3
 * @param squashesWholeGrid whether the capsules of a type are squashed as one long vector, over
 *     dimensions and positions, as in the authors' code; else each by itself, as in the paper
 */
public record DeepCapsRouting(int iterations, boolean squashesWholeGrid)
    implements IterativeRouting {

  private static final String BIAS = "bias";

  /** Checks the number of iterations. */
  public DeepCapsRouting {
    Iterations.require(iterations);
  }

  /**
   * As the paper has it, each capsule squashed by itself.
   *
   * @param iterations the number of iterations, from 1 to 100; the paper has 3
   */
  public DeepCapsRouting(int iterations) {
    this(iterations, false);
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
    return Map.of(BIAS, init.constant(0, votes.out(), votes.dim()));
  }

  @Override
  public Capsules route(RoutingInput in) {
    return Capsules.ofLength(capsules(in, coupling(in)));
  }

  /**
   * {@inheritDoc}
   *
   * @return those of the last iteration; for each input capsule their sum over output capsules and
   *     positions is 1
   */
  @Override
  public Variable coupling(RoutingInput in) {
    Reach reach = in.reach();
    return reach.softmax(
        Agreement.logits(in.votes(), iterations, b -> capsules(in, reach.softmax(b))));
  }

  private Variable capsules(RoutingInput in, Variable c) {
    Variable s = Variable.einsum("bij,bijd->bjd", c, in.votes()).plus(in.parameter(BIAS));
    return squashesWholeGrid ? squashed(s, in.reach()) : new SabourSquash().squash(s);
  }

  /** Each output capsule and all positions: {@code [samples, out, dim]} as vectors of a type. */
  private static Variable squashed(Variable s, Reach reach) {
    long batch = reach.batch();
    long out = s.size(1);
    long dim = s.size(2);
    Variable byType = s.reshape(batch, -1, out, dim).permute(0, 2, 1, 3);
    return new SabourSquash()
        .squash(byType.reshape(batch, out, -1))
        .reshape(batch, out, -1, dim)
        .permute(0, 2, 1, 3)
        .reshape(s.shape());
  }

  /** The iterations and the lengths; capsules of a grid are moved to be squashed as one. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    Cost softmax =
        Reach.costOfSoftmax(votes, setting)
            .forward(1, votes.in(), votes.out())
            .backward(3, votes.in(), votes.out());
    int moves = squashesWholeGrid && votes.positions() * setting.positions() > 1 ? 2 : 0;
    Cost capsules =
        new SabourSquash()
            .cost(votes.out(), votes.dim(), setting)
            .forward(2 + moves, votes.out(), votes.dim())
            .backward(moves, votes.out(), votes.dim());
    return Agreement.cost(votes, iterations, softmax, capsules, false, setting)
        .plus(Capsules.costOfLength(votes.out(), votes.dim(), setting));
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
