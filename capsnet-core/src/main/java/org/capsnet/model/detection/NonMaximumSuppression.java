package org.capsnet.model.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.capsnet.metric.Detection;

/**
 * Leaves of detections of the same object the surest alone: greedily, class by class, a detection
 * falls that overlaps a surer one which stays.
 *
 * @param iou the intersection over union above which two detections are of one object, from 0 to 1
 * @param minScore the score below which a detection falls in any case
 */
public record NonMaximumSuppression(double iou, double minScore) {

  /**
   * Checks the threshold.
   *
   * @throws IllegalArgumentException if {@code iou} is out of its range, or the score not a number
   */
  public NonMaximumSuppression {
    if (!(iou >= 0 && iou <= 1)) {
      throw new IllegalArgumentException("iou: expected 0 to 1, got " + iou);
    }
    if (Double.isNaN(minScore)) {
      throw new IllegalArgumentException("minScore: expected a number, got " + minScore);
    }
  }

  /**
   * Suppresses.
   *
   * @param detections of one image, in any order; of equal scores the first is taken for surer
   * @return those that stay, the surest first
   */
  public List<Detection> apply(List<Detection> detections) {
    List<Detection> surestFirst =
        detections.stream()
            .filter(detection -> detection.score() >= minScore)
            .sorted(Comparator.comparingDouble(Detection::score).reversed())
            .toList();
    List<Detection> kept = new ArrayList<>();
    for (Detection detection : surestFirst) {
      if (kept.stream().noneMatch(surer -> same(surer, detection))) {
        kept.add(detection);
      }
    }
    return List.copyOf(kept);
  }

  private boolean same(Detection surer, Detection detection) {
    return surer.label() == detection.label()
        && surer.box().intersectionOverUnion(detection.box()) > iou;
  }
}
