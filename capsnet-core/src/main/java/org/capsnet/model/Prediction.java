package org.capsnet.model;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a classifier says of one image. The arrays belong to no scope.
 *
 * @param label the index of the class whose capsule is longest
 * @param className the name of that class
 * @param lengths of the class capsules, {@code [classes]}, each from 0 to 1: how sure the network
 *     is that the class is there. They need not sum to 1.
 * @param poses of the class capsules, {@code [classes, classDim]}
 * @param reconstruction the image as drawn again from the capsule of that class, {@code [channels,
 *     height, width]}, from 0 to 1; empty where the network has no decoder
 */
public record Prediction(
    int label,
    String className,
    INDArray lengths,
    INDArray poses,
    Optional<INDArray> reconstruction) {

  /**
   * The length of the longest capsule.
   *
   * @return from 0 to 1
   */
  public double confidence() {
    return lengths.getDouble(label);
  }
}
