package org.capsnet.model.classification;

import java.util.List;
import java.util.Objects;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.ConvolvedCapsules2d;
import org.capsnet.capsule.FeatureCapsules;
import org.capsnet.capsule.JoinedCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Nullable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Sizes;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Residual;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DeepCapsRouting;
import org.capsnet.routing.DynamicRouting;

/**
 * DeepCaps (Rajasegaran et al., <i>DeepCaps: Going Deeper with Capsule Networks</i>, 2019):
 * residual cells of convolved capsules, the last of them with routing by a 3-D convolution, and a
 * decoder that sees the pose of the class alone, whichever it is. It is for photographs and
 * garments, where a CapsNet is too shallow.
 *
 * <pre>{@code
 * images          [1, 28, 28]
 * stem            convolution 3×3 128, rectifier, batch normalization: [128, 28, 28]
 * cells           each halves the grid: 32 types of 4 D on 14×14, of 8 D on 7×7, 4×4 and 2×2;
 *                 x = down(in), x = skip(x) + conv(conv(x)), all of them 3×3 and squashed; the
 *                 skip of the last cell is routed
 * class capsules  dynamic routing of the capsules of the last two cells: 10 of 32 D
 * decoder         32-512-1024-784 from the pose of one class
 * }</pre>
 *
 * <p>The loss is that of {@link CapsNet}. The authors' decoder has transposed convolutions. Their
 * code squashes all capsules of a type of the routed layer as one, which {@link DeepCapsRouting}
 * has as an option; the paper does not.
 */
public final class DeepCaps extends CapsuleClassifier<DeepCaps.Config> implements Reconstructor {

  private static final int KERNEL = 3;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param stem the channels of the first convolution
   * @param types of capsules at each place
   * @param dims the dimension of the capsules of each cell, at least two; the last two, whose
   *     capsules vote for the classes, are the same
   * @param cellRouting of the way around the last cell
   * @param classDim the dimension of a class capsule
   * @param routing to class capsules
   * @param decoder the hidden sizes of the decoder; null for no decoder
   */
  public record Config(
      ImageShape image,
      int classes,
      int stem,
      int types,
      List<Integer> dims,
      Routing cellRouting,
      int classDim,
      Routing routing,
      @Nullable List<Integer> decoder)
      implements Choices<DeepCaps, Config> {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Config {
      Choices.require(classes, classDim, routing);
      Sizes.atLeast(1, "stem channels", stem);
      Sizes.atLeast(1, "capsule types", types);
      dims = Sizes.layers("capsule dimension", dims);
      Sizes.atLeast(2, "cells", dims.size());
      List<Integer> voting = dims.subList(dims.size() - 2, dims.size());
      if (!voting.get(0).equals(voting.get(1))) {
        throw new IllegalArgumentException(
            "dimensions of the last two cells: expected the same, got %s and %s"
                .formatted(voting.get(0), voting.get(1)));
      }
      Objects.requireNonNull(cellRouting, "cell routing");
      decoder = Sizes.layers("decoder size", decoder);
    }

    /** {@return the network of the paper for images of 28×28 pixels, 10 classes of 32 D} */
    public static Config paper() {
      return new Config(
          new ImageShape(1, 28, 28),
          10,
          128,
          32,
          List.of(4, 8, 8, 8),
          new DeepCapsRouting(3),
          32,
          new DynamicRouting(3),
          List.of(512, 1024));
    }

    @Override
    public boolean drawsFromPoseAlone() {
      return true;
    }

    @Override
    public DeepCaps build(Init init) {
      return new DeepCaps(this, init);
    }
  }

  private DeepCaps(Config c, Init init) {
    super(c, init, DeepCaps::encoder);
  }

  private static Chain<Variable, Capsules> encoder(Config c, Init init) {
    Chain<Variable, Capsules> layers = Chain.of(c.input()).then("stem", in -> stem(in, c, init));
    int last = c.dims.size() - 1;
    for (int k = 0; k < last; k++) {
      int dim = c.dims.get(k);
      layers = layers.then("cell" + k, in -> cell(in, c, dim, false, init));
    }
    return layers.then(
        "cell" + last, in -> new JoinedCapsules(cell(in, c, c.dims.get(last), true, init)));
  }

  private static Chain<Variable, Capsules> stem(Shape image, Config c, Init init) {
    return Chain.of(image)
        .then(in -> Conv.same(c.stem, KERNEL, 1).layer(in, init))
        .then(Activation::relu)
        .then(in -> new BatchNorm2d(in, init))
        .then(in -> new FeatureCapsules(in, 1));
  }

  private static Chain<Capsules, Capsules> cell(
      Shape in, Config c, int dim, boolean routed, Init init) {
    Conv2dSpec same = Conv2dSpec.UNIT.withPadding(KERNEL / 2);
    Chain<Capsules, Capsules> down =
        Chain.<Capsules>start(in).then(x -> convolved(x, c.types, dim, same.withStride(2), init));
    return down.then(
        x ->
            new Residual<>(
                Chain.<Capsules>start(x)
                    .then(y -> convolved(y, c.types, dim, same, init))
                    .then(y -> convolved(y, c.types, dim, same, init)),
                routed
                    ? new CapsuleLayer(
                        x, c.types, dim, new ConvVotes(KERNEL, same), c.cellRouting, init)
                    : convolved(x, c.types, dim, same, init)));
  }

  private static Block<Capsules, Capsules> convolved(
      Shape in, int types, int dim, Conv2dSpec spec, Init init) {
    return new ConvolvedCapsules2d(in, types, dim, KERNEL, spec, init);
  }
}
