package org.capsnet.data;

import java.util.List;

/**
 * Writes the annotations of a sample as the labels that a loss takes. Each implementation documents
 * its layout of the labels.
 *
 * @param <T> what a sample is
 */
public interface SampleEncoder<T> {

  /** {@return the names of the classes, in the order of their numbers} */
  List<String> classNames();

  /** {@return the shape of the labels of one sample, without the batch} */
  long[] labelShape();

  /**
   * Writes the labels.
   *
   * @param sample the sample
   * @param labels of the length of {@link #labelShape()}, all zero
   */
  void encode(T sample, float[] labels);
}
