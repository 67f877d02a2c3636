package org.capsnet.metric;

import java.util.List;

/**
 * Average precision of one class.
 *
 * @param label the index of the class
 * @param objects the number of objects, without difficult ones
 * @param averagePrecision the area under the envelope of the curve, from 0 to 1; NaN where there
 *     are no objects
 * @param curve a point for each detection that counts, in decreasing order of score
 */
public record ClassPrecision(int label, long objects, double averagePrecision, List<Point> curve) {

  /**
   * A point of the precision-recall curve: of the detections with a given score or more.
   *
   * @param score the score
   * @param recall the share of the objects that are found
   * @param precision the share of the detections that find an object
   */
  public record Point(double score, double recall, double precision) {}

  /** Copies the curve. */
  public ClassPrecision {
    curve = List.copyOf(curve);
  }
}
