package org.capsnet.model.classification;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.SigmoidPrimaryCapsules;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ResidualStages;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.routing.SelfRouting;

/**
 * SR-CapsNet (Hahn, Pyeon and Kim, <i>Self-Routing Capsule Networks</i>, 2019) on a ResNet-20:
 * capsules in place of the pooling and the last layer of a residual network, with a routing that
 * needs no iterations. It is for photographs, where it is as accurate as the plain {@link ResNet},
 * and held up better against adversarial changes and unseen viewpoints.
 *
 * <pre>{@code
 * images            [3, 32, 32]
 * stem              ResNet-20 without its last layer: [64, 8, 8]
 * primary capsules  3×3 convolutions with batch normalization, poses and, through the logistic
 *                   function, activations: 32 types of 16 D on 8×8
 * class capsules    c_ij = softmax_j(w_ij · u_i + b_ij), a_j = Σ_i c_ij a_i / Σ_i a_i
 * }</pre>
 *
 * <p>Activations of the classes sum to 1, and the loss is their negative logarithm. The authors
 * train for 350 epochs with batches of 64 by Nesterov-free momentum 0.9, at 0.1, a tenth of it from
 * epoch 150 and a hundredth from 250 on, with weight decay 0.0001, shifts of 4 pixels and flips.
 *
 * <p>With self-routing the poses of class capsules are votes that no loss reaches: the authors
 * leave them out, and so they have one dimension here unless another routing is chosen that reads
 * them.
 */
public final class SelfRoutingCapsNet extends CapsuleClassifier<SelfRoutingCapsNet.Config> {

  private static final int KERNEL = 3;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param channels of the first stage of the stem; the third has four times as many
   * @param blocks in each stage of the stem; 3 make ResNet-20
   * @param types of primary capsules at each place
   * @param dim the dimension of a primary capsule
   * @param classDim the dimension of a class capsule
   * @param routing from primary to class capsules, of which the activations of class capsules sum
   *     to 1
   */
  public record Config(
      ImageShape image,
      int classes,
      int channels,
      int blocks,
      int types,
      int dim,
      int classDim,
      Routing routing)
      implements Choices<SelfRoutingCapsNet, Config> {

    /**
     * Checks each size on its own.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Choices.require(classes, classDim, routing);
      Sizes.atLeast(1, "channels", channels);
      Sizes.atLeast(1, "blocks", blocks);
      Sizes.atLeast(1, "primary capsule types", types);
      Sizes.atLeast(1, "primary capsule dimension", dim);
    }

    /**
     * {@return the network of the paper for CIFAR-10: 3×32×32 pixels, ResNet-20, 2048 primary
     * capsules of 16 D}
     */
    public static Config paper() {
      return new Config(new ImageShape(3, 32, 32), 10, 16, 3, 32, 16, 1, new SelfRouting());
    }

    @Override
    public SelfRoutingCapsNet build(Init init) {
      return new SelfRoutingCapsNet(this, init);
    }
  }

  private SelfRoutingCapsNet(Config c, Init init) {
    super(c, init, SelfRoutingCapsNet::encoder);
  }

  private static Chain<Variable, Capsules> encoder(Config c, Init init) {
    Conv2dSpec same = Conv2dSpec.UNIT.withPadding(KERNEL / 2);
    return Chain.of(c.input())
        .then("stem", in -> ResidualStages.of(in, c.channels, c.blocks, init))
        .then(
            "primary",
            in -> new SigmoidPrimaryCapsules(in, c.types, c.dim, KERNEL, same, true, init));
  }
}
