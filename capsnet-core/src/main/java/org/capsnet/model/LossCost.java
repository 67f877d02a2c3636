package org.capsnet.model;

import org.capsnet.nn.Cost;

/**
 * What the losses of {@code org.capsnet.loss} make of a sample, forward and backward: for networks,
 * which state in their own cost that of their objective.
 */
public final class LossCost {

  private LossCost() {}

  /**
   * Of the margin loss: for the present and for the absent a difference, its rectifier, square and
   * weights, and the gradients of them.
   *
   * @param capsules whose lengths it is of
   * @return the cost
   */
  public static Cost margin(long... capsules) {
    return Cost.NONE.backward(20, capsules);
  }

  /**
   * Of the squared error of a reconstruction: the difference and its square, and their gradients.
   *
   * @param pixels of an image, over all channels
   * @return the cost
   */
  public static Cost reconstruction(long... pixels) {
    return Cost.NONE.backward(4, pixels);
  }

  /**
   * Of the mask loss of probabilities: the cross-entropy with its logarithms, Dice, and their
   * gradients.
   *
   * @param masks the sizes {@code [masks, height, width]}
   * @return the cost
   */
  public static Cost maskOfProbabilities(long... masks) {
    return Cost.NONE.backward(14, masks);
  }

  /**
   * Of the mask loss of logits: as {@link #maskOfProbabilities}, with a logarithm of a softmax in
   * place of one of each probability, which has largest numbers and sums over the masks.
   *
   * @param masks the number of masks
   * @param height in pixels
   * @param width in pixels
   * @return the cost
   */
  public static Cost maskOfLogits(long masks, long height, long width) {
    return Cost.NONE.backward(15, masks, height, width).backward(5, height, width);
  }

  /**
   * Of the box loss: smooth L1 and generalized IoU, in some sixty operations on one number a box.
   *
   * @param boxes their number: classes, rows and columns
   * @return the cost
   */
  public static Cost boxes(long... boxes) {
    return Cost.NONE.backward(239, boxes);
  }
}
