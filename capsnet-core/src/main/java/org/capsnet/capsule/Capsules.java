package org.capsnet.capsule;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.capsnet.autograd.Flow;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Tracing;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.LengthKernel;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer of capsules: for each sample, and at each position of a grid of 0 to 3 axes, one capsule
 * of each type, with a pose and a probability of being there. Without a grid each type is one
 * capsule; sequences have a grid of one axis, images of two, volumes of three.
 *
 * <p>The layout is that of the features of a convolution, {@code channel = type · dim + d}, so that
 * convolutional layers pass capsules on without moving a number.
 *
 * @param pose {@code [batch, types, dim]}, and the axes of the grid behind it
 * @param activation {@code [batch, types]}, and the axes of the grid, from 0 to 1
 */
public record Capsules(Variable pose, Variable activation) implements Flow<Capsules> {

  /** What keeps the gradient of a length finite at zero. */
  static final double EPSILON = 1e-8;

  /** How far rounding and ε bring a length above 1 at most. */
  private static final double ROUNDING = 1e-5;

  private static final int TYPES = 1;
  private static final int DIM = 2;

  /** The axes of a pose before those of the grid. */
  private static final int LEADING = 3;

  private static final int MOST_GRID_AXES = 3;

  /**
   * Checks that the shapes fit each other.
   *
   * @param pose {@code [batch, types, dim, grid..]}
   * @param activation {@code [batch, types, grid..]}, from 0 to 1
   */
  public Capsules {
    requirePose(pose);
    Objects.requireNonNull(activation, "activation");
    Object[] expected = Arrays.stream(without(DIM, pose.shape())).boxed().toArray();
    Shapes.require("activation", activation.value(), expected);
  }

  private static void requirePose(Variable pose) {
    Objects.requireNonNull(pose, "pose");
    if (pose.rank() < LEADING || pose.rank() > LEADING + MOST_GRID_AXES) {
      throw new IllegalArgumentException(
          "pose: expected [batch, capsules, dim] and up to %d axes of a grid, got %s"
              .formatted(MOST_GRID_AXES, Arrays.toString(pose.shape())));
    }
  }

  /**
   * Capsules whose activation is the length of their pose, {@code √(|pose|²+1e-8)}, and at most 1
   * where the pose is squashed.
   *
   * @param pose {@code [batch, types, dim, grid..]}, squashed
   * @return the capsules
   */
  public static Capsules ofLength(Variable pose) {
    requirePose(pose);
    return new Capsules(pose, length(pose));
  }

  /**
   * Capsules that are all there: whose activation is 1.
   *
   * @param pose {@code [batch, types, dim, grid..]}
   * @return the capsules
   */
  public static Capsules present(Variable pose) {
    requirePose(pose);
    return new Capsules(
        pose, Variable.constant(Nd4j.ones(pose.dataType(), without(DIM, pose.shape()))));
  }

  /**
   * Features as capsules that are all there: the inverse of {@link #features()}.
   *
   * @param features {@code [batch, types · dim, grid..]}, {@code channel = type · dim + d}
   * @param dim how many channels are a pose
   * @return the capsules
   * @throws IllegalArgumentException if {@code dim} does not divide the channels
   */
  public static Capsules ofFeatures(Variable features, long dim) {
    long[] sample = Arrays.copyOfRange(features.shape(), 1, features.rank());
    return present(features.reshape(join(features.size(0), shapeOf(dim, sample).sizes())));
  }

  /** The shape {@code [types, dim, grid..]} of features as capsules. */
  static Shape shapeOf(long dim, long... features) {
    if (dim < 1 || features[0] % dim != 0) {
      throw new IllegalArgumentException(
          "channels of capsules: expected a multiple of their dimension %d, got %d"
              .formatted(dim, features[0]));
    }
    long[] grid = Arrays.copyOfRange(features, 1, features.length);
    return Shape.of(join(new long[] {features[0] / dim, dim}, grid));
  }

  /**
   * What {@link #ofLength} makes: by a kernel the lengths; else the squares of the poses, and their
   * sum, with ε, and its root. Then, if a gradient comes to the activations, that of the poses,
   * added to the one that these have; without a kernel also that of the squares.
   *
   * @param capsules their number
   * @param dim of a pose
   * @param setting where the layer stands that makes them
   * @return the cost
   */
  public static Cost costOfLength(long capsules, long dim, Setting setting) {
    if (setting.fused()) {
      Cost lengths = Cost.NONE.forward(1, capsules);
      return setting.activationGradient() ? lengths.backward(2, capsules, dim) : lengths;
    }
    Cost cost = Cost.NONE.forward(1, capsules, dim).forward(3, capsules);
    return setting.activationGradient()
        ? cost.backward(3, capsules, dim).backward(1, capsules)
        : cost;
  }

  /**
   * The length of poses. That of a squashed one may be above 1 by its ε and by rounding, which
   * would be no probability: it is cut, with the gradient that it has.
   */
  private static Variable length(Variable pose) {
    Variable length = lengthOf(pose);
    if (Tracing.on()) {
      return length.minus(length.minus(1).clamp(0, ROUNDING)); // whatever the lengths are
    }
    double longest = length.value().maxNumber().doubleValue();
    if (longest <= 1 || longest > 1 + ROUNDING) {
      return length;
    }
    INDArray atMostOne = length.value().dup();
    Values.clampInPlace(atMostOne, 0, 1);
    return Variable.of("atMostOne", atMostOne, (g, needed) -> new INDArray[] {g}, length);
  }

  /** By a kernel where there is one. */
  private static Variable lengthOf(Variable pose) {
    if (!Kernels.fused(pose.value()) || !Shapes.isDense(pose.value())) {
      return pose.norm(false, EPSILON, DIM);
    }
    LengthKernel kernel = new LengthKernel(pose.value(), EPSILON);
    return Variable.of(
        "length", kernel.forward(), (g, needed) -> new INDArray[] {kernel.backward(g)}, pose);
  }

  /**
   * Joins the types of capsules on equal grids: a skip connection of a segmenting network.
   *
   * @param parts of equal batch, dim and grid
   * @return all their types, in the order given
   * @throws IllegalArgumentException if there is none, or shapes do not fit
   */
  public static Capsules concat(Capsules... parts) {
    return new Capsules(
        Variable.concat(TYPES, Arrays.stream(parts).map(Capsules::pose).toArray(Variable[]::new)),
        Variable.concat(
            TYPES, Arrays.stream(parts).map(Capsules::activation).toArray(Variable[]::new)));
  }

  /**
   * Puts capsules without a grid on one: the inverse of {@link #flat()}.
   *
   * @param types the number of types
   * @param grid the sizes of the axes of the grid
   * @return the same capsules
   * @throws IllegalArgumentException if these are more or fewer than {@code types · positions}, or
   *     have a grid already
   */
  public Capsules onGrid(long types, long... grid) {
    long count = types * product(grid);
    Shapes.require("capsules", pose.value(), "batch", count, "dim");
    Variable spread = pose.reshape(join(join(batch(), types), join(grid, dim())));
    int last = spread.rank() - 1;
    int[] axes =
        IntStream.rangeClosed(0, last).map(i -> i < DIM ? i : i == DIM ? last : i - 1).toArray();
    return new Capsules(spread.permute(axes), activation.reshape(join(join(batch(), types), grid)));
  }

  /**
   * The capsules without their grid.
   *
   * @return {@code types · positions} capsules, number {@code type · positions + position}, where
   *     that of an image is {@code y · W + x}; these ones where there is no grid
   */
  public Capsules flat() {
    if (gridRank() == 0) {
      return this;
    }
    int[] axes =
        IntStream.range(0, pose.rank())
            .map(i -> i < DIM ? i : i == pose.rank() - 1 ? DIM : i + 1)
            .toArray();
    return new Capsules(
        pose.permute(axes).reshape(batch(), count(), dim()), activation.reshape(batch(), count()));
  }

  /**
   * The capsules without what lies behind a size of their grid: after a transposed convolution,
   * which doubles, of a grid whose number of rows or columns is odd.
   *
   * @param grid for each axis of the grid how many positions stay, from 1
   * @return these capsules if the grid has that size
   * @throws IllegalArgumentException if there are fewer, or the grid has other axes
   */
  public Capsules cropped(long... grid) {
    if (Arrays.equals(grid, grid())) {
      return this;
    }
    if (grid.length != gridRank()) {
      throw new IllegalArgumentException(
          "grid: expected %d axes, got %s".formatted(gridRank(), Arrays.toString(grid)));
    }
    Variable p = pose;
    Variable a = activation;
    for (int i = 0; i < grid.length; i++) {
      p = p.slice(LEADING + i, 0, grid[i]);
      a = a.slice(LEADING - 1 + i, 0, grid[i]);
    }
    return new Capsules(p, a);
  }

  /**
   * The poses as the channels of features, {@code channel = type · dim + d}.
   *
   * @return {@code [batch, types · dim, grid..]}
   */
  public Variable features() {
    return pose.reshape(join(join(batch(), types() * dim()), grid()));
  }

  /** {@return pose and activation} */
  @Override
  public List<Variable> variables() {
    return List.of(pose, activation);
  }

  @Override
  public Capsules withVariables(List<Variable> variables) {
    if (variables.size() != 2) {
      throw new IllegalArgumentException("variables: expected 2, got " + variables.size());
    }
    return new Capsules(variables.get(0), variables.get(1));
  }

  /**
   * A skip connection over capsules: poses are summed, and a capsule is there if either is, {@code
   * a + b - a·b}.
   *
   * @param other of the same shape
   * @return the capsules together
   * @throws IllegalArgumentException if the shapes differ
   */
  @Override
  public Capsules plus(Capsules other) {
    Shapes.requireSame("capsules", other.pose.value(), pose.value());
    return new Capsules(
        pose.plus(other.pose),
        activation.plus(other.activation).minus(activation.times(other.activation)));
  }

  /** {@return the number of samples} */
  public long batch() {
    return pose.size(0);
  }

  /** {@return the number of capsules at a position, which is {@link #count} without a grid} */
  public long types() {
    return pose.size(TYPES);
  }

  /** {@return the dimension of a pose} */
  public long dim() {
    return pose.size(DIM);
  }

  /** {@return the number of capsules of a sample, types · positions} */
  public long count() {
    return types() * product(grid());
  }

  /** {@return the number of axes of the grid, from 0 to 3} */
  public int gridRank() {
    return pose.rank() - LEADING;
  }

  /**
   * {@return the sizes of the axes of the grid: none, length, or height and width, or depth too}
   */
  public long[] grid() {
    return Arrays.copyOfRange(pose.shape(), LEADING, pose.rank());
  }

  private static long product(long... sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  private static long[] join(long first, long... more) {
    return join(new long[] {first}, more);
  }

  private static long[] join(long[] first, long... more) {
    long[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  private static long[] without(int axis, long... shape) {
    return IntStream.range(0, shape.length)
        .filter(i -> i != axis)
        .mapToLong(i -> shape[i])
        .toArray();
  }
}
