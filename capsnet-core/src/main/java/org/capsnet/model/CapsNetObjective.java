package org.capsnet.model;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.nn.Module;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a {@link CapsNet} is trained for: the margin loss of its class lengths, and a little of the
 * error of the images that the decoder draws from the capsule of the true class. Its terms are
 * {@code margin} and {@code reconstruction}.
 *
 * @param net the network
 * @param margin the loss of the lengths
 * @param reconstruction the loss of the images
 * @param reconstructionWeight of that loss, summed over pixels; 0.0005 in the paper. A network
 *     without a decoder leaves it out.
 */
public record CapsNetObjective(
    CapsNet net,
    MarginLoss margin,
    ReconstructionLoss reconstruction,
    ISchedule reconstructionWeight)
    implements Trainable {

  private static final String RECONSTRUCTION = "reconstruction";

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if it begins below 0
   */
  public CapsNetObjective {
    Step.FIRST.weight(RECONSTRUCTION, reconstructionWeight);
  }

  /**
   * The paper's objective.
   *
   * @param net the network
   * @return margins 0.9 and 0.1, λ = 0.5, squared error weighted by 0.0005
   */
  public static CapsNetObjective standard(CapsNet net) {
    return new CapsNetObjective(
        net, MarginLoss.standard(), ReconstructionLoss.SQUARED_ERROR, new FixedSchedule(0.0005));
  }

  @Override
  public Module module() {
    return net;
  }

  /**
   * Computes the loss.
   *
   * @param batch images {@code [batch, channels, height, width]} and one-hot labels {@code [batch,
   *     classes]}
   */
  @Override
  public Loss loss(DataSet batch, Step step) {
    Pixels.require(batch.getFeatures());
    Variable images = Variable.constant(batch.getFeatures().castTo(net.architecture().type()));
    Capsules classes = net.forward(images).classes();
    Loss loss = Loss.of("margin", margin.of(classes.activation(), batch.getLabels()));
    double weight = step.weight(RECONSTRUCTION, reconstructionWeight);
    if (net.architecture().reconstructs() && weight > 0) {
      Variable drawn = net.decode(Masking.byMask(classes, batch.getLabels()));
      loss = loss.plus(RECONSTRUCTION, reconstruction.of(drawn, images.value()), weight);
    }
    return loss.withPredictions(classes.activation().value(), batch.getLabels());
  }
}
