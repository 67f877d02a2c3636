package org.capsnet.model;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.nn.Module;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What a {@link CapsNet} is trained for: the margin loss of its class lengths, and a little of the
 * error of the images that the decoder draws from the capsule of the true class.
 *
 * @param net the network
 * @param margin the loss of the lengths
 * @param reconstruction the loss of the images
 * @param reconstructionWeight of that loss, summed over pixels; 0.0005 in the paper. A network
 *     without a decoder leaves it out.
 */
public record CapsNetObjective(
    CapsNet net, MarginLoss margin, ReconstructionLoss reconstruction, double reconstructionWeight)
    implements Trainable {

  /**
   * Checks the weight.
   *
   * @param net the network
   * @param margin the loss of the lengths
   * @param reconstruction the loss of the images
   * @param reconstructionWeight of that loss, summed over pixels; 0.0005 in the paper. A network
   *     without a decoder leaves it out.
   */
  public CapsNetObjective {
    if (!(reconstructionWeight >= 0)) {
      throw new IllegalArgumentException(
          "reconstruction weight: expected at least 0, got " + reconstructionWeight);
    }
  }

  /**
   * The paper's objective.
   *
   * @param net the network
   * @return margins 0.9 and 0.1, λ = 0.5, squared error weighted by 0.0005
   */
  public static CapsNetObjective standard(CapsNet net) {
    return new CapsNetObjective(
        net, MarginLoss.standard(), ReconstructionLoss.SQUARED_ERROR, 0.0005);
  }

  @Override
  public Module module() {
    return net;
  }

  /**
   * Computes the objective.
   *
   * @param batch images {@code [batch, channels, height, width]} and one-hot labels {@code [batch,
   *     classes]}
   */
  @Override
  public Objective objective(DataSet batch) {
    Pixels.require(batch.getFeatures());
    Variable images = Variable.constant(batch.getFeatures().castTo(net.architecture().type()));
    Capsules classes = net.forward(images).classes();
    Variable loss = margin.of(classes.activation(), batch.getLabels());
    if (net.architecture().reconstructs() && reconstructionWeight > 0) {
      Variable drawn = net.decode(Masking.byMask(classes, batch.getLabels()));
      loss = loss.plus(reconstruction.of(drawn, images.value()).times(reconstructionWeight));
    }
    return new Objective(loss, classes.activation().value(), batch.getLabels());
  }
}
