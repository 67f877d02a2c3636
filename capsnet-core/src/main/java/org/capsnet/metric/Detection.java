package org.capsnet.metric;

import java.util.Objects;
import org.capsnet.data.detection.Box;

/**
 * An object that a model found.
 *
 * @param label the index of its class, from 0
 * @param score how sure the model is, finite; only the order of scores matters to mean average
 *     precision
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
