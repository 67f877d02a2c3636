package org.capsnet.metric;

import java.util.List;

/**
 * How well objects of one class are found.
 *
 * @param label the index of the class
 * @param objects how many are there, difficult ones left out
 * @param averagePrecision the area under the envelope of the curve, from 0 to 1; NaN where there
 *     are no objects
 * @param curve a point for each detection that counts, the surest first
 */
public record ClassPrecision(int label, long objects, double averagePrecision, List<Point> curve) {

  /**
   * A point of the precision-recall curve: what is reached with detections of a score and above.
   *
   * @param score the score
   * @param recall the share of the objects that is found
   * @param precision the share of the detections that find one
   */
  public record Point(double score, double recall, double precision) {}

  /** Copies the curve. */
  public ClassPrecision {
    curve = List.copyOf(curve);
  }
}
