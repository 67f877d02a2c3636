package org.capsnet.model;

import java.util.List;
import java.util.Objects;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Nullable;
import org.capsnet.model.FeatureExtractor.Stage;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The sizes of a {@link SegCaps}: what is chosen, and what follows from it. Images of any size fit.
 *
 * @param channels of the images
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param stem the convolution before the capsules, of stride 1
 * @param kernel the side of the kernels of the convolutional capsules, odd
 * @param levels the capsules of each grid: the first at the size of the image, one type, each
 *     further one at half the size of the one before
 * @param routing of all layers
 * @param masks the classes of a pixel, background included, 2 or more
 * @param maskDim the dimension of the last capsules
 * @param reconstruction the channels of the 1×1 convolutions that draw the image again; null for no
 *     reconstruction
 * @param type FLOAT or DOUBLE
 */
public record SegCapsArchitecture(
    int channels,
    int height,
    int width,
    Stage stem,
    int kernel,
    List<Level> levels,
    Routing routing,
    int masks,
    int maskDim,
    @Nullable List<Integer> reconstruction,
    DataType type)
    implements MedicalArchitecture {

  /** The side of the transposed kernels, which double a grid with a padding of 1. */
  static final int UP = 4;

  /**
   * The capsules at each place of a grid.
   *
   * @param types how many, at least 1
   * @param dim the dimension of each, at least 1
   */
  public record Level(int types, int dim) {

    /**
     * Checks the numbers.
     *
     * @param types how many, at least 1
     * @param dim the dimension of each, at least 1
     * @throws IllegalArgumentException if one is below 1
     */
    public Level {
      Sizes.positive("capsule types", types);
      Sizes.positive("capsule dimension", dim);
    }
  }

  /**
   * Checks every size.
   *
   * @param channels of the images
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param stem the convolution before the capsules, of stride 1
   * @param kernel the side of the kernels of the convolutional capsules, odd
   * @param levels the capsules of each grid
   * @param routing of all layers
   * @param masks the classes of a pixel, background included, 2 or more
   * @param maskDim the dimension of the last capsules
   * @param reconstruction the channels of the 1×1 convolutions that draw the image again, or null
   * @param type FLOAT or DOUBLE
   * @throws IllegalArgumentException if a size is out of its range
   */
  public SegCapsArchitecture {
    Sizes.requireImages(channels, height, width, type);
    Sizes.positive("mask capsule dimension", maskDim);
    Objects.requireNonNull(routing, "routing");
    levels = List.copyOf(levels);
    Sizes.fits("the numbers of the masks", masks, height, width);
    if (masks < 2) {
      throw new IllegalArgumentException("masks: expected at least 2, got " + masks);
    }
    if (stem.stride() != 1) {
      throw new IllegalArgumentException("stem: expected a stride of 1, got " + stem.stride());
    }
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel: expected an odd number, got " + kernel);
    }
    if (levels.size() < 2 || levels.get(0).types() != 1) {
      throw new IllegalArgumentException(
          "levels: expected 2 or more, the first of one type, got " + levels);
    }
    if (reconstruction != null) {
      reconstruction = List.copyOf(reconstruction);
      reconstruction.forEach(size -> Sizes.positive("reconstruction channels", size));
    }
  }

  /** The numbers of an image and of the first map that the network makes of it. */
  long leastNumbers() {
    return Sizes.sum(pixels(), FeatureExtractor.firstMap(stem, height, width));
  }

  /** SegCaps makes no diagnosis. */
  @Override
  public int classes() {
    return 0;
  }

  @Override
  public boolean reconstructs() {
    return reconstruction != null;
  }
}
