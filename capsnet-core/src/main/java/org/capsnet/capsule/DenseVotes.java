package org.capsnet.capsule;

import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Votes by matrices, {@code û = W · u} (Sabour et al. 2017, equation 2). Every input capsule votes
 * for every output capsule, on a grid from all of its positions. Parameter {@code weight}: {@code
 * [in, out, dim, inDim]} of a matrix for each pair, {@code [types, out, dim, inDim]} where the
 * capsules of a type share theirs, or {@code [out, dim, inDim]} where all do (Gu and Tresp 2020).
 *
 * <p>A matrix that holds at all positions does not know where its capsule stands. With {@code
 * placed} it does: it reads, beside the pose, {@code a·x} and {@code a·y}, where {@code a} is the
 * activation and {@code x} and {@code y} go from -1 at the left and upper border of the grid to 1
 * at the others, and has two more columns. This is the coordinate addition of Hinton et al. (2018,
 * section 4) for capsules whose activation is the length of their pose: how the place moves a vote
 * is learned, and a capsule that is not active still votes for nothing.
 *
 * @param sharing which input capsules have the same matrices
 * @param placed whether the matrices read the place of an input capsule on a grid of two axes
 */
public record DenseVotes(Sharing sharing, boolean placed) implements Votes {

  private static final String WEIGHT = "weight";

  /** What a place adds to the dimension of a pose. */
  private static final int COORDINATES = 2;

  /**
   * Checks that the options go together.
   *
   * @throws IllegalArgumentException if places are read by matrices that each stand at one place
   */
  public DenseVotes {
    if (placed && sharing == Sharing.NONE) {
      throw new IllegalArgumentException(
          "placed: expected matrices that several places share, got a matrix for each pair");
    }
  }

  /** A matrix for each pair of an input and an output capsule. */
  public DenseVotes() {
    this(Sharing.NONE, false);
  }

  @Override
  public VotesShape shape(Shape in, long out, long outDim) {
    if (placed) {
      in.require("capsules", "types", "dim", "height", "width");
    }
    return VotesShape.flat(in, out, outDim);
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape shape, Init init) {
    long inDim = shape.inDim() + (placed ? COORDINATES : 0);
    long out = shape.out();
    long dim = shape.dim();
    long[] sizes =
        switch (sharing) {
          case NONE -> new long[] {shape.in(), out, dim, inDim};
          case TYPE -> new long[] {shape.types(), out, dim, inDim};
          case ALL -> new long[] {out, dim, inDim};
        };
    return Map.of(WEIGHT, init.draw(Initializer.LECUN_NORMAL, shape.in(), out, sizes));
  }

  /** Capsules on a grid may come without it where each has a matrix of its own. */
  @Override
  public void require(VotesShape shape, Capsules capsules) {
    if (sharing != Sharing.NONE) {
      Votes.super.require(shape, capsules);
    } else if (capsules.count() != shape.in() || capsules.dim() != shape.inDim()) {
      Shapes.require(
          "capsules", capsules.flat().pose().value(), "batch", shape.in(), shape.inDim());
    }
  }

  @Override
  public CastVotes cast(Capsules capsules, VotesShape shape, Map<String, Variable> weights) {
    Variable w = weights.get(WEIGHT);
    Capsules voters = placed ? Places.beside(capsules) : capsules.flat();
    Variable u = voters.pose();
    long in = voters.count();
    return switch (sharing) {
      case NONE -> CastVotes.dense(voters, w);
      case TYPE -> CastVotes.of(voters, () -> byType(u, w), () -> repeated(w, in / w.size(0)));
      case ALL ->
          CastVotes.of(
              voters,
              () -> Variable.einsum("bik,jdk->bijd", u, w),
              () -> repeated(w.reshape(1, w.size(0), w.size(1), w.size(2)), in));
    };
  }

  /** Of type t at position p. */
  private static Variable byType(Variable u, Variable w) {
    Variable ofTypes = u.reshape(u.size(0), w.size(0), u.size(1) / w.size(0), u.size(2));
    return Variable.einsum("btpk,tjdk->btpjd", ofTypes, w)
        .reshape(u.size(0), u.size(1), w.size(1), w.size(2));
  }

  /** {@code [types, out, dim, inDim]}, repeated for each position of a type. */
  private static Variable repeated(Variable w, long positions) {
    Variable ones = Variable.constant(Nd4j.ones(w.dataType(), w.size(0), positions, 1, 1, 1));
    return w.reshape(w.size(0), 1, w.size(1), w.size(2), w.size(3))
        .times(ones)
        .reshape(w.size(0) * positions, w.size(1), w.size(2), w.size(3));
  }

  /**
   * The matrix products, and the gradient of the poses. Where matrices are shared by types, their
   * capsules are put together before, and the votes put apart after.
   */
  @Override
  public Cost cost(VotesShape shape, Setting setting) {
    long[] poses = {shape.in(), read(shape)};
    long[] votes = {shape.in(), shape.out(), shape.dim()};
    Cost cost =
        placing(shape)
            .forward(1, votes)
            .backward(1, poses)
            .multiplyAdds(shape.out(), shape.dim(), shape.in(), read(shape));
    return sharing == Sharing.TYPE
        ? cost.forward(1, poses).forward(1, votes).backward(1, votes)
        : cost;
  }

  @Override
  public VotesForm form() {
    return VotesForm.MATRICES;
  }

  /** The gradient of the poses; and of shared matrices a copy for each voter, and its gradient. */
  @Override
  public Optional<Cost> fusedCost(VotesShape shape, Setting setting) {
    Cost cost =
        placing(shape)
            .backward(1, shape.in(), read(shape))
            .multiplyAdds(shape.out(), shape.dim(), shape.in(), read(shape));
    return Optional.of(
        sharing == Sharing.NONE
            ? cost
            : cost.forwardOnce(1, shape.in(), shape.out(), shape.dim(), read(shape))
                .backwardOnce(2, shape.in(), shape.out(), shape.dim(), read(shape)));
  }

  @Override
  public boolean readsActivations() {
    return placed;
  }

  private long read(VotesShape shape) {
    return shape.inDim() + (placed ? COORDINATES : 0);
  }

  /** Two products of the activations, put beside the poses, and all of it in a list. */
  private Cost placing(VotesShape shape) {
    return placed
        ? Cost.NONE
            .forward(2, shape.in())
            .forward(2, shape.in(), read(shape))
            .backward(3, shape.in())
        : Cost.NONE;
  }
}
