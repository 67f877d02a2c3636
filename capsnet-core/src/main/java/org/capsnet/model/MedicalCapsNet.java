package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.FeatureExtractor.Stage;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.buffer.DataType;

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
 * MedicalCapsNet cells = MedicalCapsNet.builder().image(3, 96, 96).classes(4).masks(3).build();
 * }</pre>
 */
public final class MedicalCapsNet extends MedicalNetwork {

  private static final ModelFile<MedicalCapsNetArchitecture, MedicalCapsNet> FILE =
      new ModelFile<>(
          MedicalCapsNetArchitecture.class,
          "MedicalCapsNet",
          MedicalCapsNetArchitecture::pixels,
          MedicalCapsNetArchitecture::leastNumbers,
          MedicalCapsNet::new,
          MedicalCapsNetArchitecture::type);

  private final MedicalCapsNetArchitecture architecture;
  private final FeatureExtractor features;
  private final PrimaryCapsules primary;
  private final Optional<CapsuleLayer> diagnosis;
  private final Optional<Linear> gate;
  private final Optional<GridDecoder> segmentation;
  private final Optional<GridDecoder> reconstruction;

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

  /**
   * A network with random weights.
   *
   * @param architecture its sizes
   * @param seed of its weights: the same seed gives the same network
   */
  public MedicalCapsNet(MedicalCapsNetArchitecture architecture, long seed) {
    this(architecture, Init.seed(seed).type(architecture.type()));
  }

  private MedicalCapsNet(MedicalCapsNetArchitecture architecture, Init init) {
    MedicalCapsNetArchitecture a = architecture;
    this.architecture = a;
    Shape images = Shape.of(a.channels(), a.height(), a.width());
    features = child("features", new FeatureExtractor(images, a.stages(), init));
    primary =
        child(
            "primary",
            new PrimaryCapsules(
                features.output(),
                a.primaryTypes(),
                a.primaryDim(),
                a.primary().kernel(),
                a.primary().spec(),
                init));
    diagnosis =
        a.classes() == 0
            ? Optional.empty()
            : Optional.of(
                child(
                    "diagnosis",
                    new CapsuleLayer(
                        primary.output(),
                        a.classes(),
                        a.classDim(),
                        new DenseVotes(),
                        a.routing(),
                        init)));
    int channels = a.primary().channels();
    gate =
        a.gates()
            ? diagnosis.map(
                layer ->
                    child("gate", new Linear(Shape.of(layer.output().numbers()), channels, init)))
            : Optional.empty();
    segmentation = decoder("segmentation", a.masks() > 0, true, a.masks(), init);
    reconstruction = decoder("reconstruction", a.reconstructs(), false, a.channels(), init);
  }

  private Optional<GridDecoder> decoder(
      String name, boolean wanted, boolean skips, int channels, Init init) {
    if (!wanted) {
      return Optional.empty();
    }
    Shape grid = primary.output();
    Shape poses = Shape.of(grid.size(0) * grid.size(1), grid.size(2), grid.size(3));
    return Optional.of(
        child(name, new GridDecoder(poses, architecture.steps(), skips, channels, init)));
  }

  /**
   * A builder that starts from sizes that train on two cores in minutes.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public MedicalCapsNetArchitecture architecture() {
    return architecture;
  }

  /**
   * From images to capsules and masks.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return capsules, and logits of masks of the size of the images
   */
  public Output forward(Variable images) {
    MedicalCapsNetArchitecture a = architecture;
    Shapes.require("images", images.value(), "batch", a.channels(), a.height(), a.width());
    List<Variable> maps = features.forward(images);
    Capsules grid = primary.forward(maps.get(maps.size() - 1));
    Optional<Capsules> classes = diagnosis.map(layer -> layer.forward(grid));
    Variable gated =
        gate.map(layer -> grid.features().times(opened(layer, classes.orElseThrow())))
            .orElseGet(grid::features);
    return new Output(
        grid, gated, classes, segmentation.map(decoder -> decoder.forward(gated, maps)));
  }

  /** How far each channel is open, {@code [batch, types · dim, 1, 1]}, from 0 to 1. */
  private static Variable opened(Linear layer, Capsules classes) {
    long batch = classes.pose().size(0);
    Variable open = layer.forward(classes.pose().reshape(batch, -1)).sigmoid();
    return open.reshape(batch, open.size(1), 1, 1);
  }

  /**
   * How much of each primary capsule went to each diagnosis.
   *
   * @param found what {@link #forward} gave
   * @return {@code [batch, primaryCapsules, classes]}, from 0 to 1
   * @throws IllegalStateException if this network makes no diagnosis
   * @throws UnsupportedOperationException if its routing has no such coefficients
   */
  public Variable coupling(Output found) {
    return diagnosis
        .orElseThrow(() -> new IllegalStateException("this network makes no diagnosis"))
        .coupling(found.primary());
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
        .forward(found.gated(), List.of())
        .sigmoid();
  }

  @Override
  public Findings examine(Variable images) {
    Output out = forward(images);
    return new Findings(
        out.diagnosis(), out.maskLogits(), reconstruction.map(decoder -> reconstruct(out)));
  }

  @Override
  public Map<String, String> metadata() {
    return Architectures.write(architecture);
  }

  /**
   * Rebuilds a network from a file that {@link #save} wrote.
   *
   * @param file a safetensors file
   * @return the network, in evaluation mode
   * @throws FormatException if it is no such file
   * @throws IOException if it cannot be read
   */
  public static MedicalCapsNet load(Path file) throws IOException {
    return of(file, Safetensors.read(file));
  }

  /** The network that a file holds; the tensors read from it are closed. */
  static MedicalCapsNet of(Path file, Safetensors.Contents contents) throws FormatException {
    return FILE.network(file, contents);
  }

  /** Builds a {@link MedicalCapsNet} of any size. */
  public static final class Builder {

    private static final int KERNEL = 3;
    private static final int LAST_CHANNELS = 64;
    private static final int FEWEST_CHANNELS = 16;

    /** The side of the last map, by default, at most. */
    private static final int LAST_MAP = 10;

    private int channels = 1;
    private int height = 28;
    private int width = 28;
    private List<Stage> stages;
    private Stage primary = new Stage(64, 3, 1);
    private int primaryDim = 8;
    private int classes = 2;
    private int classDim = 16;
    private Routing routing = new DynamicRouting(3);
    private int masks = 2;
    private boolean reconstructs = true;
    private DataType type = DataType.FLOAT;
    private long seed;

    private Builder() {}

    /**
     * The shape of the images.
     *
     * @param imageChannels 1 for grey, 3 for colour
     * @param imageHeight in pixels
     * @param imageWidth in pixels
     * @return this
     */
    public Builder image(int imageChannels, int imageHeight, int imageWidth) {
      channels = imageChannels;
      height = imageHeight;
      width = imageWidth;
      return this;
    }

    /**
     * The stages of the features. By default as many, each half the size of the one before, as
     * leave a map of at most 10 rows and columns; that one of 64 channels, each finer one of half
     * as many, but not fewer than 16.
     *
     * @param all from the finest map to the coarsest; the first of stride 1
     * @return this
     */
    public Builder stages(Stage... all) {
      stages = List.of(all);
      return this;
    }

    private List<Stage> stages() {
      int halvings = 0;
      for (int side = Math.max(height, width); side > LAST_MAP; side = (side + 1) / 2) {
        halvings++;
      }
      List<Stage> all = new ArrayList<>();
      for (int k = halvings; k >= 0; k--) {
        int channels = Math.max(FEWEST_CHANNELS, LAST_CHANNELS >> k);
        all.add(new Stage(channels, KERNEL, k == halvings ? 1 : 2));
      }
      return all;
    }

    /**
     * The primary capsules.
     *
     * @param types of capsules at each place
     * @param dim of a capsule
     * @param kernel the side of the square kernel, odd
     * @param stride of the kernel
     * @return this
     */
    public Builder primary(int types, int dim, int kernel, int stride) {
      primary = new Stage(Math.multiplyExact(types, dim), kernel, stride);
      primaryDim = dim;
      return this;
    }

    /**
     * The number of diagnoses.
     *
     * @param number 2 or more; 0 for no diagnosis
     * @return this
     */
    public Builder classes(int number) {
      classes = number;
      return this;
    }

    /**
     * The dimension of the diagnosis capsules.
     *
     * @param dim at least 1
     * @return this
     */
    public Builder classDim(int dim) {
      classDim = dim;
      return this;
    }

    /**
     * How primary capsules become diagnosis capsules.
     *
     * @param algorithm any routing
     * @return this
     */
    public Builder routing(Routing algorithm) {
      routing = algorithm;
      return this;
    }

    /**
     * The number of classes of a pixel.
     *
     * @param number 2 or more, the background being the first; 0 for no segmentation
     * @return this
     */
    public Builder masks(int number) {
      masks = number;
      return this;
    }

    /**
     * No reconstruction.
     *
     * @return this
     */
    public Builder withoutReconstruction() {
      reconstructs = false;
      return this;
    }

    /**
     * The type of the numbers.
     *
     * @param dataType FLOAT or DOUBLE
     * @return this
     */
    public Builder type(DataType dataType) {
      type = dataType;
      return this;
    }

    /**
     * The seed of the weights.
     *
     * @param number any
     * @return this
     */
    public Builder seed(long number) {
      seed = number;
      return this;
    }

    /**
     * The sizes alone, which cost nothing.
     *
     * @return the architecture
     * @throws IllegalArgumentException if a size is out of its range
     */
    public MedicalCapsNetArchitecture architecture() {
      return new MedicalCapsNetArchitecture(
          channels,
          height,
          width,
          stages == null ? stages() : stages,
          primary,
          primaryDim,
          classes,
          classDim,
          routing,
          masks,
          reconstructs,
          type);
    }

    /**
     * Builds the network.
     *
     * @return a network with random weights
     * @throws IllegalArgumentException as {@link #architecture()}
     */
    public MedicalCapsNet build() {
      return new MedicalCapsNet(architecture(), seed);
    }
  }
}
