package org.capsnet.data.detection;

/**
 * One annotated object in an image.
 *
 * @param label the number of its class, from 0
 * @param box where it is
 * @param difficult whether it is so hard to see that a metric does not count it
 */
public record LabeledBox(int label, Box box, boolean difficult) {

  /**
   * Checks the label.
   *
   * @throws IllegalArgumentException if the label is negative
   */
  public LabeledBox {
    if (label < 0) {
      throw new IllegalArgumentException("label: expected 0 or more, got " + label);
    }
  }

  LabeledBox withBox(Box other) {
    return new LabeledBox(label, other, difficult);
  }
}
