package org.capsnet.model.medical;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.model.medical.MedicalCapsNet.Output;
import org.capsnet.nn.Module;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * What a {@link MedicalCapsNet} is trained for: the margin loss of the diagnosis lengths, Dice and
 * cross-entropy of the masks, and the squared error of the reconstruction, mean over its numbers,
 * each with a weight. Where there are masks, the reconstruction is to show what is not background,
 * on black, as in SegCaps (LaLonde and Bagci 2018). Its terms are {@code diagnosis}, {@code mask}
 * and {@code reconstruction}. A network that makes masks gives its scores for them, {@code [batch,
 * masks, height, width]}, as the output {@code "masks"}.
 *
 * <p>Labels are those of {@link SegmentationLabels}: {@code [batch, classes + masks · height ·
 * width]}, without what the network does not predict.
 *
 * @param net the network
 * @param margin the loss of the lengths, such as {@link MarginLoss#weightedBySample} by inverse
 *     frequency
 * @param mask the loss of the masks
 * @param weights of the parts
 * @param severalFindings whether several classes may apply to one image; then there is no accuracy
 */
public record MedicalObjective(
    MedicalCapsNet net, MarginLoss margin, MaskLoss mask, Weights weights, boolean severalFindings)
    implements Trainable {

  private static final String DIAGNOSIS = "diagnosis";
  private static final String MASK = "mask";
  private static final String RECONSTRUCTION = "reconstruction";

  /**
   * What the parts of the loss weigh. A part that a network does not have is left out.
   *
   * @param diagnosis of the margin loss, at least 0
   * @param masks of the mask loss, at least 0
   * @param reconstruction of the reconstruction loss, at least 0
   */
  public record Weights(ISchedule diagnosis, ISchedule masks, ISchedule reconstruction) {

    /** All weigh the same. */
    public static final Weights EQUAL =
        new Weights(new FixedSchedule(1), new FixedSchedule(1), new FixedSchedule(1));

    /**
     * Checks the weights.
     *
     * @throws IllegalArgumentException if one begins below 0
     */
    public Weights {
      Step.FIRST.weight(DIAGNOSIS, diagnosis);
      Step.FIRST.weight(MASK, masks);
      Step.FIRST.weight(RECONSTRUCTION, reconstruction);
    }
  }

  /**
   * Checks that something is left to minimise.
   *
   * @throws IllegalArgumentException if all parts that the network has weigh 0 for good
   */
  public MedicalObjective {
    MedicalCapsNet.Config a = net.architecture();
    boolean trained =
        (a.classes() > 0 && isEver(weights.diagnosis))
            || (a.masks() > 0 && isEver(weights.masks))
            || (a.reconstructs() && isEver(weights.reconstruction));
    if (!trained) {
      throw new IllegalArgumentException(
          "weights: expected one above 0 of a part that the network has, got " + weights);
    }
  }

  private static boolean isEver(ISchedule weight) {
    return !weight.equals(new FixedSchedule(0));
  }

  /**
   * All parts with a weight of 1, one diagnosis an image.
   *
   * @param net the network
   * @param classWeights what a sample of each class weighs, against imbalance; none for all alike
   * @return the objective
   */
  public static MedicalObjective standard(MedicalCapsNet net, double... classWeights) {
    return new MedicalObjective(
        net, MarginLoss.weightedBySample(classWeights), MaskLoss.standard(), Weights.EQUAL, false);
  }

  @Override
  public Module module() {
    return net;
  }

  /**
   * Computes the loss.
   *
   * @param data images {@code [batch, channels, height, width]} from 0 to 1 and labels {@code
   *     [batch, classes + masks · height · width]}
   */
  @Override
  public Loss loss(DataSet data, Step step) {
    MedicalCapsNet.Config a = net.architecture();
    MedicalBatch batch = MedicalBatch.of(data, net, a.image());
    Output out = net.forward(batch.images());
    double ofDiagnosis = step.weight(DIAGNOSIS, weights.diagnosis);
    double ofMask = step.weight(MASK, weights.masks);
    double ofReconstruction = step.weight(RECONSTRUCTION, weights.reconstruction);
    List<Loss.Term> terms = new ArrayList<>();
    if (a.classes() > 0 && ofDiagnosis > 0) {
      Variable lengths = out.diagnosis().orElseThrow().activation();
      Variable error = margin.of(lengths, batch.diagnosis().orElseThrow());
      terms.add(new Loss.Term(DIAGNOSIS, error, ofDiagnosis));
    }
    if (a.masks() > 0 && ofMask > 0) {
      Variable logits = out.maskLogits().orElseThrow();
      Variable error = mask.ofClassLogits(logits, batch.masks().orElseThrow());
      terms.add(new Loss.Term(MASK, error, ofMask));
    }
    if (a.reconstructs() && ofReconstruction > 0) {
      Variable error = batch.reconstructionError(net.reconstruct(out));
      terms.add(new Loss.Term(RECONSTRUCTION, error, ofReconstruction));
    }
    Loss loss = withMasks(Loss.of(terms), out);
    return a.classes() > 0 && !severalFindings
        ? loss.withPredictions(
            out.diagnosis().orElseThrow().activation().value(), batch.diagnosis().orElseThrow())
        : loss;
  }

  private static Loss withMasks(Loss loss, Output out) {
    return out.maskLogits()
        .map(logits -> loss.withOutput(MeanDice.MASKS, logits.value()))
        .orElse(loss);
  }
}
