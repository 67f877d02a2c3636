package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.CapsNetArchitecture.Convolution;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The capsule network of Sabour et al., <i>Dynamic Routing Between Capsules</i> (2017), at any
 * size: convolutions, primary capsules, one capsule a class, and a decoder that draws the image
 * again from the capsule of its class.
 *
 * <pre>{@code
 * CapsNet digits = CapsNet.mnist();
 * CapsNet flowers = CapsNet.builder().image(3, 48, 48).classes(5).build();
 * }</pre>
 */
public final class CapsNet extends Module implements Trainable {

  private static final ModelFile<CapsNetArchitecture, CapsNet> FILE =
      new ModelFile<>(
          CapsNetArchitecture.class,
          "CapsNet",
          CapsNetArchitecture::pixels,
          CapsNetArchitecture::leastNumbers,
          CapsNet::new,
          CapsNetArchitecture::type);

  private final CapsNetArchitecture architecture;
  private final Chain<Variable, Variable> stem;
  private final PrimaryCapsules primary;
  private final CapsuleLayer classes;
  private final Chain<Variable, Variable> decoder;

  /**
   * What a forward pass gives.
   *
   * @param primary the primary capsules, poses {@code [batch, n, primaryDim]}
   * @param classes the class capsules, poses {@code [batch, classes, classDim]}
   */
  public record Output(Capsules primary, Capsules classes) {}

  /**
   * A network with random weights.
   *
   * @param architecture its sizes
   * @param seed of its weights: the same seed gives the same network
   * @throws IllegalArgumentException if no memory would hold its parameters
   */
  public CapsNet(CapsNetArchitecture architecture, long seed) {
    this(architecture, Init.seed(seed).type(architecture.type()));
  }

  CapsNet(CapsNetArchitecture architecture, Init init) {
    CapsNetArchitecture a = architecture;
    this.architecture = a;
    stem = child("stem", stem(a, init));
    primary =
        child(
            "primary",
            new PrimaryCapsules(
                stem.output(),
                a.primaryTypes(),
                a.primaryDim(),
                a.primary().kernel(),
                Conv2dSpec.UNIT.withStride(a.primary().stride()),
                init));
    classes =
        child(
            "classes",
            new CapsuleLayer(
                primary.output(), a.classes(), a.classDim(), new DenseVotes(), a.routing(), init));
    decoder =
        a.reconstructs()
            ? child(
                "decoder",
                ImageDecoder.of(classes.output().numbers(), a.decoder(), a.pixels(), init))
            : null;
  }

  /**
   * The paper's network for MNIST, with 8.2 million parameters.
   *
   * @return a network with random weights, the same at every call
   */
  public static CapsNet mnist() {
    return new CapsNet(CapsNetArchitecture.mnist(), 0);
  }

  /**
   * A builder that starts from the paper's sizes.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A builder of a network whose size suits images of one's own; any of it can be changed. Images
   * of at most 32 pixels a side get the paper's network. Larger ones get a stem of 5×5 convolutions
   * of stride 2 that brings the longer side to 32 or less, with 32 channels and then 64; 8 types of
   * primary capsules of 8 D on a grid of at most 8 places a side; and no decoder. From 5,000 images
   * on, channels and types are twice as many.
   *
   * @param images any
   * @return the builder
   */
  public static Builder builderFor(LabeledImages images) {
    return NetworkSize.fill(builder(), images);
  }

  private static Chain<Variable, Variable> stem(CapsNetArchitecture a, Init init) {
    Chain<Variable, Variable> layers = Chain.of(Shape.of(a.channels(), a.height(), a.width()));
    for (Convolution c : a.stem()) {
      Conv2dSpec spec = Conv2dSpec.UNIT.withStride(c.stride());
      layers =
          layers
              .then(
                  in -> new Conv2d(in, c.channels(), c.kernel(), spec, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    return layers;
  }

  /**
   * The sizes of this network.
   *
   * @return its architecture
   */
  public CapsNetArchitecture architecture() {
    return architecture;
  }

  /** {@return the convolutions before the capsules} */
  public Chain<Variable, Variable> stem() {
    return stem;
  }

  /** {@return the layer of primary capsules} */
  public PrimaryCapsules primary() {
    return primary;
  }

  /** {@return the layer of class capsules} */
  public CapsuleLayer classes() {
    return classes;
  }

  /**
   * What the network is made of and what it needs, a table to print.
   *
   * @return layers, output shapes, parameters, and memory a sample
   */
  public String summary() {
    return new CapsNetSummary(architecture).toString();
  }

  /**
   * From images to capsules.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return the primary and the class capsules, whose activations are their lengths
   */
  public Output forward(Variable images) {
    CapsNetArchitecture a = architecture;
    Shapes.require("images", images.value(), "batch", a.channels(), a.height(), a.width());
    Capsules first = primary.forward(stem.forward(images)).flat();
    return new Output(first, classes.forward(first));
  }

  /**
   * How much of each primary capsule went to each class capsule.
   *
   * @param found what {@link #forward} gave
   * @return the coupling coefficients {@code [batch, primary capsules, classes]}, from 0 to 1
   * @throws UnsupportedOperationException if the routing has none
   */
  public Variable coupling(Output found) {
    return classes.coupling(found.primary());
  }

  /**
   * From class capsules to images.
   *
   * @param masked {@code [batch, classes · classDim]}, all but one class set to zero
   * @return {@code [batch, pixels]}, from 0 to 1
   * @throws IllegalStateException if this network has no decoder
   */
  public Variable decode(Variable masked) {
    if (decoder == null) {
      throw new IllegalStateException("this network has no decoder");
    }
    return decoder.forward(masked);
  }

  /**
   * Draws the image that a class capsule of some pose stands for: how to find out what its
   * dimensions mean.
   *
   * @param label the class
   * @param pose {@code [classDim]}, such as one of a {@link Prediction}, or one that is a little
   *     off
   * @return {@code [channels, height, width]}, from 0 to 1, belonging to no scope
   * @throws IllegalArgumentException if there is no such class, or the shape is another
   * @throws IllegalStateException if this network has no decoder
   */
  public INDArray draw(int label, INDArray pose) {
    CapsNetArchitecture a = architecture;
    if (label < 0 || label >= a.classes()) {
      throw new IllegalArgumentException(
          "label: expected 0 to " + (a.classes() - 1) + ", got " + label);
    }
    Shapes.require("pose", pose, a.classDim());
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      INDArray masked = Nd4j.zeros(a.type(), a.classes(), a.classDim());
      masked.putRow(label, pose.castTo(a.type()));
      INDArray drawn = decode(Variable.constant(masked.reshape(1, masked.length()))).value();
      return Scope.copyDetached(drawn.reshape(a.channels(), a.height(), a.width()));
    }
  }

  @Override
  public Module module() {
    return this;
  }

  /** The paper's objective; see {@link CapsNetObjective} for others. */
  @Override
  public Loss loss(DataSet batch, Step step) {
    return CapsNetObjective.standard(this).loss(batch, step);
  }

  /**
   * Writes weights and architecture to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    ModelFile.write(file, this, metadata());
  }

  /**
   * What {@link #save} writes beside the weights: the architecture. Checkpoints of a training that
   * have it, by {@link org.capsnet.train.Trainer#metadata}, can be loaded as a file of the model.
   *
   * @return text by key
   */
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
  public static CapsNet load(Path file) throws IOException {
    return of(file, Safetensors.read(file));
  }

  /** The network that a file holds; the tensors read from it are closed. */
  static CapsNet of(Path file, Safetensors.Contents contents) throws FormatException {
    return FILE.network(file, contents);
  }

  /** Builds a {@link CapsNet} of any size; what is not said is as in the paper. */
  public static final class Builder {

    private static final CapsNetArchitecture PAPER = CapsNetArchitecture.mnist();

    private int channels = PAPER.channels();
    private int height = PAPER.height();
    private int width = PAPER.width();
    private int classes = PAPER.classes();
    private List<Convolution> stem = PAPER.stem();
    private Convolution primary = PAPER.primary();
    private int primaryDim = PAPER.primaryDim();
    private int classDim = PAPER.classDim();
    private Routing routing = PAPER.routing();
    private List<Integer> decoder = PAPER.decoder();
    private DataType type = PAPER.type();
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
     * The number of classes.
     *
     * @param number at least 2
     * @return this
     */
    public Builder classes(int number) {
      classes = number;
      return this;
    }

    /**
     * The convolutions before the capsules, in place of the paper's single 9×9.
     *
     * @param convolutions in order; none to make capsules of the image itself
     * @return this
     */
    public Builder stem(Convolution... convolutions) {
      stem = List.of(convolutions);
      return this;
    }

    /**
     * The primary capsules.
     *
     * @param types of capsules at each place
     * @param dim of a capsule
     * @param kernel the side of the square kernel
     * @param stride of the kernel
     * @return this
     */
    public Builder primary(int types, int dim, int kernel, int stride) {
      primary = new Convolution(Math.multiplyExact(types, dim), kernel, stride);
      primaryDim = dim;
      return this;
    }

    /**
     * The dimension of the class capsules.
     *
     * @param dim at least 1
     * @return this
     */
    public Builder classDim(int dim) {
      classDim = dim;
      return this;
    }

    /**
     * How primary capsules become class capsules.
     *
     * @param algorithm any routing
     * @return this
     */
    public Builder routing(Routing algorithm) {
      routing = algorithm;
      return this;
    }

    /**
     * The hidden layers of the decoder.
     *
     * @param sizes of the layers; none for a decoder of one layer
     * @return this
     */
    public Builder decoder(Integer... sizes) {
      decoder = List.of(sizes);
      return this;
    }

    /**
     * No decoder: nothing is reconstructed.
     *
     * @return this
     */
    public Builder withoutDecoder() {
      decoder = null;
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
     * @throws IllegalArgumentException if a size is wrong or no capsule is left: the message says
     *     which layer, why, and what would fit
     */
    public CapsNetArchitecture architecture() {
      return new CapsNetArchitecture(
          channels,
          height,
          width,
          classes,
          stem,
          primary,
          primaryDim,
          classDim,
          routing,
          decoder,
          type);
    }

    /**
     * Builds the network.
     *
     * @return a network with random weights
     * @throws IllegalArgumentException as {@link #architecture()}
     */
    public CapsNet build() {
      return new CapsNet(architecture(), seed);
    }
  }
}
