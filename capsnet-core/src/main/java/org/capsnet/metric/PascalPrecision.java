package org.capsnet.metric;

import java.util.List;

/**
 * Average precision as PASCAL VOC defines it.
 *
 * @param iou the smallest intersection over union of a detection that finds an object
 * @param mean the mean over the classes that occur; NaN where none does
 * @param classes one for each class
 */
public record PascalPrecision(double iou, double mean, List<ClassPrecision> classes) {

  /** Copies the classes. */
  public PascalPrecision {
    classes = List.copyOf(classes);
  }
}
