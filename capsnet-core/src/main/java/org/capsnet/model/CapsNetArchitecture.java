package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Nullable;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The sizes of a {@link CapsNet}: what is chosen, and what follows from it. A combination that
 * leaves no capsule is refused here, before anything is allocated.
 *
 * @param channels of the images
 * @param height of the images, in pixels
 * @param width of the images, in pixels
 * @param classes that the network tells apart
 * @param stem the convolutions before the capsules, each followed by a ReLU
 * @param primary the convolution that makes the primary capsules; its channels are types · dim
 * @param primaryDim the dimension of a primary capsule
 * @param classDim the dimension of a class capsule
 * @param routing from primary to class capsules
 * @param decoder the hidden sizes of the decoder; null for no decoder
 * @param type FLOAT or DOUBLE
 */
public record CapsNetArchitecture(
    int channels,
    int height,
    int width,
    int classes,
    List<Convolution> stem,
    Convolution primary,
    int primaryDim,
    int classDim,
    Routing routing,
    @Nullable List<Integer> decoder,
    DataType type) {

  /**
   * A convolution without padding.
   *
   * @param channels that go out
   * @param kernel the side of the square kernel
   * @param stride of the kernel
   */
  public record Convolution(int channels, int kernel, int stride) {

    /**
     * Checks that all are positive.
     *
     * @param channels that go out
     * @param kernel the side of the square kernel
     * @param stride of the kernel
     */
    public Convolution {
      Sizes.positive("convolution channels", channels);
      Sizes.positive("kernel", kernel);
      Sizes.positive("stride", stride);
    }

    int outputOf(int input) {
      return (input - kernel) / stride + 1;
    }

    int inputFor(int output) {
      return Math.addExact(Math.multiplyExact(output - 1, stride), kernel);
    }
  }

  /**
   * Checks every size, and that capsules are left.
   *
   * @param channels of the images
   * @param height of the images, in pixels
   * @param width of the images, in pixels
   * @param classes that the network tells apart
   * @param stem the convolutions before the capsules, each followed by a ReLU
   * @param primary the convolution that makes the primary capsules; its channels are types · dim
   * @param primaryDim the dimension of a primary capsule
   * @param classDim the dimension of a class capsule
   * @param routing from primary to class capsules
   * @param decoder the hidden sizes of the decoder; null for no decoder
   * @param type FLOAT or DOUBLE
   */
  public CapsNetArchitecture {
    Sizes.requireImages(channels, height, width, type);
    Sizes.positive("class capsule dimension", classDim);
    Sizes.positive("primary capsule dimension", primaryDim);
    if (classes < 2) {
      throw new IllegalArgumentException("classes: expected at least 2, got " + classes);
    }
    if (primary.channels() % primaryDim != 0) {
      throw new IllegalArgumentException(
          "primary channels: expected a multiple of the dimension %d, got %d"
              .formatted(primaryDim, primary.channels()));
    }
    Objects.requireNonNull(routing, "routing");
    stem = List.copyOf(stem);
    if (decoder != null) {
      decoder = List.copyOf(decoder);
      decoder.forEach(size -> Sizes.positive("decoder size", size));
    }
    requireFit(height, width, stem, primary);
    Sizes.fits("the numbers of the class capsules", classes, classDim);
    Sizes.fits(
        "the number of primary capsules",
        primary.channels() / primaryDim,
        primary.outputOf(after(stem, height)),
        primary.outputOf(after(stem, width)));
  }

  /**
   * The network of Sabour et al. (2017) for MNIST.
   *
   * @return 1×28×28 pixels, 1152 primary capsules of 8 D, 10 class capsules of 16 D
   */
  public static CapsNetArchitecture mnist() {
    return new CapsNetArchitecture(
        1,
        28,
        28,
        10,
        List.of(new Convolution(256, 9, 1)),
        new Convolution(256, 9, 2),
        8,
        16,
        new DynamicRouting(3),
        List.of(512, 1024),
        DataType.FLOAT);
  }

  private static void requireFit(
      int height, int width, List<Convolution> stem, Convolution primary) {
    List<Convolution> all = new ArrayList<>(stem);
    all.add(primary);
    int h = height;
    int w = width;
    for (int i = 0; i < all.size(); i++) {
      Convolution c = all.get(i);
      if (c.kernel() > Math.min(h, w)) {
        String layer = i < stem.size() ? "stem convolution " + (i + 1) : "primary capsules";
        throw new IllegalArgumentException(
            String.format(
                "%s: a %2$d×%2$d kernel does not fit the %3$d×%4$d features that a %5$d×%6$d image"
                    + " leaves there; images of at least %7$d×%7$d would fit, or here a kernel of"
                    + " at most %8$d",
                layer, c.kernel(), h, w, height, width, leastImage(all), Math.min(h, w)));
      }
      h = c.outputOf(h);
      w = c.outputOf(w);
    }
  }

  /** The side of the smallest image of which a chain of convolutions leaves something. */
  private static int leastImage(List<Convolution> all) {
    int least = 1;
    for (int k = all.size() - 1; k >= 0; k--) {
      least = all.get(k).inputFor(least);
    }
    return least;
  }

  /** The height of the features before the primary capsules. */
  private int featureHeight() {
    return after(stem, height);
  }

  /** The width of the features before the primary capsules. */
  private int featureWidth() {
    return after(stem, width);
  }

  private static int after(List<Convolution> stem, int size) {
    int at = size;
    for (Convolution c : stem) {
      at = c.outputOf(at);
    }
    return at;
  }

  /**
   * How many channels the features before the primary capsules have.
   *
   * @return those of the last convolution of the stem, or of the image
   */
  public int featureChannels() {
    return stem.isEmpty() ? channels : stem.get(stem.size() - 1).channels();
  }

  /**
   * How many rows the grid of primary capsules has.
   *
   * @return at least 1
   */
  public int gridHeight() {
    return primary.outputOf(featureHeight());
  }

  /**
   * How many columns the grid of primary capsules has.
   *
   * @return at least 1
   */
  public int gridWidth() {
    return primary.outputOf(featureWidth());
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
    Convolution first = stem.isEmpty() ? primary : stem.get(0);
    return Sizes.sum(
        pixels(), Sizes.product(first.channels(), first.outputOf(height), first.outputOf(width)));
  }

  /**
   * Whether images are reconstructed.
   *
   * @return true if there is a decoder
   */
  public boolean reconstructs() {
    return decoder != null;
  }
}
