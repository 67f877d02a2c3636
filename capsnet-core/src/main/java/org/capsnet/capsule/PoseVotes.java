package org.capsnet.capsule;

import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Votes of matrix capsules, {@code P · W} (Hinton et al. 2018, section 3): a pose is a matrix of
 * 4×4, {@code d = 4 · row + column}, whose votes are {@code [batch, in, out, 16]}, and stands on
 * the left of what it is multiplied with. Parameter {@code weight}: {@code [in, out, 4, 4]} for
 * each pair, {@code [types, out, 4, 4]} where the capsules of a type share theirs, or {@code [out,
 * 4, 4]} where all do.
 *
 * <p>They have a sixteenth of the weights of {@link DenseVotes} of that dimension, and compose as
 * viewpoints do. With {@code placed} a vote says where the capsule stands that cast it (coordinate
 * addition, section 4 there): the middle of its row, from 0 at the upper border to 1, is added to
 * the upper element of the right-hand column of the vote, and that of its column to the second. So
 * the paper has it; public code puts them in other places, and scales them in other ways.
 *
 * @param sharing which input capsules have the same matrices
 * @param placed whether places on a grid of two axes are added to votes
 */
public record PoseVotes(Sharing sharing, boolean placed) implements Votes {

  private static final String WEIGHT = "weight";
  private static final int SIDE = 4;
  private static final int DIM = SIDE * SIDE;

  /** Where the row and the column of a voter are added to its vote. */
  private static final int ROW = SIDE - 1;

  private static final int COLUMN = 2 * SIDE - 1;

  /** A matrix for each pair of an input and an output capsule. */
  public PoseVotes() {
    this(Sharing.NONE, false);
  }

  @Override
  public VotesShape shape(Shape in, long out, long outDim) {
    if (in.size(1) != DIM || outDim != DIM) {
      throw new IllegalArgumentException(
          "matrix capsules: expected poses of 16 numbers, got %d of input and %d of output capsules"
              .formatted(in.size(1), outDim));
    }
    if (placed) {
      in.require("capsules", "types", "dim", "height", "width");
    }
    return VotesShape.flat(in, out, DIM);
  }

  /** Random matrices that keep the size of a pose. */
  @Override
  public Map<String, InitialValue> parameters(VotesShape shape, Init init) {
    long out = shape.out();
    long[] sizes =
        switch (sharing) {
          case NONE -> new long[] {shape.in(), out, SIDE, SIDE};
          case TYPE -> new long[] {shape.types(), out, SIDE, SIDE};
          case ALL -> new long[] {out, SIDE, SIDE};
        };
    return Map.of(WEIGHT, init.draw(Initializer.LECUN_NORMAL, SIDE, SIDE, sizes));
  }

  @Override
  public CastVotes cast(Capsules capsules, VotesShape shape, Map<String, Variable> weights) {
    Capsules voters = capsules.flat();
    Variable w = weights.get(WEIGHT);
    return CastVotes.ofProducts(
        voters,
        () -> {
          Variable votes = product(voters, w).reshape(voters.batch(), voters.count(), -1, DIM);
          return placed ? votes.plus(Variable.constant(places(capsules))) : votes;
        },
        () -> new PoseProducts(grouped(w), placed ? places(capsules).reshape(-1, DIM) : null));
  }

  private Variable grouped(Variable w) {
    return sharing == Sharing.ALL ? w.reshape(1, w.size(0), SIDE, SIDE) : w;
  }

  /** Rows m and columns o of votes. */
  private Variable product(Capsules voters, Variable w) {
    long in = voters.count();
    Variable p = voters.pose().reshape(voters.batch(), in, SIDE, SIDE);
    return switch (sharing) {
      case NONE -> Variable.einsum("bimn,ijno->bijmo", p, w);
      case TYPE ->
          Variable.einsum(
              "btpmn,tjno->btpjmo",
              p.reshape(voters.batch(), w.size(0), in / w.size(0), SIDE, SIDE),
              w);
      case ALL -> Variable.einsum("bimn,jno->bijmo", p, w);
    };
  }

  /** {@code [1, types · height · width, 1, 16]}. */
  private static INDArray places(Capsules grid) {
    long types = grid.types();
    long height = grid.grid()[0];
    long width = grid.grid()[1];
    INDArray rows = Places.middles(height, 0, 1, DataType.DOUBLE);
    INDArray columns = Places.middles(width, 0, 1, DataType.DOUBLE);
    double[] places = new double[Math.toIntExact(types * height * width * DIM)];
    for (int i = 0; i < types * height * width; i++) {
      places[i * DIM + ROW] = rows.getDouble(i / width % height);
      places[i * DIM + COLUMN] = columns.getDouble(i % width);
    }
    return Nd4j.createFromArray(places)
        .castTo(grid.pose().dataType())
        .reshape(1, grid.count(), 1, DIM);
  }

  @Override
  public Cost cost(VotesShape shape, Setting setting) {
    long[] votes = {shape.in(), shape.out(), DIM};
    return Cost.NONE
        .forward(2, votes)
        .forward(1, shape.voters().sizes())
        .forwardOnce(1, shape.in(), shape.out(), DIM)
        .backward(1, votes)
        .multiplyAdds(shape.in(), shape.out(), SIDE, SIDE, SIDE);
  }

  @Override
  public VotesForm form() {
    return VotesForm.POSES;
  }

  /** The gradient of the poses. */
  @Override
  public Optional<Cost> fusedCost(VotesShape shape, Setting setting) {
    return Optional.of(
        Cost.NONE
            .backward(1, shape.voters().sizes())
            .multiplyAdds(shape.in(), shape.out(), SIDE, SIDE, SIDE));
  }
}
