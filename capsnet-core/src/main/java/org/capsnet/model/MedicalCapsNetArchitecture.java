package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.capsnet.capsule.Routing;
import org.capsnet.model.FeatureExtractor.Stage;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The sizes of a {@link MedicalCapsNet}: what is chosen, and what follows from it. Images of any
 * size fit.
 *
 * @param channels of the images
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param stages of the features, from the finest map to the coarsest; the first keeps the size of
 *     the image
 * @param primary the convolution that makes the primary capsules; its channels are types · dim
 * @param primaryDim the dimension of a primary capsule
 * @param classes the diagnoses, 2 or more; 0 for none
 * @param classDim the dimension of a diagnosis capsule
 * @param routing from primary to diagnosis capsules
 * @param masks the classes of a pixel, background included, 2 or more; 0 for no masks
 * @param reconstructs whether images are drawn again from the primary capsules
 * @param type FLOAT or DOUBLE
 */
public record MedicalCapsNetArchitecture(
    int channels,
    int height,
    int width,
    List<Stage> stages,
    Stage primary,
    int primaryDim,
    int classes,
    int classDim,
    Routing routing,
    int masks,
    boolean reconstructs,
    DataType type)
    implements MedicalArchitecture {

  /** The side of the kernels that merge a map with the one below it. */
  static final int MERGE = 3;

  /**
   * A step from one grid up to a finer one, the size of a feature map.
   *
   * @param in the channels of what comes from below
   * @param out the channels of the map, and of what goes out
   * @param stride how many rows and columns a place below becomes
   * @param height of the map
   * @param width of the map
   */
  record Step(int in, int out, int stride, int height, int width) {}

  /**
   * Checks every size.
   *
   * @param channels of the images
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param stages of the features, from the finest map to the coarsest
   * @param primary the convolution that makes the primary capsules; its channels are types · dim
   * @param primaryDim the dimension of a primary capsule
   * @param classes the diagnoses, 2 or more; 0 for none
   * @param classDim the dimension of a diagnosis capsule
   * @param routing from primary to diagnosis capsules
   * @param masks the classes of a pixel, background included, 2 or more; 0 for no masks
   * @param reconstructs whether images are drawn again from the primary capsules
   * @param type FLOAT or DOUBLE
   * @throws IllegalArgumentException if a size is out of its range, or nothing would be told
   */
  public MedicalCapsNetArchitecture {
    Sizes.requireImages(channels, height, width, type);
    Sizes.positive("primary capsule dimension", primaryDim);
    Sizes.positive("diagnosis capsule dimension", classDim);
    Sizes.requireNoneOrTwo("classes", classes);
    Sizes.requireNoneOrTwo("masks", masks);
    Objects.requireNonNull(routing, "routing");
    stages = List.copyOf(stages);
    if (classes == 0 && masks == 0) {
      throw new IllegalArgumentException(
          "a network for neither diagnosis nor segmentation: expected classes, masks, or both");
    }
    if (stages.isEmpty() || stages.get(0).stride() != 1) {
      throw new IllegalArgumentException(
          "stages: expected a first one of stride 1, whose map has the size of the image, got "
              + stages);
    }
    if (primary.channels() % primaryDim != 0) {
      throw new IllegalArgumentException(
          "primary channels: expected a multiple of the dimension %d, got %d"
              .formatted(primaryDim, primary.channels()));
    }
    Sizes.fits("the numbers of the diagnosis capsules", classes, classDim);
    Sizes.fits("the numbers of the masks", masks, height, width);
    Sizes.fits(
        "the number of primary capsules",
        primary.channels() / primaryDim,
        primary.outputOf(FeatureExtractor.outputOf(stages, height)),
        primary.outputOf(FeatureExtractor.outputOf(stages, width)));
  }

  /**
   * How many types of primary capsules stand at each place of the grid.
   *
   * @return at least 1
   */
  public int primaryTypes() {
    return primary.channels() / primaryDim;
  }

  /**
   * The rows of the grid of primary capsules.
   *
   * @return at least 1
   */
  public int gridHeight() {
    return primary.outputOf(FeatureExtractor.outputOf(stages, height));
  }

  /**
   * The columns of the grid of primary capsules.
   *
   * @return at least 1
   */
  public int gridWidth() {
    return primary.outputOf(FeatureExtractor.outputOf(stages, width));
  }

  /**
   * The number of primary capsules.
   *
   * @return types · rows · columns
   */
  public int primaryCapsules() {
    return primaryTypes() * gridHeight() * gridWidth();
  }

  /** The numbers of an image and of the first map that the network makes of it. */
  long leastNumbers() {
    return Sizes.sum(pixels(), FeatureExtractor.firstMap(stages.get(0), height, width));
  }

  /** Whether diagnosis capsules gate what the decoders read. */
  boolean gates() {
    return classes > 0 && (masks > 0 || reconstructs);
  }

  /** The steps from the grid of primary capsules up to the size of the image. */
  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    Stage below = primary;
    for (int k = stages.size() - 1; k >= 0; k--) {
      List<Stage> through = stages.subList(0, k + 1);
      steps.add(
          new Step(
              below.channels(),
              stages.get(k).channels(),
              below.stride(),
              FeatureExtractor.outputOf(through, height),
              FeatureExtractor.outputOf(through, width)));
      below = stages.get(k);
    }
    return steps;
  }
}
