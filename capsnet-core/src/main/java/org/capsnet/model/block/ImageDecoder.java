package org.capsnet.model.block;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Draws images again from the poses of class capsules (Sabour et al. 2017): linear layers with
 * rectifiers, and a last one with the logistic function. From {@code [batch, numbers]}, the poses
 * as a vector, to {@code [batch, pixels]}, from 0 to 1. Children: the layers, {@code 0, 1, ..}.
 */
public final class ImageDecoder extends Block<Variable, Variable> {

  private final Chain<Variable, Variable> layers;
  private final Shape capsules;
  private final boolean poseAlone;

  /**
   * A decoder.
   *
   * @param capsules the shape of the class capsules, whose numbers go in as a vector
   * @param poseAlone whether the layers see the pose of the capsule that is drawn, and not of which
   *     class it is (Rajasegaran et al. 2019): the sum of the poses, of which all others are 0
   * @param hidden the sizes of the layers between; none for a single layer
   * @param image the size of the images
   * @param init the source of the weights
   */
  public ImageDecoder(
      Shape capsules, boolean poseAlone, List<Integer> hidden, ImageShape image, Init init) {
    super(Shape.of(capsules.numbers()), Shape.of(image.pixels()));
    this.capsules = capsules;
    this.poseAlone = poseAlone;
    Chain<Variable, Variable> built = Chain.of(poseAlone ? Shape.of(capsules.size(1)) : input());
    for (int size : hidden) {
      built =
          built
              .then(in -> new Linear(in, size, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    layers = built.then(in -> new Linear(in, image.pixels(), init)).then(Activation::sigmoid);
    layers.children().forEach(this::child);
  }

  @Override
  public Variable forward(Variable poses) {
    return layers.forward(
        poseAlone ? poses.reshape(poses.size(0), capsules.size(0), -1).sum(1) : poses);
  }

  /** The poses masked, perhaps summed, and their gradients; and the loss of the images. */
  @Override
  protected Cost cost(Setting setting) {
    long[] poses = input().sizes();
    Cost cost = ReconstructionLoss.cost(output().sizes()).forward(1, poses).backward(2, poses);
    return poseAlone ? cost.forward(1, capsules.size(1)).backward(1, poses) : cost;
  }
}
