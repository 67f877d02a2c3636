package org.capsnet.metric;

import java.util.Objects;
import org.capsnet.data.detection.Box;

/**
 * A predicted object.
 *
 * @param label the index of its class, from 0
 * @param score the confidence of the model, finite; only the order of scores matters for mean
 *     average precision
 * @param box where it is
 */
public record Detection(int label, double score, Box box) {

  /** Checks the numbers. */
  public Detection {
    Objects.requireNonNull(box, "box");
    if (label < 0) {
      throw new IllegalArgumentException("label: expected at least 0, got " + label);
    }
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException("score: expected a finite number, got " + score);
    }
  }
}
