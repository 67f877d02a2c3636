package org.capsnet.model.medical;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.Conv;
import org.capsnet.model.Explainer;
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
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;

/**
 * Diagnosis and segmentation from the same capsules. Features of the image become primary capsules
 * that keep their grid. From all of them capsules of the diagnoses are routed; and a decoder reads
 * their poses where they stand and goes back up to the pixels, with skip connections from the
 * features, to a mask. What the diagnosis capsules found opens and closes the channels that the
 * decoder reads: a gate, the logistic function of a linear layer on the poses of all of them, which
 * is the same in training and prediction, since it asks for no label.
 *
 * <p>Diagnosis and segmentation are both optional. So is a second decoder, without skip
 * connections, which draws the image again from the capsules alone.
 *
 * <pre>{@code
 * MedicalCapsNet cells = MedicalCapsNet.Config.of(new ImageShape(3, 96, 96), 4, 3).build(0);
 * }</pre>
 */
public final class MedicalCapsNet extends Network implements MedicalNetwork, Classifier, Explainer {

  private final Config config;
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
      implements Architecture<MedicalCapsNet, Config> {

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
    public Shape input() {
      return image.shape();
    }

    @Override
    public MedicalCapsNet build(Init init) {
      return new MedicalCapsNet(this, init);
    }
  }

  /**
   * What a forward pass gives.
   *
   * @param primary the primary capsules on their grid
   * @param gated their poses as the decoders read them, {@code [batch, types · dim, gridHeight,
   *     gridWidth]}
   * @param diagnosis one capsule a class, {@code [batch, classes, classDim]}; empty without
   *     diagnosis
   * @param maskLogits {@code [batch, masks, height, width]}; empty without segmentation
   */
  public record Output(
      Capsules primary,
      Variable gated,
      Optional<Capsules> diagnosis,
      Optional<Variable> maskLogits) {}

  private MedicalCapsNet(Config c, Init init) {
    super(init);
    ConvStem.requireFit(c.image, c.stages, c.primary.convolution());
    config = c;
    features = child("features", new FeatureExtractor(c.input(), c.stages, init));
    primary = child("primary", c.primary.layer(features.output(), init));
    diagnosis =
        c.classes == 0
            ? Optional.empty()
            : Optional.of(
                child(
                    "diagnosis",
                    new CapsuleLayer(
                        primary.output(),
                        c.classes,
                        c.classDim,
                        new DenseVotes(),
                        c.routing,
                        init)));
    Shape grid = primary.output();
    Shape poses = Shape.of(grid.size(0) * grid.size(1), grid.size(2), grid.size(3));
    gate =
        c.masks > 0 || c.reconstructs
            ? diagnosis.map(layer -> child("gate", gate(layer.output(), poses.size(0), init)))
            : Optional.empty();
    segmentation =
        c.masks > 0
            ? Optional.of(
                child("segmentation", new GridDecoder(poses, steps(), true, c.masks, init)))
            : Optional.empty();
    reconstruction =
        c.reconstructs
            ? Optional.of(
                child(
                    "reconstruction",
                    new GridDecoder(poses, steps(), false, c.image.channels(), init)))
            : Optional.empty();
  }

  private static Linear gate(Shape diagnosis, long channels, Init init) {
    return new Linear(Shape.of(diagnosis.numbers()), channels, init);
  }

  /** From the grid of primary capsules up to the size of the image. */
  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    int stride = config.primary.stride();
    for (int k = config.stages.size() - 1; k >= 0; k--) {
      steps.add(new Step(features.shapes().get(k), stride));
      stride = config.stages.get(k).stride();
    }
    return steps;
  }

  @Override
  public Config architecture() {
    return config;
  }

  @Override
  public int classes() {
    return config.classes;
  }

  @Override
  public int masks() {
    return config.masks;
  }

  @Override
  public boolean reconstructs() {
    return config.reconstructs;
  }

  /**
   * From images to capsules and masks.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return capsules, and logits of masks of the size of the images
   */
  public Output forward(Variable images) {
    config.image.require(images.value());
    List<Variable> maps = features.maps(images);
    Capsules grid = primary.forward(maps.get(maps.size() - 1));
    Optional<Capsules> classes = diagnosis.map(layer -> layer.forward(grid));
    Variable gated =
        gate.map(layer -> grid.features().times(opened(layer, classes.orElseThrow())))
            .orElseGet(grid::features);
    GridDecoder.Input input = new GridDecoder.Input(gated, maps);
    return new Output(grid, gated, classes, segmentation.map(decoder -> decoder.forward(input)));
  }

  /** How far each channel is open, {@code [batch, types · dim, 1, 1]}, from 0 to 1. */
  private static Variable opened(Linear layer, Capsules classes) {
    long batch = classes.pose().size(0);
    Variable open = layer.forward(classes.pose().reshape(batch, -1)).sigmoid();
    return open.reshape(batch, open.size(1), 1, 1);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this network makes no diagnosis
   */
  @Override
  public Classification classify(Variable images) {
    config.image.require(images.value());
    Capsules grid = primary.forward(features.forward(images));
    return new Classification(grid, diagnosing().forward(grid));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if this network makes no diagnosis
   */
  @Override
  public Variable coupling(Classification found) {
    return diagnosing().coupling(found.voters());
  }

  private CapsuleLayer diagnosing() {
    return diagnosis.orElseThrow(
        () -> new IllegalStateException("this network makes no diagnosis"));
  }

  /**
   * Draws images again from the capsules that were found in them.
   *
   * @param found what {@link #forward} gave
   * @return {@code [batch, channels, height, width]}, from 0 to 1
   * @throws IllegalStateException if this network does not reconstruct
   */
  public Variable reconstruct(Output found) {
    return reconstruction
        .orElseThrow(() -> new IllegalStateException("this network does not reconstruct"))
        .forward(new GridDecoder.Input(found.gated(), List.of()))
        .sigmoid();
  }

  @Override
  public Findings examine(Variable images) {
    Output out = forward(images);
    return new Findings(
        out.diagnosis(),
        out.maskLogits(),
        reconstruction.map(decoder -> masks -> reconstruct(out)));
  }

  /**
   * The poses times the opening of their channels, and the gradients of both; the sum of the
   * gradients of what is read more than once; and the losses.
   */
  @Override
  protected Cost cost(Setting setting) {
    long[] poses = primary.output().sizes();
    long[] pixels = config.input().sizes();
    Cost cost = Cost.NONE;
    if (gate.isPresent()) {
      long opened = gate.get().output().numbers();
      cost = cost.forward(1, opened).backward(2, opened).forward(1, poses).backward(2, poses);
    }
    int readers = 0;
    if (config.classes > 0) {
      readers++;
      cost = cost.plus(MarginLoss.cost(config.classes));
    }
    if (config.masks > 0) {
      readers++;
      cost =
          cost.plus(
              MaskLoss.costOfClassLogits(
                  config.masks, config.image.height(), config.image.width()));
    }
    if (config.reconstructs) {
      readers++;
      // The logistic function; and the images where they are to be shown.
      cost = cost.forward(1, pixels).backward(2, pixels).plus(ReconstructionLoss.cost(pixels));
    }
    return cost.backward(readers - 1, poses);
  }

  @Override
  protected Setting settingOf(String child, Setting own) {
    Setting setting = super.settingOf(child, own);
    if (!child.equals("primary")) {
      return setting;
    }
    // The decoders read the poses on their grid.
    boolean ofActivations =
        diagnosis.map(layer -> layer.before(setting, own).activationGradient()).orElse(false);
    return setting.readBy(ofActivations, false);
  }
}
