package org.capsnet.model.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The names and layouts of weights that others published or that their code saves, of networks that
 * compute the same here.
 */
public final class KnownNames {

  private static final String KERNEL = "/kernel:0";
  private static final String BIAS = "/bias:0";
  private static final String CLASSES = "classes.weight";

  /** Of routing, which the others have none of. */
  private static final String CLASSES_BIAS = "classes.bias";

  private static final String PRIMARY_WEIGHT = "primary.conv.weight";
  private static final String PRIMARY_BIAS = "primary.conv.bias";

  private KnownNames() {}

  /**
   * Efficient-CapsNet with instance normalization as its authors' code saves it
   * (EscVM/Efficient-CapsNet); their published {@code efficient_capsnet_SMALLNORB.h5} is of {@link
   * EfficientCapsNet.Config#smallNorb}.
   *
   * <p>Their decoder, a network of convolutions, is left. Their lengths are {@code √(|v|² + 1e-7)},
   * ours {@code |v|}.
   *
   * @param config with instance normalization and without a decoder
   * @return the names
   * @throws IllegalArgumentException if it is another
   */
  public static NameMap efficientCapsNet(EfficientCapsNet.Config config) {
    if (config.norm() != EfficientCapsNet.Norm.INSTANCE) {
      throw new IllegalArgumentException(
          "norm: expected INSTANCE, as that of Config.smallNorb(), got " + config.norm());
    }
    if (config.decoder() != null) {
      throw new IllegalArgumentException("decoder: expected none, got " + config.decoder());
    }
    String net = "*CapsNet/";
    int count = config.stem().size();
    List<String> convolutions = new ArrayList<>(numbered("stem.", count, 0, 3));
    convolutions.add("primary.conv");
    List<String> norms = numbered("stem.", count, 2, 3);
    return NameMap.NONE
        .takeInOrder(net + "conv2d*" + KERNEL, weights(convolutions), Layout.KERAS_CONVOLUTION)
        .takeInOrder(net + "conv2d*" + BIAS, biases(convolutions), Layout.SAME)
        .takeInOrder(net + "instance_normalization*/gamma:0", weights(norms), Layout.SAME)
        .takeInOrder(net + "instance_normalization*/beta:0", biases(norms), Layout.SAME)
        // [out, in, inDim, outDim], and the prior [out, in, 1]
        .take(net + "*caps/W:0", CLASSES, Layout.permuted(1, 0, 3, 2))
        .take(
            net + "*caps/b:0",
            "classes.prior",
            Layout.permuted(1, 0, 2).then(KnownNames::withoutLast))
        .leave("Generator/*");
  }

  /** Without the last axis, of size 1. */
  private static INDArray withoutLast(INDArray array) {
    return Layout.reshaped(array.size(0), array.size(1)).apply(array);
  }

  /**
   * CapsNet as XifengGuo/CapsNet-Keras saves its weights, by {@code save_weights} of any of its
   * models, or by {@code save} of one: the present code, whose capsule layer has a weight {@code W
   * [classes, capsules, classDim, dim]}.
   *
   * <p>Their primary capsules are in the order of rows, columns and types, and ours of types, rows
   * and columns; pixels drawn are in the order of rows, columns and channels, and ours of channels
   * first. The map changes both. Their squash has ε = 1e-7 where ours has 1e-8, which shows in
   * capsules that are nearly zero. Routing with as many {@code routings} as our iterations is the
   * same.
   *
   * @param config of the paper's kind: one convolution, {@link org.capsnet.capsule.DenseVotes},
   *     with or without a decoder
   * @return the names
   */
  public static NameMap capsNetKeras(CapsNet.Config config) {
    Shape grid = grid(config);
    long types = grid.size(0);
    long dim = grid.size(1);
    long places = grid.size(2) * grid.size(3);
    long classes = config.classes();
    Layout votes =
        Layout.reshaped(classes, places, types, config.classDim(), dim)
            .then(Layout.permuted(2, 1, 0, 3, 4))
            .then(Layout.reshaped(types * places, classes, config.classDim(), dim));
    NameMap map =
        NameMap.NONE
            .take("*conv1" + KERNEL, "stem.0.weight", Layout.KERAS_CONVOLUTION)
            .take("*conv1" + BIAS, "stem.0.bias")
            .take("*primarycap_conv2d" + KERNEL, PRIMARY_WEIGHT, Layout.KERAS_CONVOLUTION)
            .take("*primarycap_conv2d" + BIAS, PRIMARY_BIAS)
            .take("*digitcaps/W:0", CLASSES, votes)
            .zero(CLASSES_BIAS);
    if (config.decoder() == null) {
      return map.leave("decoder/*");
    }
    List<String> layers = numbered("decoder.", config.decoder().size() + 1, 0, 2);
    return map.takeInOrder("decoder/*" + KERNEL, linear(weights(layers), drawn(config.image())))
        .takeInOrder("decoder/*" + BIAS, linear(biases(layers), drawn(config.image())));
  }

  /** Layers of a decoder, whose last one draws an image. */
  private static List<NameMap.Taken> linear(List<String> names, Layout drawing) {
    List<NameMap.Taken> all = new ArrayList<>();
    for (String name : names) {
      boolean last = all.size() + 1 == names.size();
      Layout pixels = last ? drawing : Layout.SAME;
      boolean weight = name.endsWith("weight");
      all.add(new NameMap.Taken(name, weight ? pixels.then(Layout.KERAS_LINEAR) : pixels));
    }
    return all;
  }

  /** Of each row, or of a single one, {@code [height, width, channels]} as channels first. */
  private static Layout drawn(ImageShape image) {
    return array ->
        Layout.reshaped(
                array.length() / image.pixels(), image.height(), image.width(), image.channels())
            .then(Layout.permuted(0, 3, 1, 2))
            .then(Layout.reshaped(array.shape()))
            .apply(array);
  }

  /**
   * CapsNet as adambielski/CapsNet-pytorch names it, a state dict of its {@code CapsNet}, or of its
   * {@code CapsNetWithReconstruction}, in safetensors or {@code .npz}.
   *
   * <p>Their {@code n} routing iterations come after a first one, so that they are {@code n + 1} of
   * ours. Their routing begins at learned logits {@code b}, which ours has not: they have to be 0,
   * as they are before a training.
   *
   * @param config of the paper's kind: one convolution, {@link org.capsnet.capsule.DenseVotes},
   *     with or without a decoder of two hidden layers
   * @return the names
   */
  public static NameMap capsNetTorch(CapsNet.Config config) {
    Shape grid = grid(config);
    long capsules = grid.size(0) * grid.size(2) * grid.size(3);
    Layout votes =
        Layout.reshaped(capsules, grid.size(1), config.classes(), config.classDim())
            .then(Layout.permuted(0, 2, 3, 1));
    NameMap map =
        NameMap.NONE
            .take("*conv1.weight", "stem.0.weight")
            .take("*conv1.bias", "stem.0.bias")
            .take("*primaryCaps.conv.weight", PRIMARY_WEIGHT)
            .take("*primaryCaps.conv.bias", PRIMARY_BIAS)
            .take("*digitCaps.weights", CLASSES, votes)
            .zero(CLASSES_BIAS)
            .leaveZeros("*digitCaps.routing_module.b");
    if (config.decoder() == null) {
      return map.leave("reconstruction_net.*");
    }
    List<String> layers = numbered("decoder.", config.decoder().size() + 1, 0, 2);
    return map.takeInOrder("reconstruction_net.fc*.weight", weights(layers), Layout.SAME)
        .takeInOrder("reconstruction_net.fc*.bias", biases(layers), Layout.SAME);
  }

  /** {@code [types, dim, height, width]} of the primary capsules. */
  private static Shape grid(CapsNet.Config config) {
    if (config.stem().size() != 1) {
      throw new IllegalArgumentException(
          "stem convolutions: expected 1, got " + config.stem().size());
    }
    return config.build(Init.shapesOnly(DataType.FLOAT)).encoder().output();
  }

  private static List<String> numbered(String prefix, int count, int from, int step) {
    return IntStream.range(0, count).mapToObj(i -> prefix + (from + i * step)).toList();
  }

  private static List<String> weights(List<String> layers) {
    return layers.stream().map(layer -> layer + ".weight").toList();
  }

  private static List<String> biases(List<String> layers) {
    return layers.stream().map(layer -> layer + ".bias").toList();
  }
}
