package org.capsnet.capsule;

import java.util.random.RandomGenerator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The first capsules: a convolution whose output channels are grouped into poses, and squashed
 * (Sabour et al. 2017, section 4).
 *
 * <p>Channel {@code type · dim + d} of the convolution is dimension d of the capsule of that type;
 * the capsule at (y, x) has index {@code type · (H·W) + y · W + x}.
 */
public final class PrimaryCapsules extends Module {

  private final long types;
  private final long dim;
  private final Conv2d convolution;

  /**
   * A layer with random weights.
   *
   * @param channels of the features that come in
   * @param types of capsules at each position
   * @param dim of a pose
   * @param kernel the side of the square kernel
   * @param spec stride, padding and dilation of the convolution
   * @param random where the weights come from
   * @param type FLOAT or DOUBLE
   */
  public PrimaryCapsules(
      int channels,
      int types,
      int dim,
      int kernel,
      Conv2dSpec spec,
      RandomGenerator random,
      DataType type) {
    this.types = types;
    this.dim = dim;
    convolution =
        child(
            "conv",
            new Conv2d(
                channels, this.types * dim, kernel, spec, Initializer.HE_NORMAL, random, type));
  }

  /**
   * Makes capsules of features.
   *
   * @param features {@code [batch, channels, height, width]}
   * @return poses {@code [batch, types, dim, H, W]}, with their lengths as activations
   */
  public Capsules forward(Variable features) {
    Variable q = convolution.forward(features);
    long batch = q.size(0);
    long positions = q.size(2) * q.size(3);
    Variable pose =
        q.reshape(batch, types, dim, positions)
            .permute(0, 1, 3, 2)
            .reshape(batch, types * positions, dim);
    return Capsules.ofLength(Squash.squash(pose)).onGrid(types, q.size(2), q.size(3));
  }
}
