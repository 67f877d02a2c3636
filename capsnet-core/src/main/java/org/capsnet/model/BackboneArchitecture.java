package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.FeatureExtractor.Stage;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The sizes of a {@link Backbone}: what is chosen, and what follows from it, known before anything
 * is allocated. Everything is padded, so that images may have any size.
 *
 * @param channels of the images, 1 for grey, 3 for colour
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param stages of the features, at least one
 * @param primary the convolution that makes the primary capsules; its channels are types · dim
 * @param primaryDim the dimension of a primary capsule
 * @param type FLOAT or DOUBLE
 */
public record BackboneArchitecture(
    int channels,
    int height,
    int width,
    List<Stage> stages,
    Stage primary,
    int primaryDim,
    DataType type) {

  /** As many cells a side as the grid of {@link #standard} has at most. */
  private static final int MOST_CELLS = 16;

  private static final int LAST_CHANNELS = 128;
  private static final int LEAST_CHANNELS = 8;
  private static final int FIRST_KERNEL = 5;
  private static final int KERNEL = 3;
  private static final int STANDARD_DIM = 8;

  /**
   * Checks every size.
   *
   * @param channels of the images
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param stages of the features, at least one
   * @param primary the convolution that makes the primary capsules
   * @param primaryDim the dimension of a primary capsule
   * @param type FLOAT or DOUBLE
   * @throws IllegalArgumentException if one is out of its range
   */
  public BackboneArchitecture {
    Sizes.requireImages(channels, height, width, type);
    Sizes.positive("primary capsule dimension", primaryDim);
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("stages: expected at least one, got none");
    }
    if (primary.channels() % primaryDim != 0) {
      throw new IllegalArgumentException(
          "primary channels: expected a multiple of the dimension %d, got %d"
              .formatted(primaryDim, primary.channels()));
    }
    Sizes.fits(
        "the number of primary capsules",
        primary.channels() / primaryDim,
        primary.outputOf(FeatureExtractor.outputOf(stages, height)),
        primary.outputOf(FeatureExtractor.outputOf(stages, width)));
  }

  /**
   * Features that suit the size of the images: halved until no side has more than 16 cells, with
   * two convolutions at each size but the first and 128 channels in the end; then 16 types of
   * primary capsules of 8 D.
   *
   * @param channels of the images
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @return float sizes
   */
  public static BackboneArchitecture standard(int channels, int height, int width) {
    int halvings = 1;
    while (Math.max(height, width) > (long) MOST_CELLS << halvings) {
      halvings++;
    }
    List<Stage> stages = new ArrayList<>();
    for (int i = 1; i <= halvings; i++) {
      int out = Math.max(LEAST_CHANNELS, LAST_CHANNELS >> (halvings - i));
      stages.add(new Stage(out, i == 1 ? FIRST_KERNEL : KERNEL, 2));
      if (i > 1 || halvings < 2) {
        stages.add(new Stage(out, KERNEL, 1));
      }
    }
    return new BackboneArchitecture(
        channels,
        height,
        width,
        stages,
        new Stage(LAST_CHANNELS, KERNEL, 1),
        STANDARD_DIM,
        DataType.FLOAT);
  }

  /**
   * The number of rows of the grid of primary capsules.
   *
   * @return at least 1
   */
  public int gridHeight() {
    return primary.outputOf(FeatureExtractor.outputOf(stages, height));
  }

  /**
   * The number of columns of the grid of primary capsules.
   *
   * @return at least 1
   */
  public int gridWidth() {
    return primary.outputOf(FeatureExtractor.outputOf(stages, width));
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
   * The number of primary capsules.
   *
   * @return types · rows · columns
   */
  public int primaryCapsules() {
    return primaryTypes() * gridHeight() * gridWidth();
  }

  /**
   * The numbers in an image.
   *
   * @return channels · height · width
   */
  public int pixels() {
    return channels * height * width;
  }

  /** The numbers of an image and of the first map that the network makes of it. */
  long leastNumbers() {
    return Sizes.sum(pixels(), FeatureExtractor.firstMap(stages.get(0), height, width));
  }
}
