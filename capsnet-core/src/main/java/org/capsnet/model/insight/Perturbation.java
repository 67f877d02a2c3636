package org.capsnet.model.insight;

import java.util.List;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.model.Classifier;
import org.capsnet.model.Reconstructor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the numbers of a pose stand for: pictures that a decoder draws while one of them is changed
 * and the others stay, as in figure 4 of Sabour et al. 2017.
 */
public final class Perturbation {

  /** The changes of the paper: -0.25 to 0.25 in steps of 0.05. */
  public static final List<Double> PAPER =
      List.of(-0.25, -0.2, -0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2, 0.25);

  private Perturbation() {}

  /**
   * Draws the most active class capsule of an image, changed.
   *
   * @param net a network in evaluation mode that reconstructs
   * @param image {@code [1, channels, height, width]}, from 0 to 1
   * @param changes what is added to a number of the pose, finite
   * @return {@code [dim, changes, pixels]}, from 0 to 1: a picture for each number of the pose and
   *     each change; the array belongs to no scope
   * @throws IllegalArgumentException if there is not one image, a pixel is not from 0 to 1, or
   *     there is no change, or one that is no number
   * @throws IllegalStateException if the network does not reconstruct, or is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public static INDArray of(Classifier net, INDArray image, List<Double> changes) {
    Shapes.require("image", image, 1, "channels", "height", "width");
    Values.requireFromZeroToOne("image", image);
    if (!(net instanceof Reconstructor decoder)) {
      throw new IllegalStateException("this network has no decoder");
    }
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("changes: expected at least one, got none");
    }
    if (!changes.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("changes: expected finite numbers, got " + changes);
    }
    net.network().requireEvaluationMode();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      Capsules found =
          net.classify(Variable.constant(image.castTo(net.network().type()))).classes();
      Values.requireNumbers("activations", found.activation().value());
      INDArray pose = found.pose().value();
      int longest = found.activation().value().argMax(1).getInt(0);
      int dim = Math.toIntExact(found.dim());
      int count = dim * changes.size();
      INDArray poses = pose.repeat(0, count);
      for (int k = 0; k < count; k++) {
        int d = k / changes.size();
        double changed = pose.getDouble(0, longest, d) + changes.get(k % changes.size());
        poses.putScalar(new int[] {k, longest, d}, changed);
      }
      Variable activation = Variable.constant(found.activation().value().repeat(0, count));
      Capsules all = new Capsules(Variable.constant(poses), activation);
      INDArray drawn = decoder.reconstruct(all, Masking.longest(all)).value();
      return Scope.copyDetached(drawn.reshape('c', dim, changes.size(), drawn.size(1)));
    }
  }
}
