package org.capsnet.capsule;

import java.util.Arrays;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/**
 * Capsules that stand on a grid: at each of its positions one of each type. The layout is that of
 * the features of a convolution, {@code channel = type · dim + d}, so that convolutional layers
 * pass capsules on without moving a number; the capsule of a type at (y, x) is number {@code type ·
 * (H·W) + y · W + x} among {@link #capsules()}.
 *
 * @param pose {@code [batch, types, dim, height, width]}
 * @param activation {@code [batch, types, height, width]}, from 0 to 1
 */
public record CapsuleGrid(Variable pose, Variable activation) {

  /**
   * Checks that the shapes fit each other.
   *
   * @param pose {@code [batch, types, dim, height, width]}
   * @param activation {@code [batch, types, height, width]}, from 0 to 1
   */
  public CapsuleGrid {
    Shapes.require("pose", pose.value(), "batch", "types", "dim", "height", "width");
    Shapes.require(
        "activation", activation.value(), pose.size(0), pose.size(1), pose.size(3), pose.size(4));
  }

  /**
   * Capsules whose activation is the length of their pose, as {@link Capsules#ofLength}.
   *
   * @param pose {@code [batch, types, dim, height, width]}, squashed
   * @return the capsules
   */
  public static CapsuleGrid ofLength(Variable pose) {
    Shapes.require("pose", pose.value(), "batch", "types", "dim", "height", "width");
    return new CapsuleGrid(pose, pose.norm(false, Capsules.EPSILON, 2));
  }

  /**
   * Puts capsules on their grid.
   *
   * @param capsules {@code types · height · width} of them, in the order of {@link #capsules()}
   * @param types the number of types
   * @param height of the grid
   * @param width of the grid
   * @return the same capsules
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static CapsuleGrid of(Capsules capsules, long types, long height, long width) {
    Shapes.require("capsules", capsules.pose().value(), "batch", types * height * width, "dim");
    long batch = capsules.pose().size(0);
    return new CapsuleGrid(
        capsules.pose().reshape(batch, types, height, width, capsules.dim()).permute(0, 1, 4, 2, 3),
        capsules.activation().reshape(batch, types, height, width));
  }

  /**
   * Puts together what was made for each position on its own.
   *
   * @param capsules poses {@code [batch · height · width, types, dim]}
   * @param batch the number of samples
   * @param height of the grid
   * @param width of the grid
   * @return {@code types} capsules at each position
   */
  static CapsuleGrid ofPositions(Capsules capsules, long batch, long height, long width) {
    long types = capsules.count();
    return new CapsuleGrid(
        capsules.pose().reshape(batch, height, width, types, capsules.dim()).permute(0, 3, 4, 1, 2),
        capsules.activation().reshape(batch, height, width, types).permute(0, 3, 1, 2));
  }

  /**
   * Joins the types of grids: a skip connection of a segmenting network.
   *
   * @param grids of equal batch, dim, height and width
   * @return all their types, in the order given
   * @throws IllegalArgumentException if there is none, or shapes do not fit
   */
  public static CapsuleGrid concat(CapsuleGrid... grids) {
    return new CapsuleGrid(
        Variable.concat(1, Arrays.stream(grids).map(CapsuleGrid::pose).toArray(Variable[]::new)),
        Variable.concat(
            1, Arrays.stream(grids).map(CapsuleGrid::activation).toArray(Variable[]::new)));
  }

  /**
   * The grid without what lies below or right of a size: after a transposed convolution, which
   * doubles, of a grid whose number of rows or columns is odd.
   *
   * @param rows how many rows stay, from 1
   * @param columns how many columns stay, from 1
   * @return this grid if it has that size
   * @throws IllegalArgumentException if there are fewer
   */
  public CapsuleGrid cropped(long rows, long columns) {
    if (rows == height() && columns == width()) {
      return this;
    }
    return new CapsuleGrid(
        pose.slice(3, 0, rows).slice(4, 0, columns),
        activation.slice(2, 0, rows).slice(3, 0, columns));
  }

  /**
   * The capsules without their grid.
   *
   * @return {@code types · height · width} capsules, number {@code type · (H·W) + y · W + x}
   */
  public Capsules capsules() {
    long count = types() * height() * width();
    return new Capsules(
        pose.permute(0, 1, 3, 4, 2).reshape(batch(), count, dim()),
        activation.reshape(batch(), count));
  }

  /**
   * The poses as the channels of features, {@code channel = type · dim + d}.
   *
   * @return {@code [batch, types · dim, height, width]}
   */
  public Variable features() {
    return pose.reshape(batch(), types() * dim(), height(), width());
  }

  /**
   * The number of samples.
   *
   * @return batch
   */
  public long batch() {
    return pose.size(0);
  }

  /**
   * The number of capsules at a position.
   *
   * @return types
   */
  public long types() {
    return pose.size(1);
  }

  /**
   * The dimension of a pose.
   *
   * @return dim
   */
  public long dim() {
    return pose.size(2);
  }

  /**
   * The height of the grid.
   *
   * @return in positions
   */
  public long height() {
    return pose.size(3);
  }

  /**
   * The width of the grid.
   *
   * @return in positions
   */
  public long width() {
    return pose.size(4);
  }
}
