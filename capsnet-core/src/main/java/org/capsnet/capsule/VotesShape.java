package org.capsnet.capsule;

import org.capsnet.nn.Shape;

/**
 * The sizes of a layer's votes: who casts them, and for whom.
 *
 * @param input {@code [types, dim, grid..]}: the layer's input capsules
 * @param voters {@code [in, inDim]}: the input capsules that vote for an output capsule, where
 *     output capsules stand on a grid for those at one position of it
 * @param output {@code [out, dim, grid..]}: the layer's output capsules
 */
public record VotesShape(Shape input, Shape voters, Shape output) {

  /**
   * Of votes by all capsules of a layer, whatever grid they stand on, for output capsules without a
   * grid.
   *
   * @param input {@code [types, dim, grid..]}
   * @param out the number of output capsules
   * @param outDim the dimension of their poses
   * @return the sizes
   */
  public static VotesShape flat(Shape input, long out, long outDim) {
    long dim = input.size(1);
    return new VotesShape(input, Shape.of(input.numbers() / dim, dim), Shape.of(out, outDim));
  }

  /** {@return the number of input capsules that vote for an output capsule} */
  public long in() {
    return voters.size(0);
  }

  /** {@return the dimension of an input capsule's pose} */
  public long inDim() {
    return voters.size(1);
  }

  /** {@return the number of output capsules, on a grid of those at one position} */
  public long out() {
    return output.size(0);
  }

  /** {@return the dimension of a vote and of an output capsule's pose} */
  public long dim() {
    return output.size(1);
  }

  /** {@return the number of types of input capsules, which without a grid are the capsules} */
  public long types() {
    return input.size(0);
  }

  /** {@return the number of positions of the output grid, 1 without one} */
  public long positions() {
    return output.numbers() / (out() * dim());
  }
}
