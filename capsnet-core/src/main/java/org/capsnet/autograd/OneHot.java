package org.capsnet.autograd;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Class labels as arrays of zeros with a single one per row: targets, and masks to multiply by. */
public final class OneHot {

  private OneHot() {}

  /**
   * Encodes labels.
   *
   * @param labels the class of each sample
   * @param classes the number of classes
   * @param type the type of the result, float or double
   * @return {@code [labels, classes]}, 1 at each sample's class
   * @throws IllegalArgumentException if a label is not from 0 to classes - 1
   */
  public static INDArray of(int[] labels, int classes, DataType type) {
    INDArray result = Nd4j.zeros(type, labels.length, classes);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "label " + i + ": expected 0 to " + (classes - 1) + ", got " + labels[i]);
      }
      result.putScalar(i, labels[i], 1);
    }
    return result;
  }

  /**
   * Chooses of classes the one with the largest number, the first of equals. No gradient flows
   * through a choice.
   *
   * @param scores {@code [batch, classes, ..]}, such as a score for each class of each pixel
   * @return of the same shape, 1 at the largest number along the classes and 0 elsewhere
   */
  public static Variable ofLargest(Variable scores) {
    INDArray x = scores.value();
    INDArray chosen = Nd4j.argMax(x, 1);
    INDArray oneHot = x.like();
    if (x.rank() == 2) {
      for (long b = 0; b < x.size(0); b++) {
        oneHot.putScalar(b, chosen.getLong(b), 1);
      }
    } else {
      for (long c = 0; c < x.size(1); c++) {
        oneHot.slice(c, 1).assign(chosen.eq(c).castTo(x.dataType()));
      }
    }
    return Variable.of("largest", oneHot, (g, needed) -> new INDArray[1], scores.detach());
  }

  /**
   * Encodes labels.
   *
   * @param labels {@code [batch]}, whole numbers of any type
   * @param classes the number of classes
   * @param type the type of the result, float or double
   * @return {@code [batch, classes]}, 1 at each sample's class
   * @throws IllegalArgumentException if the shape is another, or a label is not a whole number from
   *     0 to classes - 1
   */
  public static INDArray of(INDArray labels, int classes, DataType type) {
    Shapes.require("labels", labels, "batch");
    int[] whole = new int[(int) labels.length()];
    for (int i = 0; i < whole.length; i++) {
      double label = labels.getDouble(i);
      whole[i] = (int) label;
      if (whole[i] != label) {
        throw new IllegalArgumentException(
            "label " + i + ": expected a whole number, got " + label);
      }
    }
    return of(whole, classes, type);
  }
}
