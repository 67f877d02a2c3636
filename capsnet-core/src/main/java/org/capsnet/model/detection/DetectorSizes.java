package org.capsnet.model.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.capsnet.capsule.Routing;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.Sizes;
import org.capsnet.routing.DynamicRouting;

/**
 * The sizes that detectors have in common: features, primary capsules, a capsule for each class,
 * and a hidden layer between that and its box. Everything is padded, so that images may have any
 * size.
 *
 * @param image the size of the images
 * @param classes that the network finds, at least 1
 * @param stages of the features, at least one
 * @param primary the primary capsules
 * @param classDim the dimension of a class capsule
 * @param routing from primary to class capsules
 * @param boxHidden the size of the hidden layer between a class capsule and its box
 */
public record DetectorSizes(
    ImageShape image,
    int classes,
    List<Conv> stages,
    Primary primary,
    int classDim,
    Routing routing,
    int boxHidden) {

  /** As many cells a side as the grid of {@link #of} has at most. */
  private static final int MOST_CELLS = 16;

  private static final int LAST_CHANNELS = 128;
  private static final int LEAST_CHANNELS = 8;
  private static final int FIRST_KERNEL = 5;
  private static final int KERNEL = 3;

  /**
   * Checks each size on its own.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public DetectorSizes {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(primary, "primary");
    Objects.requireNonNull(routing, "routing");
    Sizes.atLeast(1, "classes", classes);
    Sizes.atLeast(1, "class capsule dimension", classDim);
    Sizes.atLeast(1, "hidden size of the box head", boxHidden);
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("stages: expected at least one, got none");
    }
  }

  /**
   * Sizes that suit images: features halved until no side has more than 16 cells, with two
   * convolutions at each size but the first and 128 channels in the end; 16 types of primary
   * capsules of 8 D; class capsules of 16 D. Most cells show background, and so the routing is
   * leaky: a voter need not vote.
   *
   * @param image the size of the images
   * @param classes that the network finds
   * @return the sizes; any of it can be changed
   */
  public static DetectorSizes of(ImageShape image, int classes) {
    int halvings = 1;
    while (Math.max(image.height(), image.width()) > (long) MOST_CELLS << halvings) {
      halvings++;
    }
    List<Conv> stages = new ArrayList<>();
    for (int i = 1; i <= halvings; i++) {
      int out = Math.max(LEAST_CHANNELS, LAST_CHANNELS >> (halvings - i));
      stages.add(Conv.same(out, i == 1 ? FIRST_KERNEL : KERNEL, 2));
      if (i > 1 || halvings < 2) {
        stages.add(Conv.same(out, KERNEL, 1));
      }
    }
    return new DetectorSizes(
        image,
        classes,
        stages,
        Primary.same(16, 8, KERNEL, 1),
        16,
        new DynamicRouting(3).withLeak(),
        32);
  }
}
