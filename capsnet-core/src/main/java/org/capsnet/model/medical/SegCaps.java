package org.capsnet.model.medical;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.DeconvVotes;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Votes;
import org.capsnet.io.Nullable;
import org.capsnet.model.Architecture;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.model.block.FeatureExtractor;
import org.capsnet.model.block.GridDecoder;
import org.capsnet.model.medical.MedicalNetwork.Findings;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SegCaps (LaLonde and Bagci, <i>Capsules for Object Segmentation</i>, 2018): a U of capsules.
 * Convolutional capsules with locally-constrained routing halve the grid level by level;
 * deconvolutional ones double it again, joined at each level by the capsules on the way down. The
 * last capsules stand at every pixel, one for each class of it, and their lengths are the
 * probabilities of the masks. 1×1 convolutions draw the image again from their poses, masked by the
 * class of each pixel. It is for masks alone: {@link MedicalCapsNet} has diagnoses too. With {@link
 * Config#of} it has
 *
 * <pre>{@code
 * images     [channels, H, W]
 * stem       convolution 5×5 16, batch normalization, rectifier: [16, H, W]
 * first      squash of a convolution 1×1: 1 type of 16 D at each pixel
 * down1, 2   votes by convolutions 3×3 of stride 2, dynamic routing over types, v_j = squash(Σ_t
 *            c_tj û_tj): 4 types of 8 D on H/2×W/2, 4 of 16 D on H/4×W/4
 * up2, 1     votes by transposed convolutions 4×4: the types of the level above, which join it
 * merge2     votes by a convolution 3×3 of both: 4 types of 8 D on H/2×W/2
 * pixels     votes 1×1 of both: a capsule of 8 D for each class at each pixel
 * drawn      convolutions 1×1 of their poses, masked: [channels, H, W]
 * }</pre>
 *
 * <p>It differs from the paper's network in its size, and in that the background has a capsule like
 * any other class, so that there may be several masks. The paper's has four levels, {@code (1, 16),
 * (4, 16), (8, 32), (8, 32)}, kernels of 5, and a second layer of capsules at each level.
 */
public final class SegCaps extends Network<SegCaps.Config> implements MedicalNetwork {

  /** The side of the transposed kernels, which double a grid with a padding of 1. */
  private static final int UP = 4;

  private static final Conv2dSpec DOUBLING = Conv2dSpec.UNIT.withStride(2).withPadding(1);

  private final FeatureExtractor stem;
  private final PrimaryCapsules first;
  private final List<CapsuleLayer> downs = new ArrayList<>();
  private final List<CapsuleLayer> ups = new ArrayList<>();
  private final List<CapsuleLayer> merges = new ArrayList<>();
  private final Optional<Chain<Variable, Variable>> reconstruction;

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
     * @throws IllegalArgumentException if one is below 1
     */
    public Level {
      Sizes.atLeast(1, "capsule types", types);
      Sizes.atLeast(1, "capsule dimension", dim);
    }
  }

  /**
   * The sizes. Images of any size fit.
   *
   * @param image the size of the images
   * @param stem the convolution before the capsules, of stride 1
   * @param kernel the side of the kernels of the convolutional capsules, odd
   * @param levels the capsules of each grid: the first at the size of the image, one type, each
   *     further one at half the size of the one before
   * @param routing of all layers
   * @param masks the classes of a pixel, background included, 2 or more
   * @param maskDim the dimension of the last capsules
   * @param reconstruction the channels of the 1×1 convolutions that draw the image again; null for
   *     no reconstruction
   */
  public record Config(
      ImageShape image,
      Conv stem,
      int kernel,
      List<Level> levels,
      Routing routing,
      int masks,
      int maskDim,
      @Nullable List<Integer> reconstruction)
      implements Architecture.OfImages<SegCaps, Config> {

    /**
     * Checks each size on its own.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Config {
      Objects.requireNonNull(image, "image");
      Objects.requireNonNull(routing, "routing");
      Sizes.atLeast(1, "mask capsule dimension", maskDim);
      Sizes.atLeast(2, "masks", masks);
      Sizes.fits("the numbers of the masks", masks, image.height(), image.width());
      Sizes.odd("kernel", kernel);
      levels = List.copyOf(levels);
      if (stem.stride() != 1) {
        throw new IllegalArgumentException("stem: expected a stride of 1, got " + stem.stride());
      }
      if (levels.size() < 2 || levels.get(0).types() != 1) {
        throw new IllegalArgumentException(
            "levels: expected 2 or more, the first of one type, got " + levels);
      }
      reconstruction = Sizes.layers("reconstruction channels", reconstruction);
    }

    /**
     * Sizes that train on two cores in minutes.
     *
     * @param image the size of the images
     * @param masks the classes of a pixel, background included
     * @return the sizes, with reconstruction; any of it can be changed
     */
    public static Config of(ImageShape image, int masks) {
      return new Config(
          image,
          Conv.same(16, 5, 1),
          3,
          List.of(new Level(1, 16), new Level(4, 8), new Level(4, 16)),
          new DynamicRouting(3),
          masks,
          8,
          List.of(32));
    }

    @Override
    public SegCaps build(Init init) {
      return new SegCaps(this, init);
    }
  }

  private SegCaps(Config c, Init init) {
    super(c, init);
    Primary ofPixels = new Primary(1, c.levels.get(0).dim(), 1, 1);
    ConvStem.requireFit(c.image, List.of(c.stem), ofPixels.convolution());
    stem = child("stem", new FeatureExtractor(c.input(), List.of(c.stem), init));
    first = child("first", ofPixels.layer(stem.output(), init));
    List<Shape> grids = new ArrayList<>();
    grids.add(first.output());
    for (int k = 1; k < c.levels.size(); k++) {
      downs.add(child("down" + k, local(grids.get(k - 1), c.levels.get(k), c.kernel, 2, init)));
      grids.add(downs.get(k - 1).output());
    }
    Shape at = grids.get(grids.size() - 1);
    for (int k = c.levels.size() - 1; k > 0; k--) {
      Level above = c.levels.get(k - 1);
      Shape grid = grids.get(k - 1);
      ups.add(child("up" + k, layer(at, above, new DeconvVotes(UP, DOUBLING), init)));
      Shape joined = Shape.of(2L * above.types(), above.dim(), grid.size(2), grid.size(3));
      merges.add(
          k > 1
              ? child("merge" + k, local(joined, above, c.kernel, 1, init))
              : child("pixels", local(joined, new Level(c.masks, c.maskDim), 1, 1, init)));
      at = merges.get(merges.size() - 1).output();
    }
    Shape pixels = at;
    reconstruction =
        Optional.ofNullable(c.reconstruction)
            .map(channels -> child("reconstruction", reconstruction(pixels, channels, init)));
  }

  private CapsuleLayer local(Shape in, Level out, int kernel, int stride, Init init) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride).withPadding(kernel / 2);
    return layer(in, out, new ConvVotes(kernel, spec), init);
  }

  private CapsuleLayer layer(Shape in, Level out, Votes votes, Init init) {
    return new CapsuleLayer(in, out.types(), out.dim(), votes, architecture().routing, init);
  }

  private Chain<Variable, Variable> reconstruction(
      Shape pixels, List<Integer> channels, Init init) {
    Chain<Variable, Variable> layers =
        Chain.of(Shape.of(pixels.size(0) * pixels.size(1), pixels.size(2), pixels.size(3)));
    for (int out : channels) {
      layers =
          layers
              .then(in -> new Conv2d(in, out, 1, Conv2dSpec.UNIT, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    return layers
        .then(in -> new Conv2d(in, architecture().image.channels(), 1, Conv2dSpec.UNIT, init))
        .then(Activation::sigmoid);
  }

  /** {@inheritDoc} SegCaps makes no diagnosis. */
  @Override
  public int classes() {
    return 0;
  }

  @Override
  public int masks() {
    return architecture().masks;
  }

  @Override
  public boolean reconstructs() {
    return reconstruction.isPresent();
  }

  /**
   * From images to the capsules of their pixels.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return poses {@code [batch, masks, maskDim, height, width]}; the activations, their lengths,
   *     are the probabilities of the masks
   */
  public Capsules forward(Variable images) {
    List<Capsules> levels = new ArrayList<>();
    levels.add(first.forward(stem.forward(architecture().image.require(images))));
    for (CapsuleLayer down : downs) {
      levels.add(down.forward(levels.get(levels.size() - 1)));
    }
    Capsules at = levels.get(levels.size() - 1);
    for (int k = 0; k < ups.size(); k++) {
      Capsules skip = levels.get(levels.size() - 2 - k);
      Capsules up = ups.get(k).forward(at).cropped(skip.grid());
      at = merges.get(k).forward(Capsules.concat(up, skip));
    }
    return at;
  }

  /**
   * Draws images again from the capsules of their pixels.
   *
   * @param pixels what {@link #forward} gave
   * @param masks 1 where a capsule counts, {@code [batch, masks, height, width]}: in training the
   *     true masks; those of the first class, the background, never count
   * @return {@code [batch, channels, height, width]}, from 0 to 1
   * @throws IllegalStateException if this network does not reconstruct
   */
  public Variable reconstruct(Capsules pixels, INDArray masks) {
    Chain<Variable, Variable> layers =
        reconstruction.orElseThrow(
            () -> new IllegalStateException("this network does not reconstruct"));
    INDArray foreground = Nd4j.ones(type(), 1, masks.size(1), 1, 1);
    foreground.putScalar(0, 0);
    Variable drawn = Variable.constant(masks.castTo(type())).times(Variable.constant(foreground));
    return layers.forward(Masking.byMask(pixels, drawn.value()));
  }

  @Override
  public Findings examine(Variable images) {
    Capsules pixels = forward(images);
    INDArray scores = pixels.activation().value();
    return new Findings(
        Optional.empty(),
        Optional.of(pixels.activation()),
        reconstruction.map(
            layers ->
                masks -> reconstruct(pixels, masks.orElseGet(() -> MaskClasses.oneHot(scores)))));
  }

  /** {@inheritDoc} They are lengths of capsules. */
  @Override
  public boolean masksAreProbabilities() {
    return true;
  }

  /**
   * Capsules are put together with those of the way down, whose gradients are taken apart and
   * added; and of a network that reconstructs the poses are masked.
   */
  @Override
  protected Cost cost(Setting setting) {
    Cost cost = super.cost(setting);
    for (int k = 0; k < ups.size(); k++) {
      cost = cost.plus(joining(ups.get(k).output(), merges.get(k).input(), setting));
    }
    long[] poses = merges.get(merges.size() - 1).output().sizes();
    return reconstructs() ? cost.forward(1, poses).backward(2, poses) : cost;
  }

  /** The half that comes up was moved by its layer, where no kernel left it as it stands here. */
  private static Cost joining(Shape up, Shape joined, Setting setting) {
    long half = joined.numbers() / 2;
    Cost cropping = GridDecoder.cropping(up, joined.size(2), joined.size(3));
    boolean moved = setting.fused() && cropping.training() == 0;
    return cropping
        .forward(setting.fused() ? 2 : 1, half)
        .forward(1, joined.numbers() / joined.size(1)) // the activations
        .backward(moved ? 2 : 1, half);
  }
}
