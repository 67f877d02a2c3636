package org.capsnet.model.medical;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.model.block.FeatureExtractor;
import org.capsnet.model.block.GridDecoder;
import org.capsnet.model.block.GridDecoder.Step;
import org.capsnet.model.medical.MedicalNetwork.Findings;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Module;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;

/**
 * Diagnosis and segmentation from the same capsules. Features of the image become primary capsules
 * that keep their grid. From all of them capsules of the diagnoses are routed; and a decoder reads
 * their poses where they stand and goes back up to the pixels, with skip connections from the
 * features, to a mask. What the diagnosis capsules found opens and closes the channels that the
 * decoder reads: a gate, the logistic function of a linear layer on the poses of all of them, which
 * is the same in training and prediction, since it asks for no label. The design is this library's
 * own, for diagnoses, masks or both; for masks alone there is {@link SegCaps} too. With {@link
 * Config#of}, for images of 96×96 pixels, it has
 *
 * <pre>{@code
 * images        [3, 96, 96]
 * features      convolutions 3×3, each of stride 2 but the first, batch normalization, rectifier:
 *               16 channels on 96×96, 48×48 and 24×24, 32 on 12×12, 64 on 6×6
 * primary       squash of a convolution 3×3: 8 types of 8 D on 6×6
 * diagnosis     dynamic routing, 3 iterations: a capsule of 16 D for each diagnosis
 * gate          σ(W v + b) for each channel of the primary poses, v the poses of all diagnoses
 * segmentation  up again from the poses times the gate, joined by the features: [masks, 96, 96]
 * drawn         up again from the poses alone: [3, 96, 96]
 * }</pre>
 *
 * <p>Diagnosis and segmentation are both optional. So is a second decoder, without skip
 * connections, which draws the image again from the capsules alone.
 *
 * <pre>{@code
 * MedicalCapsNet cells = MedicalCapsNet.Config.of(new ImageShape(3, 96, 96), 4, 3).build(0);
 * }</pre>
 */
public final class MedicalCapsNet extends Network<MedicalCapsNet.Config>
    implements MedicalNetwork, Classifier {

  private final FeatureExtractor features;
  private final PrimaryCapsules primary;
  private final Optional<CapsuleLayer> diagnosis;
  private final Optional<Linear> gate;
  private final Optional<GridDecoder> segmentation;
  private final Optional<GridDecoder> reconstruction;

  /**
   * The sizes. Images of any size fit.
   *
   * @param image the size of the images
   * @param stages of the features, from the finest map to the coarsest; the first keeps the size of
   *     the image
   * @param primary the primary capsules
   * @param classes the diagnoses, 2 or more; 0 for none
   * @param classDim the dimension of a diagnosis capsule
   * @param routing from primary to diagnosis capsules
   * @param masks the classes of a pixel, background included, 2 or more; 0 for no masks
   * @param reconstructs whether images are drawn again from the primary capsules
   */
  public record Config(
      ImageShape image,
      List<Conv> stages,
      Primary primary,
      int classes,
      int classDim,
      Routing routing,
      int masks,
      boolean reconstructs)
      implements Architecture.OfImages<MedicalCapsNet, Config> {

    private static final int KERNEL = 3;
    private static final int LAST_CHANNELS = 64;
    private static final int FEWEST_CHANNELS = 16;

    /** The side of the last map of {@link #of} at most. */
    private static final int LAST_MAP = 10;

    /**
     * Checks each size on its own.
     *
     * @throws IllegalArgumentException if one is out of its range, or nothing would be predicted
     */
    public Config {
      Objects.requireNonNull(image, "image");
      Objects.requireNonNull(primary, "primary");
      Objects.requireNonNull(routing, "routing");
      Sizes.atLeast(1, "diagnosis capsule dimension", classDim);
      Sizes.noneOrTwo("classes", classes);
      Sizes.noneOrTwo("masks", masks);
      Sizes.fits("the numbers of the masks", masks, image.height(), image.width());
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
    }

    /**
     * Sizes that train on two cores in minutes: as many stages, each half the size of the one
     * before, as leave a map of at most 10 rows and columns; that one of 64 channels, each finer
     * one of half as many, but not fewer than 16; 8 types of primary capsules of 8 D.
     *
     * @param image the size of the images
     * @param classes the diagnoses; 0 for none
     * @param masks the classes of a pixel; 0 for no masks
     * @return the sizes, with reconstruction; any of it can be changed
     */
    public static Config of(ImageShape image, int classes, int masks) {
      int halvings = 0;
      for (int side = Math.max(image.height(), image.width());
          side > LAST_MAP;
          side = (side + 1) / 2) {
        halvings++;
      }
      List<Conv> stages = new ArrayList<>();
      for (int k = halvings; k >= 0; k--) {
        int channels = Math.max(FEWEST_CHANNELS, LAST_CHANNELS >> k);
        stages.add(Conv.same(channels, KERNEL, k == halvings ? 1 : 2));
      }
      Primary primary = Primary.same(8, 8, KERNEL, 1);
      return new Config(image, stages, primary, classes, 16, new DynamicRouting(3), masks, true);
    }

    @Override
    public MedicalCapsNet build(Init init) {
      return new MedicalCapsNet(this, init);
    }
  }

  private MedicalCapsNet(Config c, Init init) {
    super(c, init);
    ConvStem.requireFit(c.image, c.stages, c.primary.convolution());
    features = child("features", new FeatureExtractor(c.input(), c.stages, init));
    primary = child("primary", c.primary.layer(features.output(), init));
    Shape grid = primary.output();
    diagnosis =
        part(
            c.classes > 0,
            "diagnosis",
            () -> new CapsuleLayer(grid, c.classes, c.classDim, new DenseVotes(), c.routing, init));
    Shape poses = Shape.of(grid.size(0) * grid.size(1), grid.size(2), grid.size(3));
    gate =
        part(
            c.classes > 0 && (c.masks > 0 || c.reconstructs),
            "gate",
            () -> gate(poses.size(0), init));
    segmentation =
        part(
            c.masks > 0,
            "segmentation",
            () -> new GridDecoder(poses, steps(), true, c.masks, init));
    reconstruction =
        part(
            c.reconstructs,
            "reconstruction",
            () -> new GridDecoder(poses, steps(), false, c.image.channels(), init));
  }

  private Linear gate(long channels, Init init) {
    return new Linear(Shape.of(diagnosing().output().numbers()), channels, init);
  }

  private <M extends Module> Optional<M> part(boolean there, String name, Supplier<M> module) {
    return there ? Optional.of(child(name, module.get())) : Optional.empty();
  }

  /** From the grid of primary capsules up to the size of the image. */
  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    int stride = architecture().primary.stride();
    for (int k = architecture().stages.size() - 1; k >= 0; k--) {
      steps.add(new Step(features.shapes().get(k), stride));
      stride = architecture().stages.get(k).stride();
    }
    return steps;
  }

  @Override
  public int classes() {
    return architecture().classes;
  }

  @Override
  public int masks() {
    return architecture().masks;
  }

  @Override
  public boolean reconstructs() {
    return architecture().reconstructs;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this network makes no diagnosis
   */
  @Override
  public Classification classify(Variable images) {
    Capsules grid = primaryCapsules(images);
    return new Classification(grid, diagnosing().forward(grid));
  }

  /**
   * The capsules that all else is read off.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return poses {@code [batch, types, dim, gridHeight, gridWidth]}
   */
  public Capsules primaryCapsules(Variable images) {
    return primary.forward(features.forward(architecture().image.require(images)));
  }

  private CapsuleLayer diagnosing() {
    return diagnosis.orElseThrow(
        () -> new IllegalStateException("this network makes no diagnosis"));
  }

  @Override
  public Cost lossCost() {
    return MedicalNetwork.super.lossCost();
  }

  @Override
  public Findings examine(Variable images) {
    List<Variable> maps = features.maps(architecture().image.require(images));
    Capsules grid = primary.forward(maps.get(maps.size() - 1));
    Optional<Capsules> classes = diagnosis.map(layer -> layer.forward(grid));
    GridDecoder.Input input = new GridDecoder.Input(gated(grid, classes), maps);
    return new Findings(
        classes,
        segmentation.map(decoder -> decoder.forward(input)),
        reconstruction.map(decoder -> masks -> decoder.forward(input).sigmoid()));
  }

  /** Poses as the decoders read them, {@code [batch, types · dim, gridHeight, gridWidth]}. */
  Variable gated(Capsules grid, Optional<Capsules> classes) {
    return gate.map(layer -> grid.features().times(opened(layer, classes.orElseThrow())))
        .orElseGet(grid::features);
  }

  /** How far each channel is open, {@code [batch, types · dim, 1, 1]}, from 0 to 1. */
  private static Variable opened(Linear layer, Capsules classes) {
    long batch = classes.pose().size(0);
    Variable open = layer.forward(classes.pose().reshape(batch, -1)).sigmoid();
    return open.reshape(batch, open.size(1), 1, 1);
  }

  /**
   * The poses times the opening of their channels, and the gradients of both; the sum of the
   * gradients of what is read more than once; and the logistic function of what is drawn.
   */
  @Override
  protected Cost cost(Setting setting) {
    long[] poses = primary.output().sizes();
    long[] drawn = reconstruction.map(layer -> layer.output().sizes()).orElse(new long[] {0});
    long opened = gate.map(layer -> layer.output().numbers()).orElse(0L);
    long readers =
        Stream.of(diagnosis, segmentation, reconstruction).filter(Optional::isPresent).count();
    return super.cost(setting)
        .forward(1, opened)
        .backward(2, opened)
        .forward(gate.isPresent() ? 1 : 0, poses)
        .backward(gate.isPresent() ? 2 : 0, poses)
        .backward(readers - 1, poses)
        .forward(1, drawn)
        .backward(1, drawn);
  }

  /** The decoders read the poses of primary capsules, and those on their grid. */
  @Override
  protected Setting settingOf(String child, Setting own) {
    Setting setting = super.settingOf(child, own);
    return child.equals("primary")
        ? setting.readBy(diagnosis.isPresent() && setting.activationGradient(), false)
        : setting;
  }
}
