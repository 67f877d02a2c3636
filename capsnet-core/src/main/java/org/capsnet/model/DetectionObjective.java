package org.capsnet.model;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.data.detection.BoxLabels;
import org.capsnet.loss.BoxLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.nn.Module;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What a {@link Detector} is trained for: the margin loss of the lengths of all class capsules,
 * summed over the cells of the grid; the loss of the boxes, of those objects alone that are there;
 * and, of a network with a decoder, a little of the error of the images that it draws from the
 * capsules of those.
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
    double boxWeight,
    ReconstructionLoss reconstruction,
    double reconstructionWeight)
    implements Trainable {

  private static final int NUMBERS = 5;

  /**
   * Checks the weights.
   *
   * @param net the network
   * @param margin the loss of the lengths
   * @param box the loss of the boxes
   * @param boxWeight of that loss, summed over the objects of an image
   * @param reconstruction the loss of the images
   * @param reconstructionWeight of that loss, summed over pixels
   * @throws IllegalArgumentException if a weight is negative
   */
  public DetectionObjective {
    requireWeight("box weight", boxWeight);
    requireWeight("reconstruction weight", reconstructionWeight);
  }

  private static void requireWeight(String name, double weight) {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + weight);
    }
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
        1,
        ReconstructionLoss.SQUARED_ERROR,
        0.0005);
  }

  @Override
  public Module module() {
    return net;
  }

  /**
   * Computes the objective.
   *
   * @param batch images {@code [batch, channels, height, width]} and labels as those of the
   *     network's {@link Detector#encoder}
   */
  @Override
  public Objective objective(DataSet batch) {
    Pixels.require(batch.getFeatures());
    Variable images = Variable.constant(batch.getFeatures().castTo(net.backbone().type()));
    Detector.Output out = net.forward(images);
    INDArray labels = labels(batch);
    INDArray present = BoxLabels.presence(labels);
    Variable loss =
        presence(out, present)
            .plus(box.of(out.boxes(), BoxLabels.boxes(labels), present).times(boxWeight));
    if (reconstructionWeight > 0) {
      Variable plain = loss;
      loss =
          net.reconstruct(out.classes(), present)
              .map(
                  drawn ->
                      plain.plus(
                          reconstruction.of(drawn, images.value()).times(reconstructionWeight)))
              .orElse(plain);
    }
    return new Objective(loss);
  }

  /** The labels with their grid, also where that has one cell. */
  private INDArray labels(DataSet batch) {
    INDArray labels = batch.getLabels();
    int classes = net.head().classes();
    if (labels.rank() == 3 && net.rows() == 1 && net.columns() == 1) {
      Shapes.require("labels", labels, "batch", classes, NUMBERS);
      return labels.reshape(labels.size(0), classes, NUMBERS, 1, 1);
    }
    Shapes.require("labels", labels, "batch", classes, NUMBERS, net.rows(), net.columns());
    return labels;
  }

  /** Summed over classes and cells; the margin loss itself takes the mean over what it is given. */
  private Variable presence(Detector.Output out, INDArray present) {
    int classes = net.head().classes();
    Variable lengths = out.classes().activation().permute(0, 2, 3, 1).reshape(-1, classes);
    INDArray truth = present.permute(0, 2, 3, 1).dup('c').reshape(-1, classes);
    return margin.of(lengths, truth).times((double) net.rows() * net.columns());
  }
}
