package org.capsnet.capsule;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * How input capsules vote for output capsules: the one half of a capsule layer, of which a {@link
 * Routing} is the other.
 *
 * <p>Votes are a value: settings and no state, best a record. What they learn belongs to the layer
 * that uses them: it asks for {@link #parameters} once, registers them under their names, and hands
 * them in at every call. So one value serves any number of layers, and a layer votes another way by
 * one constructor argument.
 */
public interface Votes {

  /**
   * The sizes of the votes that a layer casts.
   *
   * @param in the shape of its input capsules, {@code [types, dim, grid..]}
   * @param out the number of output capsules, at each position if the votes lead to a grid
   * @param outDim the dimension of their poses
   * @return the sizes
   * @throws IllegalArgumentException if these capsules cannot vote so; the message says why
   */
  VotesShape shape(Shape in, long out, long outDim);

  /**
   * The weights to vote with, before anything is learned.
   *
   * @param shape the sizes of the votes
   * @param init the source of the initial values
   * @return initial values by name
   */
  Map<String, InitialValue> parameters(VotesShape shape, Init init);

  /**
   * Requires capsules that a layer can let vote: by default those of the very shape that it was
   * built for.
   *
   * @param shape the sizes of the votes that the layer was built for
   * @param capsules the input capsules
   * @throws IllegalArgumentException if they do not fit
   */
  default void require(VotesShape shape, Capsules capsules) {
    Shape built = shape.input();
    Object[] expected = new Object[built.rank() + 1];
    Arrays.setAll(expected, i -> i == 0 ? "batch" : built.size(i - 1));
    Shapes.require("capsules", capsules.pose().value(), expected);
  }

  /**
   * Lets input capsules vote.
   *
   * @param capsules the input capsules, which {@link #require} let through
   * @param shape the sizes of the votes that the layer was built for
   * @param weights the layer's, by the names of {@link #parameters}
   * @return their votes
   */
  CastVotes cast(Capsules capsules, VotesShape shape, Map<String, Variable> weights);

  /**
   * What {@link #cast} makes of a sample in the form of {@link CastVotes#votes}, on a grid at all
   * positions.
   *
   * @param shape the sizes of the votes
   * @param setting where the layer stands
   * @return the cost; by default an estimate, of a matrix product and its gradients
   */
  default Cost cost(VotesShape shape, Setting setting) {
    long[] all = {shape.in(), shape.out(), shape.dim()};
    return Cost.NONE
        .forward(1, all)
        .backward(1, shape.voters().sizes())
        .multiplyAdds(all)
        .times(shape.positions())
        .estimate();
  }

  /** {@return the form in which {@link #cast} has them for a kernel; by default one by one} */
  default VotesForm form() {
    return VotesForm.VOTES;
  }

  /**
   * What {@link #cast} makes of a sample in the {@link #form} that a kernel asks for; with the
   * gradients that the kernel gives back.
   *
   * @param shape the sizes of the votes
   * @param setting where the layer stands
   * @return the cost; empty, as by default, where there is no such form
   */
  default Optional<Cost> fusedCost(VotesShape shape, Setting setting) {
    return Optional.empty();
  }

  /**
   * Whether votes depend on the activations of input capsules, to which then comes a gradient.
   *
   * @return false unless overridden
   */
  default boolean readsActivations() {
    return false;
  }
}
