package org.capsnet.capsule;

import java.util.Map;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;

/**
 * How out capsules are made from the votes of in capsules.
 *
 * <p>A routing is a value: settings and no state. What it learns (a bias, the costs of EM routing)
 * belongs to the layer that uses it: the layer asks for {@link #parameters} once, registers them
 * under their names, and hands them in at every call. So one routing serves any number of layers,
 * and a layer changes its algorithm by one constructor argument.
 */
public interface Routing {

  /**
   * Routes votes.
   *
   * @param votes {@code [batch, in, out, dim]}
   * @param activation of the in capsules, {@code [batch, in]}
   * @param parameters the layer's, by the names of {@link #parameters}
   * @return the out capsules, poses {@code [batch, out, dim]}
   */
  Capsules route(Variable votes, Variable activation, Map<String, Variable> parameters);

  /**
   * Makes the votes of a dense layer and routes them. A routing with a kernel that does both in one
   * overrides this.
   *
   * @param capsules the in capsules, poses {@code [batch, in, inDim]}
   * @param weight {@code [in, out, dim, inDim]}
   * @param parameters the layer's
   * @return the out capsules, as {@link #route} of {@link Votes#dense}
   */
  default Capsules routeDense(
      Capsules capsules, Variable weight, Map<String, Variable> parameters) {
    return route(Votes.dense(capsules.pose(), weight), capsules.activation(), parameters);
  }

  /**
   * Routes the votes of each position of a grid on its own. A routing with a kernel for this
   * overrides it.
   *
   * @param votes {@code [batch, in, out, dim, height, width]}
   * @param activation of the voters, {@code [batch, in, height, width]}
   * @param parameters the layer's, shared by all positions
   * @return the out capsules at each position, as {@link #route} of {@code [batch · height · width,
   *     in, out, dim]}
   */
  default Capsules routeGrid(
      Variable votes, Variable activation, Map<String, Variable> parameters) {
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim", "height", "width");
    long batch = votes.size(0);
    long in = votes.size(1);
    long height = votes.size(4);
    long width = votes.size(5);
    long positions = batch * height * width;
    Capsules out =
        route(
            votes.permute(0, 4, 5, 1, 2, 3).reshape(positions, in, votes.size(2), votes.size(3)),
            activation.permute(0, 2, 3, 1).reshape(positions, in),
            parameters);
    return Capsules.ofPositions(out, batch, height, width);
  }

  /**
   * How much of each in capsule's vote went to each out capsule: what {@link #route} weighed the
   * votes with in the end.
   *
   * @param votes {@code [batch, in, out, dim]}
   * @param activation of the in capsules, {@code [batch, in]}
   * @param parameters the layer's
   * @return the coupling coefficients {@code [batch, in, out]}, from 0 to 1
   * @throws UnsupportedOperationException if this routing has no such coefficients, as by default
   */
  default Variable coupling(Variable votes, Variable activation, Map<String, Variable> parameters) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " has no coupling coefficients");
  }

  /**
   * What this routing learns, before it has.
   *
   * @param in the number of input capsules
   * @param out the number of output capsules
   * @param dim the dimension of a vote
   * @param init the source of the initial values
   * @return initial values by name; none by default
   */
  default Map<String, InitialValue> parameters(long in, long out, long dim, Init init) {
    return Map.of();
  }
}
