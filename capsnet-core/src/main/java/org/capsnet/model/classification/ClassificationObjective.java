package org.capsnet.model.classification;

import java.util.Objects;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a network that classifies is trained for: a loss of its classes, and a little of the error
 * of the images that its decoder, if it has one, draws from the capsule of the true class. Its
 * terms are that of the loss, such as {@code margin}, and {@code reconstruction}.
 *
 * <pre>{@code
 * new ClassificationObjective(net, new SpreadLoss(new MarginSchedule(10_000)))
 * }</pre>
 *
 * @param net the network
 * @param classLoss the loss of the class capsules' activations
 * @param reconstruction the loss of the images
 * @param reconstructionWeight of that loss, summed over pixels; 0.0005 in the paper. A network that
 *     does not reconstruct leaves it out.
 */
public record ClassificationObjective(
    Classifier net,
    ClassLoss classLoss,
    ReconstructionLoss reconstruction,
    ISchedule reconstructionWeight)
    implements Trainable {

  private static final String RECONSTRUCTION = "reconstruction";

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if it begins below 0
   */
  public ClassificationObjective {
    Objects.requireNonNull(classLoss, "class loss");
    Step.FIRST.weight(RECONSTRUCTION, reconstructionWeight);
  }

  /**
   * An objective without reconstruction: a decoder that the network has stays as it is.
   *
   * @param net the network
   * @param classLoss the loss of the class capsules' activations
   */
  public ClassificationObjective(Classifier net, ClassLoss classLoss) {
    this(net, classLoss, ReconstructionLoss.SQUARED_ERROR, new FixedSchedule(0));
  }

  /**
   * The objective of the network's paper: {@linkplain Classifier#loss its loss}, and the squared
   * error weighted by 0.0005, as in Sabour et al. (2017).
   *
   * @param net the network
   * @param classWeights what a sample of each class weighs, against imbalance; none for all alike
   * @return the objective
   */
  public static ClassificationObjective standard(Classifier net, double... classWeights) {
    return standard(net, net.loss().weightedBySample(classWeights));
  }

  /**
   * The same with another loss of the classes.
   *
   * @param net the network
   * @param classLoss the loss of the class capsules' activations
   * @return the objective
   */
  static ClassificationObjective standard(Classifier net, ClassLoss classLoss) {
    return new ClassificationObjective(
        net, classLoss, ReconstructionLoss.SQUARED_ERROR, new FixedSchedule(0.0005));
  }

  @Override
  public Network<?> module() {
    return net.network();
  }

  /**
   * Computes the loss.
   *
   * @param batch images {@code [batch, channels, height, width]} and one-hot labels {@code [batch,
   *     classes]}
   */
  @Override
  public Loss loss(DataSet batch, Step step) {
    Variable images = net.images(batch);
    Capsules classes = net.classify(images).classes();
    ClassLoss now = classLoss.at(step.iteration(), step.epoch());
    Loss loss = Loss.of(now.term(), now.of(classes.activation(), batch.getLabels()));
    double weight = step.weight(RECONSTRUCTION, reconstructionWeight);
    if (weight > 0 && net instanceof Reconstructor decoder && decoder.reconstructs()) {
      Variable drawn = decoder.reconstruct(classes, batch.getLabels());
      loss = loss.plus(RECONSTRUCTION, reconstruction.of(drawn, images.value()), weight);
    }
    return loss.withPredictions(classes.activation().value(), batch.getLabels());
  }
}
