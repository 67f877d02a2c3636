package org.capsnet.bench.peer;

import java.util.List;
import java.util.Optional;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.block.ImageDecoder;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.SelfAttentionRouting;

/**
 * Efficient-CapsNet (Mazzia et al. 2021), put together from the library's layers: convolutions,
 * each with a rectifier and then batch normalization; a depthwise convolution as large as the grid
 * that is left, whose channels are the primary capsules; and self-attention routing.
 */
final class EfficientCapsNet extends Network<EfficientCapsNet.Config>
    implements Classifier, Reconstructor {

  /** As in Keras, which the paper's code is for. */
  static final double NORM_EPSILON = 1e-3;

  private static final double NORM_MOMENTUM = 0.1;

  /** What the paper's code weighs the mean of the squared error with. */
  static final double RECONSTRUCTION = 0.392;

  private final Chain<Variable, Variable> stem;
  private final Conv2d primary;
  private final CapsuleLayer classes;
  private final ImageDecoder decoder;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart
   * @param stem the convolutions
   * @param dim the dimension of a primary capsule; the last convolution's channels a multiple
   * @param classDim the dimension of a class capsule
   * @param decoder the hidden sizes of the decoder
   */
  record Config(
      ImageShape image, int classes, List<Conv> stem, int dim, int classDim, List<Integer> decoder)
      implements Architecture.OfImages<EfficientCapsNet, Config> {

    /** {@return the network of the paper for MNIST: 16 primary capsules of 8 D, 10 of 16 D} */
    static Config paper() {
      return new Config(
          new ImageShape(1, 28, 28),
          10,
          List.of(new Conv(32, 5, 1), new Conv(64, 3, 1), new Conv(64, 3, 1), new Conv(128, 3, 2)),
          8,
          16,
          List.of(512, 1024));
    }

    @Override
    public EfficientCapsNet build(Init init) {
      return new EfficientCapsNet(this, init);
    }
  }

  private EfficientCapsNet(Config c, Init init) {
    super(c, init);
    stem = child("stem", stem(c, init));
    Shape grid = stem.output();
    int channels = Math.toIntExact(grid.size(0));
    Conv2dSpec depthwise = Conv2dSpec.UNIT.withGroups(channels);
    primary = child("primary", new Conv2d(grid, channels, (int) grid.size(1), depthwise, init));
    Shape capsules = Shape.of(channels / c.dim, c.dim);
    classes =
        child(
            "classes",
            new CapsuleLayer(
                capsules,
                c.classes,
                c.classDim,
                new DenseVotes(),
                new SelfAttentionRouting(),
                init));
    decoder = child("decoder", new ImageDecoder(classes.output(), c.decoder, c.image, init));
  }

  private static Chain<Variable, Variable> stem(Config c, Init init) {
    Chain<Variable, Variable> layers = Chain.of(c.input());
    for (Conv conv : c.stem) {
      layers =
          layers
              .then(in -> conv.layer(in, init))
              .then(Activation::relu)
              .then(in -> new BatchNorm2d(in, NORM_MOMENTUM, NORM_EPSILON, init));
    }
    return layers;
  }

  @Override
  public int classes() {
    return architecture().classes;
  }

  @Override
  public Classification classify(Variable images) {
    architecture().image.require(images.value());
    Variable features = primary.forward(stem.forward(images));
    Variable s =
        features.reshape(images.size(0), features.size(1) / architecture().dim, architecture().dim);
    Capsules found = Capsules.ofLength(new ExponentialSquash().squash(s));
    return new Classification(found, classes.forward(found));
  }

  @Override
  public Optional<Block<Variable, Variable>> decoder() {
    return Optional.of(decoder);
  }
}
