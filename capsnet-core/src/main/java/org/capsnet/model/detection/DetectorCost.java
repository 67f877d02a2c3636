package org.capsnet.model.detection;

import org.capsnet.model.LossCost;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Shape;

/** What a {@link DetectionObjective} makes of a sample, besides the layers of the network. */
final class DetectorCost {

  private DetectorCost() {}

  /**
   * The margin loss, for which classes are put last; and the box loss, whose labels are taken apart
   * and whose poses have two gradients, that of the lengths and that of the boxes.
   *
   * @param capsules {@code [classes, dim, rows, columns]}, of which boxes are read
   */
  static Cost of(Shape capsules) {
    long[] each = {capsules.size(0), capsules.size(2), capsules.size(3)};
    return LossCost.margin(each)
        .backward(9, each)
        .plus(LossCost.boxes(each))
        .backward(1, capsules.sizes());
  }
}
