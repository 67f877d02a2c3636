package org.capsnet.model.detection;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.data.detection.BoxLabels;
import org.capsnet.loss.BoxLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a {@link Detector} is trained for: the margin loss of the lengths of all class capsules,
 * summed over the cells of the grid; the loss of the boxes, of those objects alone that are there;
 * and, of a network with a decoder, a little of the error of the images that it draws from the
 * capsules of those. Its terms are {@code presence}, {@code box} and {@code reconstruction}, its
 * outputs {@code lengths}, {@code [batch, classes, rows, columns]}, and {@code boxes}, {@code
 * [batch, classes, 4, rows, columns]}.
 *
 * @param net the network
 * @param margin the loss of the lengths
 * @param box the loss of the boxes
 * @param boxWeight of that loss, summed over the objects of an image
 * @param reconstruction the loss of the images
 * @param reconstructionWeight of that loss, summed over pixels. A network without a decoder leaves
 *     it out.
 */
public record DetectionObjective(
    Detector net,
    MarginLoss margin,
    BoxLoss box,
    ISchedule boxWeight,
    ReconstructionLoss reconstruction,
    ISchedule reconstructionWeight)
    implements Trainable {

  /** The output with the lengths of the class capsules. */
  static final String LENGTHS = "lengths";

  /** The output with the boxes. */
  static final String BOXES = "boxes";

  private static final String BOX = "box";
  private static final String RECONSTRUCTION = "reconstruction";
  private static final int NUMBERS = 5;

  /**
   * Checks the weights.
   *
   * @throws IllegalArgumentException if one begins below 0
   */
  public DetectionObjective {
    Step.FIRST.weight(BOX, boxWeight);
    Step.FIRST.weight(RECONSTRUCTION, reconstructionWeight);
  }

  /**
   * Margins 0.9 and 0.1 with λ = 0.5, the standard box loss with a weight of 1, and the squared
   * error of the images with a weight of 0.0005.
   *
   * @param net the network
   * @return the objective
   */
  public static DetectionObjective standard(Detector net) {
    return new DetectionObjective(
        net,
        MarginLoss.standard(),
        BoxLoss.standard(),
        new FixedSchedule(1),
        ReconstructionLoss.SQUARED_ERROR,
        new FixedSchedule(0.0005));
  }

  @Override
  public Network<?> module() {
    return net.network();
  }

  /**
   * Computes the loss.
   *
   * @param batch images {@code [batch, channels, height, width]} and labels as those of the
   *     network's {@link Detector#encoder}
   */
  @Override
  public Loss loss(DataSet batch, Step step) {
    Variable images = net.images(batch);
    Detector.Output out = net.detect(images);
    INDArray labels = labels(batch);
    INDArray present = BoxLabels.presence(labels);
    Loss detected =
        Loss.of("presence", presence(out, present))
            .plus(
                BOX,
                box.of(out.boxes(), BoxLabels.boxes(labels), present),
                step.weight(BOX, boxWeight))
            .withOutput(LENGTHS, out.classes().activation().value())
            .withOutput(BOXES, out.boxes().value());
    double weight = step.weight(RECONSTRUCTION, reconstructionWeight);
    if (weight > 0 && net instanceof Reconstructor decoder && decoder.reconstructs()) {
      Variable drawn = decoder.reconstruct(out.classes(), present);
      return detected.plus(RECONSTRUCTION, reconstruction.of(drawn, images.value()), weight);
    }
    return detected;
  }

  /** The labels with their grid, also where that has one cell. */
  private INDArray labels(DataSet batch) {
    INDArray labels = batch.getLabels();
    int classes = net.classes();
    if (labels.rank() == 3 && net.rows() == 1 && net.columns() == 1) {
      Shapes.require("labels", labels, "batch", classes, NUMBERS);
      return labels.reshape(labels.size(0), classes, NUMBERS, 1, 1);
    }
    Shapes.require("labels", labels, "batch", classes, NUMBERS, net.rows(), net.columns());
    return labels;
  }

  /** Summed over classes and cells; the margin loss itself takes the mean over what it is given. */
  private Variable presence(Detector.Output out, INDArray present) {
    int classes = net.classes();
    Variable lengths = out.classes().activation().permute(0, 2, 3, 1).reshape(-1, classes);
    INDArray truth = present.permute(0, 2, 3, 1).dup('c').reshape(-1, classes);
    return margin.of(lengths, truth).times((double) net.rows() * net.columns());
  }
}
