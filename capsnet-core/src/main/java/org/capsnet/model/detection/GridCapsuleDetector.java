package org.capsnet.model.detection;

import java.util.List;
import java.util.Objects;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.GridBoxes;
import org.capsnet.model.Architecture;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Sizes;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/**
 * Finds any number of objects of each class: convolutional capsules on a grid, at each cell one a
 * class, which stands for an object with its centre in that cell. The design is this library's own:
 * dynamic routing {@code v_j = squash(Σ_i c_ij û_ij)} in each cell; the length of a class capsule,
 * {@code [batch, classes, rows, columns]}, says whether the object is there, and what a {@link
 * org.capsnet.model.block.BoxHead} reads off its pose where, {@code [batch, classes, 4, rows,
 * columns]}.
 *
 * <p>A box may be centred up to half a cell outside of its cell, so that one which is near the
 * border, and is found from the wrong side, is still found in the right place.
 *
 * <pre>{@code
 * GridCapsuleDetector cells =
 *     GridCapsuleDetector.Config.of(new ImageShape(3, 192, 256), 3).build(0);
 * }</pre>
 */
public final class GridCapsuleDetector extends BoxDetector<GridCapsuleDetector.Config> {

  /** In cells: half of one beyond each border. */
  private static final double REACH = 2;

  private static final double INITIAL_SIZE = 0.2;

  /**
   * The sizes.
   *
   * @param sizes those of any detector
   * @param kernel the side of the square of cells whose primary capsules vote for the class
   *     capsules in its middle, odd
   */
  public record Config(DetectorSizes sizes, int kernel)
      implements Architecture<GridCapsuleDetector, Config> {

    /** Checks the kernel. */
    public Config {
      Objects.requireNonNull(sizes, "sizes");
      Sizes.odd("kernel", kernel);
    }

    /**
     * Sizes that suit images; see {@link DetectorSizes#of}.
     *
     * @param image the size of the images
     * @param classes that the network finds
     * @return the sizes, with a kernel of 1
     */
    public static Config of(ImageShape image, int classes) {
      return new Config(DetectorSizes.of(image, classes), 1);
    }

    @Override
    public Shape input() {
      return sizes.image().shape();
    }

    @Override
    public GridCapsuleDetector build(Init init) {
      return new GridCapsuleDetector(this, init);
    }
  }

  private GridCapsuleDetector(Config c, Init init) {
    super(c, c.sizes, new Cells(in -> classes(in, c, init), true, REACH, INITIAL_SIZE), init);
  }

  private static ConvCapsules2d classes(Shape in, Config c, Init init) {
    DetectorSizes s = c.sizes;
    Conv2dSpec spec = Conv2dSpec.UNIT.withPadding(c.kernel / 2);
    return new ConvCapsules2d(
        in, s.classes(), s.classDim(), c.kernel, spec, new DenseVotes(), s.routing(), init);
  }

  /** {@inheritDoc} Of several objects of a class in a cell it takes the largest. */
  @Override
  public SampleEncoder<DetectionSample> encoder(List<String> classNames) {
    return new GridBoxes(classNames, rows(), columns());
  }
}
