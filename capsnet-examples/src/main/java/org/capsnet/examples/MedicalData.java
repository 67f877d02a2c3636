package org.capsnet.examples;

import java.util.List;
import org.capsnet.data.medical.SegmentationLabels;

/**
 * What the medical example trains on and is judged by.
 *
 * @param description in a line
 * @param channels of the images
 * @param layout the classes and masks, and the size of the images
 * @param maskNames the names of the classes of a pixel; none without masks
 * @param severalFindings whether several classes may apply to one image
 * @param splits the trainings: one, or one a fold
 */
record MedicalData(
    String description,
    int channels,
    SegmentationLabels layout,
    List<String> maskNames,
    boolean severalFindings,
    List<Split> splits) {

  /**
   * The parts of a training.
   *
   * @param train to train on
   * @param validation to choose a model by
   * @param test to judge it by
   */
  record Split(SampleSet<?> train, SampleSet<?> validation, SampleSet<?> test) {}

  List<String> classNames() {
    return layout.classNames();
  }
}
