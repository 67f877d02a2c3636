package org.capsnet.model;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * The sizes of a {@link MedicalNetwork}: what goes in and what it tells. Each network has its own
 * with all the rest.
 */
public sealed interface MedicalArchitecture
    permits MedicalCapsNetArchitecture, SegCapsArchitecture {

  /**
   * The channels of the images.
   *
   * @return 1 for grey, 3 for colour
   */
  int channels();

  /**
   * The height of the images.
   *
   * @return in pixels
   */
  int height();

  /**
   * The width of the images.
   *
   * @return in pixels
   */
  int width();

  /**
   * The numbers in an image.
   *
   * @return channels · height · width
   */
  default int pixels() {
    return channels() * height() * width();
  }

  /**
   * How many diagnoses the network tells apart.
   *
   * @return 2 or more; 0 if it makes none
   */
  int classes();

  /**
   * How many classes a pixel can have, the first being the background.
   *
   * @return 2 or more; 0 if it makes no masks
   */
  int masks();

  /**
   * Whether images are reconstructed.
   *
   * @return true if so
   */
  boolean reconstructs();

  /**
   * The type of the numbers.
   *
   * @return FLOAT or DOUBLE
   */
  DataType type();
}
