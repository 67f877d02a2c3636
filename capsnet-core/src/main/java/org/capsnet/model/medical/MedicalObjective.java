package org.capsnet.model.medical;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.model.Network;
import org.capsnet.model.medical.MedicalNetwork.Findings;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a {@link MedicalNetwork} is trained for: the margin loss of the diagnosis lengths, Dice and
 * cross-entropy of the masks, and the squared error of the reconstruction, mean over its numbers,
 * each with a weight. Where there are masks, the reconstruction is drawn from what is of the true
 * ones, and is to show what is not background, on black, as in SegCaps (LaLonde and Bagci 2018,
 * section 2.3). Its terms are {@code diagnosis}, {@code mask} and {@code reconstruction}. A network
 * that makes masks gives its scores for them, {@code [batch, masks, height, width]}, as the output
 * {@code "masks"}.
 *
 * <p>Labels are those of {@link SegmentationLabels}: {@code [batch, classes + masks · height ·
 * width]}, without what the network does not predict.
 *
 * @param net the network
 * @param margin the loss of the lengths, such as {@link ClassLoss#weightedBySample} by inverse
 *     frequency
 * @param diagnosisWeight of that loss; a part that the network does not have is left out
 * @param mask the loss of the masks
 * @param maskWeight of that loss
 * @param reconstructionWeight of the error of the images drawn again
 * @param severalFindings whether several classes may apply to one image; then there is no accuracy
 */
public record MedicalObjective(
    MedicalNetwork net,
    ClassLoss margin,
    ISchedule diagnosisWeight,
    MaskLoss mask,
    ISchedule maskWeight,
    ISchedule reconstructionWeight,
    boolean severalFindings)
    implements Trainable {

  /** The output with a score for each class of each pixel. */
  static final String MASKS = "masks";

  private static final String DIAGNOSIS = "diagnosis";
  private static final String MASK = "mask";
  private static final String RECONSTRUCTION = "reconstruction";

  /**
   * Checks that something is left to minimise.
   *
   * @throws IllegalArgumentException if a weight begins below 0, or all parts that the network has
   *     weigh 0 for good
   */
  public MedicalObjective {
    Step.FIRST.weight(DIAGNOSIS, diagnosisWeight);
    Step.FIRST.weight(MASK, maskWeight);
    Step.FIRST.weight(RECONSTRUCTION, reconstructionWeight);
    boolean trained =
        (net.classes() > 0 && isEver(diagnosisWeight))
            || (net.masks() > 0 && isEver(maskWeight))
            || (net.reconstructs() && isEver(reconstructionWeight));
    if (!trained) {
      throw new IllegalArgumentException(
          "weights: expected one above 0 of a part that the network has, got %s, %s and %s"
              .formatted(diagnosisWeight, maskWeight, reconstructionWeight));
    }
  }

  private static boolean isEver(ISchedule weight) {
    return !weight.equals(new FixedSchedule(0));
  }

  /**
   * All parts with a weight of 1.
   *
   * @param net the network
   * @param severalFindings whether several classes may apply to one image
   * @param classWeights what a sample of each class weighs, against imbalance; none for all alike
   * @return the objective
   */
  public static MedicalObjective standard(
      MedicalNetwork net, boolean severalFindings, double... classWeights) {
    ClassLoss margin = MarginLoss.standard().weightedBySample(classWeights);
    ISchedule one = new FixedSchedule(1);
    return new MedicalObjective(net, margin, one, MaskLoss.standard(), one, one, severalFindings);
  }

  @Override
  public Network<?> module() {
    return net.network();
  }

  /**
   * Computes the loss.
   *
   * @param data images {@code [batch, channels, height, width]} from 0 to 1 and labels {@code
   *     [batch, classes + masks · height · width]}
   */
  @Override
  public Loss loss(DataSet data, Step step) {
    MedicalBatch batch = MedicalBatch.of(data, net);
    Findings found = net.examine(batch.images());
    Optional<Variable> lengths = found.diagnosis().map(Capsules::activation);
    double ofDiagnosis = step.weight(DIAGNOSIS, diagnosisWeight);
    double ofMask = step.weight(MASK, maskWeight);
    double ofReconstruction = step.weight(RECONSTRUCTION, reconstructionWeight);
    List<Loss.Term> terms = new ArrayList<>();
    if (lengths.isPresent() && ofDiagnosis > 0) {
      Variable error = margin.of(lengths.get(), batch.diagnosis().orElseThrow());
      terms.add(new Loss.Term(DIAGNOSIS, error, ofDiagnosis));
    }
    if (found.masks().isPresent() && ofMask > 0) {
      Variable scores = found.masks().get();
      INDArray truth = batch.masks().orElseThrow();
      Variable error =
          net.masksAreProbabilities()
              ? mask.ofProbabilities(scores, truth)
              : mask.ofClassLogits(scores, truth);
      terms.add(new Loss.Term(MASK, error, ofMask));
    }
    if (found.reconstruction().isPresent() && ofReconstruction > 0) {
      Variable drawn = found.reconstruction().get().of(batch.masks());
      terms.add(new Loss.Term(RECONSTRUCTION, batch.reconstructionError(drawn), ofReconstruction));
    }
    Loss loss = Loss.of(terms);
    if (found.masks().isPresent()) {
      loss = loss.withOutput(MASKS, found.masks().get().value());
    }
    return lengths.isPresent() && !severalFindings
        ? loss.withPredictions(lengths.get().value(), batch.diagnosis().orElseThrow())
        : loss;
  }
}
