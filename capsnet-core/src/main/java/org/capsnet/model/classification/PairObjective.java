package org.capsnet.model.classification;

import java.util.Objects;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.digits.PairLabels;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.metric.LabelSetEvaluation;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.train.Loss;
import org.capsnet.train.Metric;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a network is trained for that shall find two digits in one image (Sabour et al. 2017,
 * section 6): a loss of its classes, of which two are there, and a little of the errors of two
 * drawings. For each digit the decoder sees the capsule of that digit's class alone, and is to draw
 * that digit without the other, so that a capsule has to know which strokes are its own. The terms
 * are that of the loss, such as {@code margin}, and {@code reconstruction}.
 *
 * <pre>{@code
 * DigitPairs pairs = new DigitPairs(digits, 4, seed);
 * PairObjective objective = PairObjective.standard(net, pairs.labels());
 * Trainer.of(objective).earlyStopping(EarlyStopping.on(objective.allRight(), 5).restoringBest())
 * }</pre>
 *
 * <p>The two classes that such a network predicts are those of the most active capsules, {@link
 * Prediction#top}; {@link ImageClassifier#draw} draws each from its pose.
 *
 * @param net the network
 * @param labels the layout of the labels
 * @param classLoss the loss of the class capsules' activations, one that takes several classes
 * @param reconstruction the loss of a drawing; that of an image is the sum of both
 * @param reconstructionWeight of that sum, over pixels; 0.0005 in the paper. A network that does
 *     not reconstruct leaves it out.
 */
public record PairObjective(
    Classifier net,
    PairLabels labels,
    ClassLoss classLoss,
    ReconstructionLoss reconstruction,
    ISchedule reconstructionWeight)
    implements Trainable {

  private static final String RECONSTRUCTION = "reconstruction";
  private static final String ACTIVATIONS = "activations";

  /**
   * Checks that the network is for such images, and the weight.
   *
   * @throws IllegalArgumentException if it has other classes or images than the labels, or the
   *     weight begins below 0
   */
  public PairObjective {
    Objects.requireNonNull(classLoss, "class loss");
    Objects.requireNonNull(reconstruction, "reconstruction");
    if (net.classes() != labels.classNames().size()) {
      throw new IllegalArgumentException(
          "classes of the network: expected %d, got %d"
              .formatted(labels.classNames().size(), net.classes()));
    }
    ImageShape own = ImageShape.of(net.network().architecture().input());
    ImageShape drawings = new ImageShape(1, labels.height(), labels.width());
    if (!own.equals(drawings)) {
      throw new IllegalArgumentException(
          "images of the network: expected %s, got %s".formatted(drawings.shape(), own.shape()));
    }
    Step.FIRST.weight(RECONSTRUCTION, reconstructionWeight);
  }

  /**
   * The objective of the paper: its margin loss, and the squared errors weighted by 0.0005.
   *
   * @param net the network
   * @param labels the layout of the labels
   * @return the objective
   * @throws IllegalArgumentException if the network has other classes or images than the labels
   */
  public static PairObjective standard(Classifier net, PairLabels labels) {
    return new PairObjective(
        net,
        labels,
        MarginLoss.standard(),
        ReconstructionLoss.SQUARED_ERROR,
        new FixedSchedule(0.0005));
  }

  /** {@return the share of the validation images both of whose digits are found} */
  public Metric allRight() {
    return LabelSetEvaluation.allRight(labels::present, ACTIVATIONS);
  }

  /** {@return the share of the digits of all validation images that are missed} */
  public Metric labelError() {
    return LabelSetEvaluation.labelError(labels::present, ACTIVATIONS);
  }

  @Override
  public Network<?> module() {
    return net.network();
  }

  /**
   * Computes the loss.
   *
   * @param batch images {@code [batch, 1, height, width]} and labels as {@link PairLabels} lays
   *     them out
   */
  @Override
  public Loss loss(DataSet batch, Step step) {
    INDArray pairs = batch.getLabels();
    Shapes.require(
        "labels", pairs, batch.getFeatures().size(0), PairLabels.DIGITS, labels.labelShape()[1]);
    Capsules classes = net.classify(net.images(batch)).classes();
    ClassLoss now = classLoss.at(step.iteration(), step.epoch());
    Loss loss = Loss.of(now.term(), now.of(classes.activation(), labels.present(pairs)));
    double weight = step.weight(RECONSTRUCTION, reconstructionWeight);
    if (weight > 0 && net instanceof Reconstructor decoder && decoder.reconstructs()) {
      Variable both = drawn(decoder, classes, pairs, 0).plus(drawn(decoder, classes, pairs, 1));
      loss = loss.plus(RECONSTRUCTION, both, weight);
    }
    return loss.withOutput(ACTIVATIONS, classes.activation().value());
  }

  /** How far one of the two digits is from what is drawn from the capsule of its class alone. */
  private Variable drawn(Reconstructor decoder, Capsules classes, INDArray pairs, int which) {
    Variable drawing = decoder.reconstruct(classes, labels.digit(pairs, which));
    return reconstruction.of(drawing, labels.drawing(pairs, which));
  }
}
