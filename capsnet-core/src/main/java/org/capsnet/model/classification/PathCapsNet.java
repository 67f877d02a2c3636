package org.capsnet.model.classification;

import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleDropout;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.io.Nullable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Sizes;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.MaxPool2d;
import org.capsnet.nn.Shape;
import org.capsnet.routing.FanInRouting;

/**
 * Path capsules (Amer and Maul, <i>Path Capsule Networks</i>, 2019): a CapsNet in which each type
 * of primary capsules has a narrow and deep path of convolutions of its own, with max-pooling, in
 * place of one wide convolution for all. It has CapsNet's accuracy with a fraction of its
 * parameters.
 *
 * <pre>{@code
 * images            [1, 28, 28]
 * paths             16, each of 3×3 convolutions of 8 and 8 channels, pooling by 2, and of 16
 *                   channels, with rectifiers: [16 · 16, 14, 14]
 * primary capsules  a 3×3 convolution of stride 2 for each path: 16 types of 8 D on 7×7
 * class capsules    fan-in routing, c_ij = softmax_i(b_ij): 10 of 16 D
 * decoder           160-512-1024-784, as CapsNet's
 * }</pre>
 *
 * <p>In training each path is left out of a sample with a probability, and the others are raised in
 * its place (DropCircuit, Phan et al. 2018), so that no path relies on another.
 *
 * <p>The loss is that of {@link CapsNet}. The authors published no code. Paths, pooling,
 * DropCircuit and fan-in routing are theirs; the sizes here are chosen for MNIST and not those of
 * their tables.
 */
public final class PathCapsNet extends CapsuleClassifier<PathCapsNet.Config>
    implements Reconstructor {

  private static final int POOL = 2;
  private static final int KERNEL = 3;
  private static final long DROP_SEED = 1902_03760;

  /**
   * The sizes.
   *
   * @param image the size of the images
   * @param classes that the network tells apart, at least 2
   * @param paths their number, that of the types of primary capsules
   * @param before the convolutions of each path before the pooling, at least one
   * @param after the convolutions of each path after it
   * @param dim the dimension of a primary capsule
   * @param drop the probability that a path is left out of a sample in training, from 0 to below 1
   * @param classDim the dimension of a class capsule
   * @param routing from primary to class capsules
   * @param decoder the hidden sizes of the decoder; null for no decoder
   */
  public record Config(
      ImageShape image,
      int classes,
      int paths,
      List<Conv> before,
      List<Conv> after,
      int dim,
      double drop,
      int classDim,
      Routing routing,
      @Nullable List<Integer> decoder)
      implements Choices<PathCapsNet, Config> {

    /**
     * Checks each size on its own; whether they fit each other is checked where the network is
     * built.
     *
     * @throws IllegalArgumentException if a size is out of its range
     */
    public Config {
      Choices.require(classes, classDim, routing);
      Sizes.atLeast(1, "paths", paths);
      before = List.copyOf(before);
      Sizes.atLeast(1, "convolutions before the pooling", before.size());
      after = List.copyOf(after);
      Sizes.atLeast(1, "primary capsule dimension", dim);
      if (!(drop >= 0 && drop < 1)) {
        throw new IllegalArgumentException("drop: expected 0 to below 1, got " + drop);
      }
      decoder = Sizes.layers("decoder size", decoder);
    }

    /** {@return a network for MNIST: 784 primary capsules of 8 D, 10 class capsules of 16 D} */
    public static Config paper() {
      return new Config(
          new ImageShape(1, 28, 28),
          10,
          16,
          List.of(Conv.same(8, KERNEL, 1), Conv.same(8, KERNEL, 1)),
          List.of(Conv.same(16, KERNEL, 1)),
          8,
          0.2,
          16,
          new FanInRouting(3),
          List.of(512, 1024));
    }

    @Override
    public PathCapsNet build(Init init) {
      return new PathCapsNet(this, init);
    }
  }

  private PathCapsNet(Config c, Init init) {
    super(c, init, PathCapsNet::encoder);
  }

  private static Chain<Variable, Capsules> encoder(Config c, Init init) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(2).withPadding(KERNEL / 2).withGroups(c.paths);
    SabourSquash squash = new SabourSquash();
    return Chain.of(c.input())
        .then("paths", in -> paths(in, c, init))
        .then("primary", in -> new PrimaryCapsules(in, c.paths, c.dim, KERNEL, spec, squash, init))
        .then("drop", in -> new CapsuleDropout(in, c.drop, DROP_SEED, init));
  }

  private static Chain<Variable, Variable> paths(Shape image, Config c, Init init) {
    Chain<Variable, Variable> pooled =
        convolved(Chain.of(image), c.paths, c.before, init).then(in -> new MaxPool2d(in, POOL));
    return convolved(pooled, c.paths, c.after, init);
  }

  /** The convolutions of all paths, side by side: the first reads the whole image. */
  private static Chain<Variable, Variable> convolved(
      Chain<Variable, Variable> begun, int paths, List<Conv> convolutions, Init init) {
    Chain<Variable, Variable> layers = begun;
    for (Conv conv : convolutions) {
      boolean first = layers.blocks().isEmpty();
      long channels = Math.multiplyExact((long) paths, conv.channels());
      Conv2dSpec spec = first ? conv.spec() : conv.spec().withGroups(paths);
      layers =
          layers
              .then(
                  in -> new Conv2d(in, channels, conv.kernel(), spec, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    return layers;
  }
}
