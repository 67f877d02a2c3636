package org.capsnet.model.detection;

import java.util.List;
import java.util.Objects;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.GridBoxes;
import org.capsnet.model.Architecture;
import org.capsnet.model.ImageModel;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.BoxHead;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Finds any number of objects of each class: convolutional capsules on a grid, at each cell one a
 * class, which stands for an object with its centre in that cell.
 *
 * <p>A box may be centred up to half a cell outside of its cell, so that one which is near the
 * border, and is found from the wrong side, is still found in the right place.
 *
 * <pre>{@code
 * GridCapsuleDetector cells =
 *     GridCapsuleDetector.Config.of(new ImageShape(3, 192, 256), 3).build(0);
 * }</pre>
 */
public final class GridCapsuleDetector extends Network implements Detector {

  /** In cells: half of one beyond each border. */
  private static final double REACH = 2;

  private static final double INITIAL_SIZE = 0.2;

  private final Config config;
  private final Backbone backbone;
  private final BoxHead boxes;
  private final ConvCapsules2d classes;

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
    super(init);
    config = c;
    DetectorSizes s = c.sizes;
    backbone = child("backbone", new Backbone(s, init));
    Shape primary = backbone.output();
    Shape cells = Shape.of(s.classes(), s.classDim(), primary.size(2), primary.size(3));
    boxes = child("boxes", new BoxHead(cells, s.boxHidden(), REACH, INITIAL_SIZE, init));
    classes =
        child(
            "classes",
            new ConvCapsules2d(
                primary,
                s.classes(),
                s.classDim(),
                c.kernel,
                Conv2dSpec.UNIT.withPadding(c.kernel / 2),
                new DenseVotes(),
                s.routing(),
                init));
    Sizes.fits(
        "the numbers of the boxes of " + ImageModel.AT_ONCE + " images",
        ImageModel.AT_ONCE,
        boxes.output().numbers());
  }

  @Override
  public Config architecture() {
    return config;
  }

  @Override
  public int classes() {
    return config.sizes.classes();
  }

  @Override
  public int rows() {
    return Math.toIntExact(classes.output().size(2));
  }

  @Override
  public int columns() {
    return Math.toIntExact(classes.output().size(3));
  }

  @Override
  public Output detect(Variable images) {
    config.sizes.image().require(images.value());
    Capsules found = classes.forward(backbone.forward(images));
    return new Output(found, boxes.forward(found));
  }

  /** {@inheritDoc} Of several objects of a class in a cell it takes the largest. */
  @Override
  public SampleEncoder<DetectionSample> encoder(List<String> classNames) {
    return new GridBoxes(classNames, rows(), columns());
  }

  @Override
  protected Cost cost(Setting setting) {
    return DetectorCost.of(boxes.input());
  }

  @Override
  protected Setting settingOf(String child, Setting own) {
    Setting setting = super.settingOf(child, own);
    return child.equals("backbone") ? classes.before(setting, setting) : setting;
  }
}
