package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.DeconvVotes;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.FeatureExtractor.Stage;
import org.capsnet.model.SegCapsArchitecture.Level;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * SegCaps (LaLonde and Bagci, <i>Capsules for Object Segmentation</i>, 2018): a U of capsules.
 * Convolutional capsules with locally-constrained routing halve the grid level by level;
 * deconvolutional ones double it again, joined at each level by the capsules on the way down. The
 * last capsules stand at every pixel, one for each class of it, and their lengths are the
 * probabilities of the masks. 1×1 convolutions draw the image again from their poses, masked by the
 * class of each pixel.
 *
 * <p>It differs from the paper's network in its size, and in that the background has a capsule like
 * any other class, so that there may be several masks. The paper's has four levels, {@code (1, 16),
 * (4, 16), (8, 32), (8, 32)}, kernels of 5, and a second layer of capsules at each level.
 */
public final class SegCaps extends MedicalNetwork {

  private static final Conv2dSpec DOUBLING = Conv2dSpec.UNIT.withStride(2).withPadding(1);

  private static final ModelFile<SegCapsArchitecture, SegCaps> FILE =
      new ModelFile<>(
          SegCapsArchitecture.class,
          "SegCaps",
          SegCapsArchitecture::pixels,
          SegCapsArchitecture::leastNumbers,
          SegCaps::new,
          SegCapsArchitecture::type);

  private final SegCapsArchitecture architecture;
  private final FeatureExtractor stem;
  private final PrimaryCapsules first;
  private final List<CapsuleLayer> downs = new ArrayList<>();
  private final List<CapsuleLayer> ups = new ArrayList<>();
  private final List<CapsuleLayer> merges = new ArrayList<>();
  private final Optional<Chain<Variable, Variable>> reconstruction;

  /**
   * A network with random weights.
   *
   * @param architecture its sizes
   * @param seed of its weights: the same seed gives the same network
   */
  public SegCaps(SegCapsArchitecture architecture, long seed) {
    this(architecture, Init.seed(seed).type(architecture.type()));
  }

  private SegCaps(SegCapsArchitecture architecture, Init init) {
    SegCapsArchitecture a = architecture;
    this.architecture = a;
    Shape images = Shape.of(a.channels(), a.height(), a.width());
    stem = child("stem", new FeatureExtractor(images, List.of(a.stem()), init));
    first =
        child(
            "first",
            new PrimaryCapsules(
                stem.output(), 1, a.levels().get(0).dim(), 1, Conv2dSpec.UNIT, init));
    List<Shape> grids = new ArrayList<>();
    grids.add(first.output());
    for (int k = 1; k < a.levels().size(); k++) {
      downs.add(child("down" + k, local(grids.get(k - 1), a.levels().get(k), a.kernel(), 2, init)));
      grids.add(downs.get(k - 1).output());
    }
    Shape at = grids.get(grids.size() - 1);
    for (int k = a.levels().size() - 1; k > 0; k--) {
      Level above = a.levels().get(k - 1);
      Shape grid = grids.get(k - 1);
      ups.add(child("up" + k, up(at, above, init)));
      Shape joined = Shape.of(2L * above.types(), above.dim(), grid.size(2), grid.size(3));
      merges.add(
          k > 1
              ? child("merge" + k, local(joined, above, a.kernel(), 1, init))
              : child("pixels", local(joined, new Level(a.masks(), a.maskDim()), 1, 1, init)));
      at = merges.get(merges.size() - 1).output();
    }
    reconstruction =
        a.reconstructs()
            ? Optional.of(child("reconstruction", reconstruction(a, at, init)))
            : Optional.empty();
  }

  private CapsuleLayer local(Shape in, Level out, int kernel, int stride, Init init) {
    return new CapsuleLayer(
        in,
        out.types(),
        out.dim(),
        new ConvVotes(kernel, Conv2dSpec.UNIT.withStride(stride).withPadding(kernel / 2)),
        architecture.routing(),
        init);
  }

  private CapsuleLayer up(Shape in, Level out, Init init) {
    return new CapsuleLayer(
        in,
        out.types(),
        out.dim(),
        new DeconvVotes(SegCapsArchitecture.UP, DOUBLING),
        architecture.routing(),
        init);
  }

  private static Chain<Variable, Variable> reconstruction(
      SegCapsArchitecture a, Shape pixels, Init init) {
    Chain<Variable, Variable> layers =
        Chain.of(Shape.of(pixels.size(0) * pixels.size(1), pixels.size(2), pixels.size(3)));
    for (int out : a.reconstruction()) {
      layers =
          layers
              .then(in -> new Conv2d(in, out, 1, Conv2dSpec.UNIT, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    return layers
        .then(in -> new Conv2d(in, a.channels(), 1, Conv2dSpec.UNIT, init))
        .then(Activation::sigmoid);
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
  public SegCapsArchitecture architecture() {
    return architecture;
  }

  /**
   * From images to the capsules of their pixels.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return poses {@code [batch, masks, maskDim, height, width]}; the activations, their lengths,
   *     are the probabilities of the masks
   */
  public Capsules forward(Variable images) {
    SegCapsArchitecture a = architecture;
    Shapes.require("images", images.value(), "batch", a.channels(), a.height(), a.width());
    List<Capsules> levels = new ArrayList<>();
    levels.add(first.forward(stem.forward(images).get(0)));
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
    INDArray foreground = masks.castTo(architecture.type()).dup('c');
    foreground.slice(0, 1).assign(0);
    return layers.forward(Masking.byMask(pixels, foreground));
  }

  @Override
  public Findings examine(Variable images) {
    Capsules pixels = forward(images);
    return new Findings(
        Optional.empty(),
        Optional.of(pixels.activation()),
        reconstruction.map(
            layers -> reconstruct(pixels, MaskClasses.oneHot(pixels.activation().value()))));
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
  public static SegCaps load(Path file) throws IOException {
    return of(file, Safetensors.read(file));
  }

  /** The network that a file holds; the tensors read from it are closed. */
  static SegCaps of(Path file, Safetensors.Contents contents) throws FormatException {
    return FILE.network(file, contents);
  }

  /** Builds a {@link SegCaps} of any size. */
  public static final class Builder {

    private int channels = 1;
    private int height = 28;
    private int width = 28;
    private Stage stem = new Stage(16, 5, 1);
    private int kernel = 3;
    private List<Level> levels = List.of(new Level(1, 16), new Level(4, 8), new Level(4, 16));
    private Routing routing = new DynamicRouting(3);
    private int masks = 2;
    private int maskDim = 8;
    private List<Integer> reconstruction = List.of(32);
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
     * The convolution before the capsules.
     *
     * @param stage of stride 1
     * @return this
     */
    public Builder stem(Stage stage) {
      stem = stage;
      return this;
    }

    /**
     * The capsules of each grid, each half the size of the one before.
     *
     * @param side of the kernels between them, odd
     * @param all two or more, the first of one type
     * @return this
     */
    public Builder levels(int side, Level... all) {
      kernel = side;
      levels = List.of(all);
      return this;
    }

    /**
     * How votes become capsules, in all layers.
     *
     * @param algorithm any routing
     * @return this
     */
    public Builder routing(Routing algorithm) {
      routing = algorithm;
      return this;
    }

    /**
     * The capsules of a pixel.
     *
     * @param number of its classes, 2 or more, the background being the first
     * @param dim of each capsule
     * @return this
     */
    public Builder masks(int number, int dim) {
      masks = number;
      maskDim = dim;
      return this;
    }

    /**
     * The 1×1 convolutions that draw the image again.
     *
     * @param sizes their channels; none for a single layer
     * @return this
     */
    public Builder reconstruction(Integer... sizes) {
      reconstruction = List.of(sizes);
      return this;
    }

    /**
     * No reconstruction.
     *
     * @return this
     */
    public Builder withoutReconstruction() {
      reconstruction = null;
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
    public SegCapsArchitecture architecture() {
      return new SegCapsArchitecture(
          channels,
          height,
          width,
          stem,
          kernel,
          levels,
          routing,
          masks,
          maskDim,
          reconstruction,
          type);
    }

    /**
     * Builds the network.
     *
     * @return a network with random weights
     * @throws IllegalArgumentException as {@link #architecture()}
     */
    public SegCaps build() {
      return new SegCaps(architecture(), seed);
    }
  }
}
