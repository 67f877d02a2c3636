package org.capsnet.model;

import java.util.Objects;
import org.capsnet.capsule.Routing;

/**
 * The sizes of what detectors have after their primary capsules: a capsule for each class, and a
 * {@link BoxHead} that reads it.
 *
 * @param classes that the network finds, at least 1
 * @param classDim the dimension of a class capsule
 * @param routing from primary to class capsules
 * @param boxHidden the size of the hidden layer between a class capsule and its box
 */
public record DetectorHead(int classes, int classDim, Routing routing, int boxHidden) {

  /** More numbers in the class capsules than any network has that somebody would train. */
  private static final int MOST_NUMBERS = 1 << 24;

  /**
   * Checks every size.
   *
   * @param classes that the network finds, at least 1
   * @param classDim the dimension of a class capsule
   * @param routing from primary to class capsules
   * @param boxHidden the size of the hidden layer between a class capsule and its box
   * @throws IllegalArgumentException if one is out of its range
   */
  public DetectorHead {
    Sizes.positive("classes", classes);
    Sizes.positive("class capsule dimension", classDim);
    Sizes.positive("hidden size of the box head", boxHidden);
    Objects.requireNonNull(routing, "routing");
    if ((long) classes * classDim > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "classes times dimension: expected at most %d, got %d × %d"
              .formatted(MOST_NUMBERS, classes, classDim));
    }
  }
}
