package org.capsnet.model.classification;

import java.util.List;
import java.util.Objects;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Votes;
import org.capsnet.model.Architecture;
import org.capsnet.model.CapsuleConv;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.AttentionStack;

/**
 * Capsules with inverted dot-product attention routing (Tsai, Srivastava, Goh and Salakhutdinov,
 * 2020): matrix poses that are normalized and not squashed, and layers that are routed
 * concurrently, so that what a layer finds bears on the layers below. It was the first deep stack
 * of capsule layers that trained stably on CIFAR-10 and CIFAR-100.
 *
 * <pre>{@code
 * images                   [3, 32, 32]
 * stem                     convolution 3×3 128 of stride 2 and a rectifier: [128, 16, 16]
 * primary capsules         a 1×1 convolution, each pose normalized: 32 types of 4×4 on 16×16
 * convolutional capsules   3×3 of stride 2, 32 types on 7×7
 * convolutional capsules   3×3 of stride 1, 32 types on 5×5
 * class capsules           r_ij = softmax_j(p_j · û_ij / √dim), p_j = LayerNorm(Σ_i r_ij û_ij);
 *                          the activation is a softmax over j of a linear function of p_j
 * }</pre>
 *
 * <p>The loss is the negative logarithm of the activation of the true class. The authors have poses
 * of 6×6 with their simple stem, another layer of 10 capsules before the activations, and train for
 * 350 epochs by momentum at 0.1, a tenth from epoch 150 and a hundredth from 250 on.
 */
public final class AttentionCapsNet extends Network<AttentionCapsNet.Config>
    implements Classifier.OfOneClass {

  private static final int POSE = 16;

  private final Chain<Variable, Variable> stem;
  private final NormalizedCapsules primary;
  private final AttentionStack stack;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param stem the convolutions before the capsules, each followed by a rectifier
   * @param types of primary capsules at each place
   * @param layers of convolutional capsules between primary and class capsules; none or more
   * @param iterations of the routing, from 1
   */
  public record Config(
      ImageShape image,
      int classes,
      List<Conv> stem,
      int types,
      List<CapsuleConv> layers,
      int iterations)
      implements Architecture.OfImages<AttentionCapsNet, Config> {

    /**
     * Checks each size on its own; whether they fit each other is checked where the network is
     * built.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Objects.requireNonNull(image, "image");
      Sizes.atLeast(2, "classes", classes);
      stem = List.copyOf(stem);
      Sizes.atLeast(1, "primary capsule types", types);
      layers = List.copyOf(layers);
      Sizes.atLeast(1, "iterations", iterations);
    }

    /** {@return the network of the paper for CIFAR-10 but for poses of 4×4: 2 iterations} */
    public static Config paper() {
      return new Config(
          new ImageShape(3, 32, 32),
          10,
          List.of(new Conv(128, 3, 2, 1)),
          32,
          List.of(new CapsuleConv(32, 3, 2), new CapsuleConv(32, 3, 1)),
          2);
    }

    @Override
    public AttentionCapsNet build(Init init) {
      return new AttentionCapsNet(this, init);
    }
  }

  private AttentionCapsNet(Config c, Init init) {
    super(c, init);
    ConvStem.requireFit(c.image, c.stem, new Conv(1, 1, 1));
    stem = child("stem", ConvStem.of(c.input(), c.stem, init));
    primary = child("primary", new NormalizedCapsules(stem.output(), c.types, init));
    stack = child("stack", stack(primary.output(), c, init));
  }

  private static AttentionStack stack(Shape in, Config c, Init init) {
    Votes votes = new PoseVotes();
    AttentionRouting hidden = new AttentionRouting(c.iterations, false);
    AttentionRouting scored = new AttentionRouting(c.iterations, true);
    Chain<Capsules, Capsules> layers = Chain.start(in);
    for (CapsuleConv layer : c.layers) {
      layers = layers.then(at -> layer.layer(at, votes, hidden, init));
    }
    return new AttentionStack(
        layers.then(at -> new CapsuleLayer(at, c.classes, POSE, votes, scored, init)));
  }

  /** Poses of a convolution, each less its mean and divided by its deviation; all are there. */
  private static final class NormalizedCapsules extends Block<Variable, Capsules> {

    private static final double EPSILON = 1e-5;

    private final Conv2d convolution;

    NormalizedCapsules(Shape in, int types, Init init) {
      super(in, Shape.of(types, POSE, in.size(1), in.size(2)));
      long channels = Math.multiplyExact((long) types, POSE);
      convolution =
          child(
              "conv", new Conv2d(in, channels, 1, Conv2dSpec.UNIT, Initializer.LECUN_NORMAL, init));
    }

    @Override
    public Capsules forward(Variable features) {
      Variable q = convolution.forward(features);
      Variable pose = Capsules.ofFeatures(q, POSE).pose();
      Variable off = pose.minus(pose.mean(true, 2));
      Variable deviation = off.square().mean(true, 2).plus(EPSILON).sqrt();
      return Capsules.present(off.dividedBy(deviation));
    }

    /** The poses less their mean, squared, and divided; then the gradients. */
    @Override
    protected Cost cost(Setting setting) {
      long[] poses = output().sizes();
      return Cost.NONE
          .forward(3, poses)
          .forward(5, activations())
          .backward(7, poses)
          .backward(5, activations());
    }

    @Override
    public long activations() {
      return output().numbers() / POSE;
    }
  }

  @Override
  public int classes() {
    return architecture().classes;
  }

  /** {@inheritDoc} The voters are the primary capsules, at the bottom of the stack. */
  @Override
  public Classification classify(Variable images) {
    Capsules found = primary.forward(stem.forward(architecture().image.require(images)));
    return new Classification(found, stack.forward(found));
  }
}
