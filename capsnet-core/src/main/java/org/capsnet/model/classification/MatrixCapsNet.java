package org.capsnet.model.classification;

import java.util.List;
import java.util.Objects;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Sharing;
import org.capsnet.capsule.SigmoidPrimaryCapsules;
import org.capsnet.capsule.Votes;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.model.CapsuleConv;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.EmRouting;

/**
 * Matrix capsules (Hinton, Sabour and Frosst, <i>Matrix Capsules with EM Routing</i>, 2018, figure
 * 1): poses are 4×4 matrices, activations are logistic units of their own, votes are products of
 * matrices, and routing is expectation-maximization. It generalized to new viewpoints of
 * smallNORB's objects better than a CNN of the same accuracy on familiar ones; it is slow to
 * compute and to train.
 *
 * <pre>{@code
 * images                   [1, 28, 28]
 * stem                     convolution 5×5 32 of stride 2 and a rectifier: [32, 12, 12]
 * primary capsules         1×1 convolutions of it: 32 types on 12×12
 * convolutional capsules   3×3 of stride 2, 32 types on 5×5
 * convolutional capsules   3×3 of stride 1, 32 types on 3×3
 * class capsules           matrices shared by all places of a type, with the place added to the
 *                          votes: one capsule a class
 * }</pre>
 *
 * <p>The loss is the spread loss. The paper's margin grows from 0.2 to 0.9, and that of {@link
 * #loss} over 10,000 steps; for another number give {@link ClassificationObjective} a {@link
 * SpreadLoss} of one's own. The authors use Adam with weight decay 2e-7.
 */
public final class MatrixCapsNet extends CapsuleClassifier<MatrixCapsNet.Config> {

  private static final int POSE = 16;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param stem the convolution before the capsules, followed by a rectifier
   * @param types of primary capsules at each place
   * @param layers of convolutional capsules; none or more
   * @param routing of all of them and to class capsules
   */
  public record Config(
      ImageShape image,
      int classes,
      Conv stem,
      int types,
      List<CapsuleConv> layers,
      Routing routing)
      implements Choices<MatrixCapsNet, Config> {

    /**
     * Checks each size on its own; whether they fit each other is checked where the network is
     * built.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Choices.require(classes, POSE, routing);
      Objects.requireNonNull(stem, "stem");
      Sizes.atLeast(1, "primary capsule types", types);
      layers = List.copyOf(layers);
    }

    /** {@return the network of the paper, A = B = C = D = 32, for MNIST: 3 iterations} */
    public static Config paper() {
      return new Config(
          new ImageShape(1, 28, 28),
          10,
          new Conv(32, 5, 2),
          32,
          List.of(new CapsuleConv(32, 3, 2), new CapsuleConv(32, 3, 1)),
          new EmRouting(3));
    }

    /**
     * {@return the smaller network of the paper, A = 64, B = 8, C = D = 16, for MNIST: a training
     * step takes a third of the memory}
     */
    public static Config small() {
      return paper()
          .with("stem", new Conv(64, 5, 2))
          .with("types", 8)
          .with("layers", List.of(new CapsuleConv(16, 3, 2), new CapsuleConv(16, 3, 1)));
    }

    @Override
    public int classDim() {
      return POSE;
    }

    @Override
    public Votes votes() {
      return new PoseVotes(Sharing.TYPE, true);
    }

    @Override
    public MatrixCapsNet build(Init init) {
      return new MatrixCapsNet(this, init);
    }
  }

  private MatrixCapsNet(Config c, Init init) {
    super(c, init, MatrixCapsNet::encoder);
  }

  private static Chain<Variable, Capsules> encoder(Config c, Init init) {
    ConvStem.requireFit(c.image, List.of(c.stem), new Conv(1, 1, 1));
    return Chain.of(c.input())
        .then("stem", in -> ConvStem.of(in, List.of(c.stem), init))
        .then(
            "primary",
            in -> new SigmoidPrimaryCapsules(in, c.types, POSE, 1, Conv2dSpec.UNIT, false, init))
        .then("layers", in -> layers(in, c, init));
  }

  private static Chain<Capsules, Capsules> layers(Shape in, Config c, Init init) {
    Chain<Capsules, Capsules> chain = Chain.start(in);
    for (CapsuleConv layer : c.layers) {
      chain = chain.then(below -> layer.layer(below, new PoseVotes(), c.routing, init));
    }
    return chain;
  }
}
