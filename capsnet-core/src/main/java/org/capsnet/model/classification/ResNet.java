package org.capsnet.model.classification;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ResidualStages;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * The residual network for small images (He et al., <i>Deep Residual Learning for Image
 * Recognition</i>, 2016, section 4.2): no capsules, but what every comparison of capsules needs, a
 * plain network with the same stem as {@link SelfRoutingCapsNet} or, by its number of channels, of
 * any number of parameters.
 *
 * <pre>{@code
 * images   [3, 32, 32]
 * stem     ResNet-20 without its last layer: [64, 8, 8]
 * pooled   the mean of each channel: [64]
 * classes  softmax of a linear layer
 * }</pre>
 *
 * <p>To be a {@link Classifier} like the others it takes each channel's mean for a capsule of one
 * dimension, and each class's probability for one; the loss is its negative logarithm, the
 * cross-entropy.
 */
public final class ResNet extends Network<ResNet.Config> implements Classifier.OfOneClass {

  private final Chain<Variable, Variable> stem;
  private final Linear classes;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param channels of the first stage; the third has four times as many
   * @param blocks in each stage; 3 make ResNet-20
   */
  public record Config(ImageShape image, int classes, int channels, int blocks)
      implements Architecture.OfImages<ResNet, Config> {

    /**
     * Checks each size on its own.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Sizes.atLeast(2, "classes", classes);
      Sizes.atLeast(1, "channels", channels);
      Sizes.atLeast(1, "blocks", blocks);
    }

    /** {@return ResNet-20 for CIFAR-10: 3×32×32 pixels, 10 classes, 0.27 million parameters} */
    public static Config paper() {
      return new Config(new ImageShape(3, 32, 32), 10, 16, 3);
    }

    @Override
    public ResNet build(Init init) {
      return new ResNet(this, init);
    }
  }

  private ResNet(Config c, Init init) {
    super(c, init);
    stem = child("stem", ResidualStages.of(c.input(), c.channels, c.blocks, init));
    classes = child("classes", new Linear(Shape.of(stem.output().size(0)), c.classes, init));
  }

  @Override
  public int classes() {
    return architecture().classes;
  }

  @Override
  public Classification classify(Variable images) {
    Variable means = stem.forward(architecture().image.require(images)).mean(2, 3);
    Variable probabilities = classes.forward(means).softmax(1);
    return new Classification(
        Capsules.present(means.reshape(means.size(0), means.size(1), 1)),
        new Capsules(
            probabilities.reshape(images.size(0), probabilities.size(1), 1), probabilities));
  }

  /** The means and their activations, the softmax, and the gradients of both; and the loss. */
  @Override
  protected Cost cost(Setting setting) {
    long channels = stem.output().size(0);
    return super.cost(setting)
        .forward(2, channels)
        .backward(1, stem.output().sizes())
        .forward(1, classes())
        .backward(3, classes());
  }
}
