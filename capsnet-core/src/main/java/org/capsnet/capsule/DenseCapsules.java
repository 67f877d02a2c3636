package org.capsnet.capsule;

import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Module;
import org.capsnet.nn.Parameter;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A layer in which every in capsule votes for every out capsule, by a matrix of its own for each
 * pair, and a {@link Routing} decides.
 */
public final class DenseCapsules extends Module {

  /**
   * Normal numbers of a variance of one in the number of in capsules, whose votes for an out
   * capsule are summed.
   */
  public static final Initializer ONE_IN_CAPSULES =
      (in, out, random) -> Initializer.normal(random, 1.0 / in);

  private final Routing routing;
  private final Parameter weight;
  private final Map<String, Variable> routingParameters = new TreeMap<>();

  /**
   * A layer with random weights.
   *
   * @param in the number of in capsules
   * @param inDim the dimension of their poses
   * @param out the number of out capsules
   * @param outDim the dimension of theirs
   * @param routing how votes become capsules
   * @param random where the weights come from
   * @param type FLOAT or DOUBLE
   */
  public DenseCapsules(
      long in,
      long inDim,
      long out,
      long outDim,
      Routing routing,
      RandomGenerator random,
      DataType type) {
    this(in, inDim, out, outDim, routing, ONE_IN_CAPSULES, random, type);
  }

  /**
   * A layer whose weights an initializer draws.
   *
   * @param in the number of in capsules
   * @param inDim the dimension of their poses
   * @param out the number of out capsules
   * @param outDim the dimension of theirs
   * @param routing how votes become capsules
   * @param initializer of the weights; its fans are the numbers of in and of out capsules
   * @param random where the weights come from
   * @param type FLOAT or DOUBLE
   */
  public DenseCapsules(
      long in,
      long inDim,
      long out,
      long outDim,
      Routing routing,
      Initializer initializer,
      RandomGenerator random,
      DataType type) {
    this.routing = routing;
    weight = weight("weight", initializer.draw(in, out, random, type, in, out, outDim, inDim));
    RoutingParameters.initial(routing, in, out, outDim, type)
        .forEach((name, initial) -> routingParameters.put(name, bias(name, initial).variable()));
  }

  /**
   * Votes and routes.
   *
   * @param capsules poses {@code [batch, in, inDim]}, or on a grid that has {@code in} capsules all
   *     in all, each with a matrix of its own
   * @return poses {@code [batch, out, outDim]}
   */
  public Capsules forward(Capsules capsules) {
    Variable w = weight.variable();
    Capsules in = capsules.flat();
    Shapes.require("capsules", in.pose().value(), "batch", w.size(0), w.size(3));
    Shapes.requireType("capsules", in.pose().value(), w.dataType());
    return routing.routeDense(in, w, routingParameters);
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
   * How much of each in capsule went to each out capsule, for looking at.
   *
   * @param capsules as {@link #forward} takes them
   * @return the coupling coefficients {@code [batch, in, out]}, from 0 to 1
   * @throws UnsupportedOperationException if the routing of this layer has none
   */
  public Variable coupling(Capsules capsules) {
    return routing.coupling(votes(capsules), capsules.flat().activation(), routingParameters);
  }
}
