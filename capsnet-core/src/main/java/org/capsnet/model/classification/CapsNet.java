package org.capsnet.model.classification;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Votes;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.Nullable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Sizes;
import org.capsnet.model.block.ConvStem;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;

/**
 * The capsule network of Sabour et al., <i>Dynamic Routing Between Capsules</i> (2017), at any
 * size: convolutions, primary capsules, one capsule a class, and a decoder that draws the image
 * again from the capsule of its class. It is the one that others are compared with. With the
 * paper's sizes it has
 *
 * <pre>{@code
 * images            [1, 28, 28]
 * stem              convolution 9×9 256, rectifier: [256, 20, 20]
 * primary capsules  convolution 9×9 of stride 2, squash: 32 types of 8 D on 6×6, 1,152 capsules
 * class capsules    dynamic routing, 3 iterations: 10 of 16 D, whose length says which is there
 * decoder           160-512-1024-784, from the capsules masked but for that of the class
 * }</pre>
 *
 * <p>The loss is the margin loss, and 0.0005 of the squared error of the image drawn again. The
 * authors shift images by up to 2 pixels and train by Adam with batches of 128.
 *
 * <pre>{@code
 * CapsNet digits = CapsNet.Config.paper().build(0);
 * CapsNet flowers =
 *     CapsNet.Config.paper()
 *         .with("image", new ImageShape(3, 48, 48))
 *         .with("classes", 5)
 *         .build(0);
 * }</pre>
 */
public final class CapsNet extends CapsuleClassifier<CapsNet.Config> implements Reconstructor {

  /**
   * The sizes. A combination that leaves no capsule is refused as the network is built, before
   * anything is allocated: the message says which layer, why, and what would fit.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param stem the convolutions before the capsules, each followed by a rectifier
   * @param primary the primary capsules
   * @param classDim the dimension of a class capsule
   * @param votes how primary capsules vote for classes: as in the paper, with a matrix for each
   *     pair, where it is null
   * @param routing from primary to class capsules
   * @param decoder the hidden sizes of the decoder; null for no decoder
   */
  public record Config(
      ImageShape image,
      int classes,
      List<Conv> stem,
      Primary primary,
      int classDim,
      @Nullable Votes votes,
      Routing routing,
      @Nullable List<Integer> decoder)
      implements Choices<CapsNet, Config> {

    /**
     * Checks each size on its own; whether they fit each other is checked where the network is
     * built.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Choices.require(classes, classDim, routing);
      stem = List.copyOf(stem);
      votes = votes == null ? new DenseVotes() : votes;
      decoder = Sizes.layers("decoder size", decoder);
    }

    /**
     * {@return the network of the paper for MNIST: 1×28×28 pixels, 1152 primary capsules of 8 D, 10
     * class capsules of 16 D, 8.2 million parameters}
     */
    public static Config paper() {
      return new Config(
          new ImageShape(1, 28, 28),
          10,
          List.of(new Conv(256, 9, 1)),
          new Primary(32, 8, 9, 2),
          16,
          new DenseVotes(),
          new DynamicRouting(3),
          List.of(512, 1024));
    }

    /**
     * Sizes that suit images of one's own; any of it can be changed. Images of at most 32 pixels a
     * side get the paper's network. Larger ones get a stem of 5×5 convolutions of stride 2 that
     * brings the longer side to 32 or less, with 32 channels and then 64; 8 types of primary
     * capsules of 8 D on a grid of at most 8 places a side; and no decoder. From 5,000 images on,
     * channels and types are twice as many.
     *
     * @param images any
     * @return the sizes
     */
    public static Config sizedFor(LabeledImages images) {
      return NetworkSize.of(images);
    }

    @Override
    public CapsNet build(Init init) {
      return new CapsNet(this, init);
    }
  }

  private CapsNet(Config c, Init init) {
    super(c, init, CapsNet::encoder);
  }

  private static Chain<Variable, Capsules> encoder(Config c, Init init) {
    ConvStem.requireFit(c.image, c.stem, c.primary.convolution());
    return Chain.of(c.input())
        .then("stem", in -> ConvStem.of(in, c.stem, init))
        .then("primary", in -> c.primary.layer(in, init));
  }
}
