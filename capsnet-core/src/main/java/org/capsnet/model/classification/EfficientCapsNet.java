package org.capsnet.model.classification;

import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.Nullable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.InstanceNorm2d;
import org.capsnet.nn.Shape;
import org.capsnet.routing.SelfAttentionRouting;

/**
 * Efficient-CapsNet (Mazzia, Salvetti and Chiaberge, <i>Efficient-CapsNet: Capsule Network with
 * Self-Attention Routing</i>, 2021), at any size: few capsules, and routing without iterations. On
 * MNIST it has a forty-second of CapsNet's parameters before its decoder and is more accurate,
 * which makes it the first to try on digits.
 *
 * <pre>{@code
 * images            [1, 28, 28]
 * stem              convolutions 5×5 32, 3×3 64, 3×3 64, 3×3 128 of stride 2, each followed by a
 *                   rectifier and then by batch normalization: [128, 9, 9]
 * primary capsules  a depthwise convolution as large as that grid, channel = capsule · 8 + d,
 *                   squashed by (1 - e^-|s|) s/|s|: 16 capsules of 8 D
 * class capsules    votes W_ij u_i, c_ij = softmax_j(Σ_k û_ij · û_kj / √16) + b_ij, the squash of
 *                   Σ_i c_ij û_ij: 10 of 16 D, whose lengths are the activations
 * decoder           160-512-1024-784, as CapsNet's
 * }</pre>
 *
 * <p>It is trained as {@link CapsNet} is, by the margin loss and the error of the image drawn
 * again, {@link ClassificationObjective#standard}: the authors' weight of 0.392 for the mean over
 * 784 pixels is 0.0005 for their sum. They use Adam at 0.0005, which falls by 0.97 each epoch, with
 * batches of 16, and turn, shift and squeeze the digits and blank out a square of them.
 *
 * <p>Normalization is as in Keras, which the authors' code is for: ε = 0.001. For smallNORB they
 * normalize each image by itself, {@link Config#smallNorb()}; {@code
 * org.capsnet.model.weights.KnownNames} takes their weights.
 */
public final class EfficientCapsNet extends CapsuleClassifier<EfficientCapsNet.Config>
    implements Reconstructor {

  private static final String PRETRAINED = "efficient-mnist.safetensors";
  private static final double NORM_EPSILON = 1e-3;
  private static final double NORM_MOMENTUM = 0.1;

  /** How the channels of features are normalized. */
  public enum Norm {

    /** Each channel over the batch and all pixels, {@link BatchNorm2d}. */
    BATCH,

    /** Each channel of each image over all pixels, {@link InstanceNorm2d}. */
    INSTANCE
  }

  /**
   * The sizes. A combination that leaves no capsule is refused as the network is built, before
   * anything is allocated.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param stem the convolutions, each followed by a rectifier and normalization; at least one
   * @param dim the dimension of a primary capsule: there is one for each {@code dim} channels of
   *     the last convolution
   * @param classDim the dimension of a class capsule
   * @param routing from primary to class capsules
   * @param decoder the hidden sizes of the decoder; null for no decoder
   * @param norm how channels are normalized, over the batch where it is null
   * @param leak the slope of the rectifiers below zero, from 0 to 1; 0, a rectifier without a leak,
   *     where it is null
   */
  public record Config(
      ImageShape image,
      int classes,
      List<Conv> stem,
      int dim,
      int classDim,
      Routing routing,
      @Nullable List<Integer> decoder,
      @Nullable Norm norm,
      @Nullable Double leak)
      implements Choices<EfficientCapsNet, Config> {

    /**
     * Checks each size on its own; whether they fit each other is checked where the network is
     * built.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Choices.require(classes, classDim, routing);
      Sizes.atLeast(1, "primary capsule dimension", dim);
      stem = List.copyOf(stem);
      Sizes.atLeast(1, "stem convolutions", stem.size());
      decoder = Sizes.layers("decoder size", decoder);
      norm = norm == null ? Norm.BATCH : norm;
      leak = leak == null ? 0 : leak;
      if (!(leak >= 0 && leak <= 1)) {
        throw new IllegalArgumentException("leak: expected 0 to 1, got " + leak);
      }
    }

    /**
     * {@return the network of the paper for MNIST: 1×28×28 pixels, 16 primary capsules of 8 D, 10
     * class capsules of 16 D; 161,824 parameters and 1,411,344 of the decoder}
     */
    public static Config paper() {
      return new Config(
          new ImageShape(1, 28, 28),
          10,
          List.of(new Conv(32, 5, 1), new Conv(64, 3, 1), new Conv(64, 3, 1), new Conv(128, 3, 2)),
          8,
          16,
          new SelfAttentionRouting(),
          List.of(512, 1024),
          Norm.BATCH,
          0.0);
    }

    /**
     * {@return the network of the authors for smallNORB: 2×48×48 pixels, of both cameras; instance
     * normalization and rectifiers with a leak of 0.3; 16 primary capsules of 8 D, 5 class capsules
     * of 16 D; 151,664 parameters. Their decoder of convolutions is left out}
     *
     * <p>Images go in with a mean of 0 and a deviation of 1, over all images of a camera.
     */
    public static Config smallNorb() {
      return paper()
          .with("image", new ImageShape(2, 48, 48))
          .with("classes", 5)
          .with(
              "stem",
              List.of(
                  new Conv(32, 7, 2), new Conv(64, 3, 1), new Conv(64, 3, 1), new Conv(128, 3, 2)))
          .with("decoder", null)
          .with("norm", Norm.INSTANCE)
          .with("leak", 0.3);
    }

    /**
     * Sizes that suit images of one's own; any of it can be changed. Images of at most 32 pixels a
     * side get the paper's network. Larger ones get 5×5 convolutions of stride 2 and 32 channels
     * before its stem, which bring the longer side to 32 or less, and no decoder.
     *
     * @param images any
     * @return the sizes
     */
    public static Config sizedFor(LabeledImages images) {
      Config paper = paper().with("image", ImageShape.of(images)).with("classes", images.classes());
      List<Conv> stem = NetworkSize.shrinking(images, 32);
      if (stem.isEmpty()) {
        return paper;
      }
      stem.addAll(paper.stem);
      return paper.with("stem", stem).with("decoder", null);
    }

    @Override
    public EfficientCapsNet build(Init init) {
      return new EfficientCapsNet(this, init);
    }
  }

  /**
   * The network of the paper, trained on the handwritten digits of MNIST, with a smaller decoder of
   * 160-128-320-784 and weights that were rounded to halves. Digits are white on black, from 0 to
   * 1, upright, and fill the middle 20×20 of 28×28 pixels. {@link ImageClassifier#ofDigits()} asks
   * it about pictures.
   *
   * <p>How it was made and how well it does stands in the metadata of {@value #PRETRAINED} beside
   * this class.
   *
   * @return the network, in evaluation mode, a new one at each call
   */
  public static EfficientCapsNet pretrained() {
    return resource(EfficientCapsNet.class, PRETRAINED);
  }

  private EfficientCapsNet(Config c, Init init) {
    super(c, init, EfficientCapsNet::encoder);
  }

  private static Chain<Variable, Capsules> encoder(Config c, Init init) {
    ConvStem.requireFit(c.image, c.stem, new Conv(1, 1, 1));
    int channels = c.stem.get(c.stem.size() - 1).channels();
    if (channels % c.dim != 0) {
      throw new IllegalArgumentException(
          "channels of the last convolution: expected a multiple of the primary capsule dimension"
              + " %d, got %d".formatted(c.dim, channels));
    }
    return Chain.of(c.input())
        .then("stem", in -> stem(in, c, init))
        .then("primary", in -> primary(in, c.dim, init));
  }

  private static Chain<Variable, Variable> stem(Shape image, Config c, Init init) {
    Chain<Variable, Variable> layers = Chain.of(image);
    for (Conv conv : c.stem) {
      layers =
          layers
              .then(in -> conv.layer(in, init))
              .then(in -> c.leak == 0 ? Activation.relu(in) : Activation.leakyRelu(in, c.leak))
              .then(in -> normalization(in, c.norm, init));
    }
    return layers;
  }

  private static Block<Variable, Variable> normalization(Shape in, Norm norm, Init init) {
    return switch (norm) {
      case BATCH -> new BatchNorm2d(in, NORM_MOMENTUM, NORM_EPSILON, init);
      case INSTANCE -> new InstanceNorm2d(in, NORM_EPSILON, init);
    };
  }

  /** A kernel as large as the grid; on an oblong one it slides along the longer side. */
  private static PrimaryCapsules primary(Shape grid, int dim, Init init) {
    int channels = Math.toIntExact(grid.size(0));
    int kernel = Math.toIntExact(Math.min(grid.size(1), grid.size(2)));
    Conv2dSpec depthwise = Conv2dSpec.UNIT.withGroups(channels);
    // Glorot's, with all channels as outputs, as Keras counts those of a convolution of groups:
    // capsules start short, where the squash has a slope.
    Initializer asKeras =
        (in, out, random) -> Initializer.normal(random, 2.0 / (in + (double) out * channels));
    return new PrimaryCapsules(
        grid, channels / dim, dim, kernel, depthwise, new ExponentialSquash(), asKeras, init);
  }
}
