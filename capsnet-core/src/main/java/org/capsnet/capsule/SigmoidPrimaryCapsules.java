package org.capsnet.capsule;

import java.util.function.Function;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * The first capsules of networks in which the activation is no length: two convolutions of the same
 * features, one for the poses, which are not squashed, and one through the logistic function for
 * the activations (Hinton et al. 2018, section 4; Hahn et al. 2019, with batch normalization): from
 * {@code [batch, channels, height, width]} to poses {@code [batch, types, dim, H, W]} and
 * activations {@code [batch, types, H, W]}. EM routing and self-routing begin with it.
 *
 * <p>Children: {@code pose} and {@code activation}, in each of which {@code 0} is the convolution.
 * Channel {@code type · dim + d} of the first is dimension d of the capsule of that type.
 */
public final class SigmoidPrimaryCapsules extends Block<Variable, Capsules> {

  private final Chain<Variable, Variable> pose;
  private final Chain<Variable, Variable> activation;

  /**
   * Makes a layer.
   *
   * @param in {@code [channels, height, width]}
   * @param types of capsules at each position
   * @param dim of a pose
   * @param kernel the side of the square kernel
   * @param spec stride, padding and dilation of the convolutions
   * @param normalized whether batch normalization follows them
   * @param init the source of the weights
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public SigmoidPrimaryCapsules(
      Shape in, long types, long dim, int kernel, Conv2dSpec spec, boolean normalized, Init init) {
    this(
        types,
        dim,
        features(in, Math.multiplyExact(types, dim), kernel, spec, normalized, init),
        features(in, types, kernel, spec, normalized, init).then(Activation::sigmoid));
  }

  private SigmoidPrimaryCapsules(
      long types, long dim, Chain<Variable, Variable> pose, Chain<Variable, Variable> activation) {
    super(pose.input(), Shape.of(types, dim, pose.output().size(1), pose.output().size(2)));
    this.pose = child("pose", pose);
    this.activation = child("activation", activation);
  }

  private static Chain<Variable, Variable> features(
      Shape in, long channels, int kernel, Conv2dSpec spec, boolean normalized, Init init) {
    Function<Shape, Conv2d> convolution =
        shape -> new Conv2d(shape, channels, kernel, spec, Initializer.LECUN_NORMAL, init);
    Chain<Variable, Variable> chain = Chain.of(in).then(convolution);
    return normalized ? chain.then(shape -> new BatchNorm2d(shape, init)) : chain;
  }

  /**
   * Makes capsules of features.
   *
   * @param features {@code [batch, channels, height, width]}
   * @return poses {@code [batch, types, dim, H, W]}, with activations of their own
   */
  @Override
  public Capsules forward(Variable features) {
    Variable poses = pose.forward(features);
    Variable split =
        poses.reshape(
            poses.size(0), output().size(0), output().size(1), poses.size(2), poses.size(3));
    return new Capsules(split, activation.forward(features));
  }

  /** The two gradients of the features added; poses are moved for who reads them one by one. */
  @Override
  protected Cost cost(Setting setting) {
    int moves = setting.flat() ? 1 : 0;
    return Cost.NONE
        .forward(moves, output().sizes())
        .backward(moves, output().sizes())
        .backward(setting.inputGradient() ? 1 : 0, input().sizes());
  }

  @Override
  public long activations() {
    return output().numbers() / output().size(1);
  }
}
