package org.capsnet.capsule;

import java.util.Map;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Capsules of a whole grid: every capsule of the grid, wherever it stands, votes for every out
 * capsule by the matrix of its type. What is learned at one place is known at all others.
 *
 * <p>So that a vote can say where something is, a voter also has its place: beside its pose {@code
 * u} the matrix reads {@code a·x} and {@code a·y}, where {@code a} is its activation and {@code x}
 * and {@code y} go from -1 at the left and upper border of the grid to 1 at the others. This is the
 * coordinate addition of Hinton et al. (2018, section 4) for capsules whose activation is the
 * length of their pose: how the place moves a vote is learned, and a voter that is not active still
 * votes for nothing.
 *
 * <p>The routing sees {@code types · height · width} voters, in the order of {@link Capsules#flat},
 * each with a copy of the matrices of its type.
 */
public final class ClassCapsules2d extends Block<Capsules, Capsules> {

  /** What a voter's place adds to the dimension of its pose. */
  private static final int COORDINATES = 2;

  private final long types;
  private final long inDim;
  private final long height;
  private final long width;
  private final Routing routing;
  private final Parameter weight;
  private final Map<String, Parameter> learned;

  /**
   * A layer with random weights.
   *
   * @param in {@code [types, dim, height, width]}
   * @param out the number of output capsules
   * @param outDim the dimension of their poses
   * @param routing how votes become capsules
   * @param init the source of the weights
   */
  public ClassCapsules2d(Shape in, long out, long outDim, Routing routing, Init init) {
    super(in.require("capsules", "types", "dim", "height", "width"), Shape.of(out, outDim));
    types = in.size(0);
    inDim = in.size(1);
    height = in.size(2);
    width = in.size(3);
    this.routing = routing;
    long voters = types * height * width;
    weight =
        weight(
            "weight",
            init.draw(
                DenseCapsules.ONE_IN_CAPSULES,
                voters,
                out,
                types,
                out,
                outDim,
                inDim + COORDINATES));
    learned = RoutingParameters.register(routing, voters, out, outDim, init, this::bias);
  }

  /**
   * Votes and routes.
   *
   * @param grid poses {@code [batch, types, inDim, height, width]}
   * @return poses {@code [batch, out, outDim]}
   * @throws IllegalArgumentException if the shape is not that of this layer's grid
   */
  @Override
  public Capsules forward(Capsules grid) {
    Shapes.require("capsules", grid.pose().value(), "batch", types, inDim, height, width);
    Shapes.requireType("capsules", grid.pose().value(), weight.value().dataType());
    return routing.routeDense(
        placed(grid), atAllPositions(weight.variable()), RoutingParameters.variables(learned));
  }

  /** The capsules of the grid, with their places beside their poses. */
  private Capsules placed(Capsules grid) {
    long batch = grid.batch();
    long voters = types * height * width;
    DataType type = grid.pose().dataType();
    Variable a = grid.activation().reshape(batch, types, 1, height, width);
    Variable x = Variable.constant(coordinates(width, type).reshape(1, 1, 1, 1, width));
    Variable y = Variable.constant(coordinates(height, type).reshape(1, 1, 1, height, 1));
    Variable pose = Variable.concat(2, grid.pose(), a.times(x), a.times(y));
    return new Capsules(
        pose.permute(0, 1, 3, 4, 2).reshape(batch, voters, inDim + COORDINATES),
        grid.activation().reshape(batch, voters));
  }

  /** {@code [types, out, outDim, inDim + 2]}, repeated for each position of a type. */
  private Variable atAllPositions(Variable w) {
    long positions = height * width;
    Variable ones = Variable.constant(Nd4j.ones(w.dataType(), types, positions, 1, 1, 1));
    return w.reshape(types, 1, w.size(1), w.size(2), w.size(3))
        .times(ones)
        .reshape(types * positions, w.size(1), w.size(2), w.size(3));
  }

  /** The middles of n cells from -1 to 1. */
  private static INDArray coordinates(long n, DataType type) {
    double[] at = new double[Math.toIntExact(n)];
    for (int i = 0; i < n; i++) {
      at[i] = (2 * i + 1.0) / n - 1;
    }
    return Nd4j.createFromArray(at).castTo(type);
  }
}
