package org.capsnet.capsule;

import java.util.Map;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;

/**
 * A layer in which every input capsule votes for every output capsule, by a matrix of its own for
 * each pair, and a {@link Routing} decides.
 */
public final class DenseCapsules extends Block<Capsules, Capsules> {

  /**
   * Normal numbers of a variance of one in the number of input capsules, whose votes for an output
   * capsule are summed.
   */
  public static final Initializer ONE_IN_CAPSULES =
      (in, out, random) -> Initializer.normal(random, 1.0 / in);

  private final Routing routing;
  private final Parameter weight;
  private final Map<String, Parameter> learned;

  /**
   * A layer with random weights.
   *
   * @param in {@code [capsules, dim]}, or {@code [types, dim, grid..]} of which all capsules vote,
   *     each with a matrix of its own
   * @param out the number of output capsules
   * @param outDim the dimension of their poses
   * @param routing how votes become capsules
   * @param init the source of the weights
   */
  public DenseCapsules(Shape in, long out, long outDim, Routing routing, Init init) {
    this(in, out, outDim, routing, ONE_IN_CAPSULES, init);
  }

  /**
   * A layer whose weights an initializer draws.
   *
   * @param in {@code [capsules, dim]}, or {@code [types, dim, grid..]}
   * @param out the number of output capsules
   * @param outDim the dimension of their poses
   * @param routing how votes become capsules
   * @param initializer of the weights; its fans are the numbers of input and of output capsules
   * @param init the source of the weights
   */
  public DenseCapsules(
      Shape in, long out, long outDim, Routing routing, Initializer initializer, Init init) {
    super(in, Shape.of(out, outDim));
    this.routing = routing;
    long capsules = in.numbers() / in.size(1);
    weight =
        weight("weight", init.draw(initializer, capsules, out, capsules, out, outDim, in.size(1)));
    learned = RoutingParameters.register(routing, capsules, out, outDim, init, this::bias);
  }

  /**
   * Votes and routes.
   *
   * @param capsules poses {@code [batch, in, inDim]}, or on a grid that has {@code in} capsules all
   *     in all, each with a matrix of its own
   * @return poses {@code [batch, out, outDim]}
   */
  @Override
  public Capsules forward(Capsules capsules) {
    Variable w = weight.variable();
    Capsules in = capsules.flat();
    Shapes.require("capsules", in.pose().value(), "batch", w.size(0), w.size(3));
    Shapes.requireType("capsules", in.pose().value(), w.dataType());
    return routing.routeDense(in, w, RoutingParameters.variables(learned));
  }

  /**
   * The votes that {@link #forward} routes, for looking at.
   *
   * @param capsules as {@link #forward} takes them
   * @return {@code [batch, in, out, outDim]}
   */
  public Variable votes(Capsules capsules) {
    return Votes.dense(capsules.flat().pose(), weight.variable());
  }

  /**
   * How much of each input capsule went to each output capsule, for looking at.
   *
   * @param capsules as {@link #forward} takes them
   * @return the coupling coefficients {@code [batch, in, out]}, from 0 to 1
   * @throws UnsupportedOperationException if the routing of this layer has none
   */
  public Variable coupling(Capsules capsules) {
    return routing.coupling(
        votes(capsules), capsules.flat().activation(), RoutingParameters.variables(learned));
  }
}
