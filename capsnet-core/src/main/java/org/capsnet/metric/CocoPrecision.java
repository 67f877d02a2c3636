package org.capsnet.metric;

import java.util.List;

/**
 * Average precision as COCO defines it. A figure for classes none of which occurs is NaN.
 *
 * @param mean the mean over the classes that occur and over the IoU thresholds 0.5, 0.55, ... 0.95
 * @param at50 the mean over the classes at 0.5 alone
 * @param at75 the mean over the classes at 0.75 alone
 * @param classes for each class the mean over the IoU thresholds
 */
public record CocoPrecision(double mean, double at50, double at75, List<Double> classes) {

  /** Copies the classes. */
  public CocoPrecision {
    classes = List.copyOf(classes);
  }
}
