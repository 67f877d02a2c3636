package org.capsnet.model.block;

import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Residual;
import org.capsnet.nn.Shape;

/**
 * The residual network for small images of He et al. (2016, section 4.2) without its last layer: a
 * 3×3 convolution, then three stages of blocks with as many, twice and four times as many channels,
 * of which the second and the third halve the image. A block is {@code relu(x + norm(conv(relu(
 * norm(conv(x))))))}; with three in each stage the whole is ResNet-20.
 *
 * <p>Where a block changes the shape, the way around it is a 1×1 convolution with batch
 * normalization (option B there); the paper has zeros for channels that are new.
 */
public final class ResidualStages {

  private static final int KERNEL = 3;
  private static final int STAGES = 3;

  private ResidualStages() {}

  /**
   * Builds them.
   *
   * @param in {@code [channels, height, width]}
   * @param channels of the first stage; 16 in the paper
   * @param blocks in each stage; 3 of ResNet-20
   * @param init the source of the weights
   * @return the layers, to {@code [4 · channels, height / 4, width / 4]}, rounded up
   */
  public static Chain<Variable, Variable> of(Shape in, int channels, int blocks, Init init) {
    Chain<Variable, Variable> layers =
        normalized(Chain.of(in), Conv.same(channels, KERNEL, 1), init).then(Activation::relu);
    for (int stage = 0; stage < STAGES; stage++) {
      int wide = channels << stage;
      for (int block = 0; block < blocks; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        layers = layers.then(x -> block(x, wide, stride, init)).then(Activation::relu);
      }
    }
    return layers;
  }

  private static Block<Variable, Variable> block(Shape in, int channels, int stride, Init init) {
    Chain<Variable, Variable> first =
        normalized(Chain.of(in), Conv.same(channels, KERNEL, stride), init).then(Activation::relu);
    Chain<Variable, Variable> body = normalized(first, Conv.same(channels, KERNEL, 1), init);
    return body.output().equals(in)
        ? Residual.of(body)
        : new Residual<>(body, normalized(Chain.of(in), new Conv(channels, 1, stride), init));
  }

  private static Chain<Variable, Variable> normalized(
      Chain<Variable, Variable> layers, Conv conv, Init init) {
    return layers.then(x -> conv.layer(x, init)).then(x -> new BatchNorm2d(x, init));
  }
}
