package org.capsnet.model.medical;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.loss.MaskLoss;
import org.capsnet.nn.Module;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a {@link SegCaps} is trained for: Dice and binary cross-entropy of the masks that the
 * lengths of its capsules are, and the squared error, mean over its numbers, of the reconstruction,
 * which is to show what is not background, on black, and is drawn from the capsules of the true
 * classes alone (LaLonde and Bagci 2018, section 2.3). Its terms are {@code mask} and {@code
 * reconstruction}, its output {@code "masks"}, {@code [batch, masks, height, width]}.
 *
 * <p>Labels are the masks of {@link SegmentationLabels} without a diagnosis: {@code [batch, masks ·
 * height · width]}.
 *
 * @param net the network
 * @param mask the loss of the masks
 * @param reconstructionWeight of the reconstruction loss, at least 0. A network that does not
 *     reconstruct leaves it out.
 */
public record SegCapsObjective(SegCaps net, MaskLoss mask, ISchedule reconstructionWeight)
    implements Trainable {

  private static final String RECONSTRUCTION = "reconstruction";

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if it begins below 0
   */
  public SegCapsObjective {
    Step.FIRST.weight(RECONSTRUCTION, reconstructionWeight);
  }

  /**
   * All parts with a weight of 1.
   *
   * @param net the network
   * @return the objective
   */
  public static SegCapsObjective standard(SegCaps net) {
    return new SegCapsObjective(net, MaskLoss.standard(), new FixedSchedule(1));
  }

  @Override
  public Module module() {
    return net;
  }

  /**
   * Computes the loss.
   *
   * @param data images {@code [batch, channels, height, width]} from 0 to 1 and labels {@code
   *     [batch, masks · height · width]}
   */
  @Override
  public Loss loss(DataSet data, Step step) {
    MedicalBatch batch = MedicalBatch.of(data, net, net.architecture().image());
    INDArray truth = batch.masks().orElseThrow();
    Capsules pixels = net.forward(batch.images());
    Loss loss = Loss.of("mask", mask.ofProbabilities(pixels.activation(), truth));
    double weight = step.weight(RECONSTRUCTION, reconstructionWeight);
    if (net.reconstructs() && weight > 0) {
      Variable drawn = net.reconstruct(pixels, truth);
      loss = loss.plus(RECONSTRUCTION, batch.reconstructionError(drawn), weight);
    }
    return loss.withOutput(MeanDice.MASKS, pixels.activation().value());
  }
}
