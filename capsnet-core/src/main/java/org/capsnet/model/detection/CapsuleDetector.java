package org.capsnet.model.detection;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Sharing;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.ClassBoxes;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.io.Nullable;
import org.capsnet.model.Architecture;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ImageDecoder;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Finds at most one object of each class: the primary capsules of the whole image vote for one
 * capsule a class, and the box of the object is read off it. Its grid has one cell. For several
 * objects of a class there is {@link GridCapsuleDetector}.
 *
 * <p>The design is this library's own: {@code v_j = squash(Σ_i c_ij û_ij)} by dynamic routing, for
 * one capsule a class; its length, {@code [batch, classes, 1, 1]}, says whether the object is
 * there, and what a {@link org.capsnet.model.block.BoxHead} reads off its pose where, {@code
 * [batch, classes, 4, 1, 1]}. All places share what the votes are made with, see {@link
 * DenseVotes}.
 *
 * <pre>{@code
 * CapsuleDetector digits = CapsuleDetector.Config.of(new ImageShape(1, 80, 80), 10).build(0);
 * }</pre>
 */
public final class CapsuleDetector extends BoxDetector<CapsuleDetector.Config>
    implements Reconstructor {

  private static final double REACH = 1;
  private static final double INITIAL_SIZE = 0.3;

  private final Optional<Block<Variable, Variable>> decoder;

  /**
   * The sizes.
   *
   * @param sizes those of any detector
   * @param decoder the hidden sizes of a decoder, which draws the image again from the capsules of
   *     the classes that are there; null for no decoder
   */
  public record Config(DetectorSizes sizes, @Nullable List<Integer> decoder)
      implements Architecture<CapsuleDetector, Config> {

    /** Checks the sizes of the decoder. */
    public Config {
      Objects.requireNonNull(sizes, "sizes");
      decoder = Sizes.layers("decoder size", decoder);
    }

    /**
     * Sizes that suit images; see {@link DetectorSizes#of}.
     *
     * @param image the size of the images
     * @param classes that the network finds
     * @return the sizes, without a decoder
     */
    public static Config of(ImageShape image, int classes) {
      return new Config(DetectorSizes.of(image, classes), null);
    }

    @Override
    public Shape input() {
      return sizes.image().shape();
    }

    @Override
    public CapsuleDetector build(Init init) {
      return new CapsuleDetector(this, init);
    }
  }

  private CapsuleDetector(Config c, Init init) {
    super(
        c, c.sizes, new Cells(in -> classes(in, c.sizes, init), false, REACH, INITIAL_SIZE), init);
    Shape classes = Shape.of(classes(), c.sizes.classDim());
    decoder =
        Optional.ofNullable(c.decoder)
            .map(h -> child("decoder", new ImageDecoder(classes, false, h, c.sizes.image(), init)));
  }

  private static CapsuleLayer classes(Shape in, DetectorSizes s, Init init) {
    DenseVotes votes = new DenseVotes(Sharing.TYPE, true);
    return new CapsuleLayer(in, s.classes(), s.classDim(), votes, s.routing(), init);
  }

  @Override
  public Optional<Block<Variable, Variable>> decoder() {
    return decoder;
  }

  /** {@inheritDoc} Of several objects of a class it takes the largest. */
  @Override
  public SampleEncoder<DetectionSample> encoder(List<String> classNames) {
    return new ClassBoxes(classNames);
  }

  /** Only a training draws images again. */
  @Override
  protected Setting settingOf(String child, Setting own) {
    Setting setting = super.settingOf(child, own);
    return child.equals("decoder") ? setting.inTrainingAlone() : setting;
  }
}
