package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.model.MedicalCapsNet.Output;
import org.capsnet.nn.Module;
import org.capsnet.train.Trainable;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What a {@link MedicalCapsNet} is trained for: the margin loss of the diagnosis lengths, Dice and
 * cross-entropy of the masks, and the squared error of the reconstruction, mean over its numbers,
 * each with a weight. Where there are masks, the reconstruction is to show what is not background,
 * on black, as in SegCaps (LaLonde and Bagci 2018).
 *
 * <p>Labels are those of {@link SegmentationLabels}: {@code [batch, classes + masks · height ·
 * width]}, without what the network does not tell.
 *
 * @param net the network
 * @param margin the loss of the lengths, such as {@link MarginLoss#weightedBySample} by inverse
 *     frequency
 * @param mask the loss of the masks
 * @param weights of the parts
 * @param severalFindings whether several classes may apply to one image; then no accuracy is told
 */
public record MedicalObjective(
    MedicalCapsNet net, MarginLoss margin, MaskLoss mask, Weights weights, boolean severalFindings)
    implements Trainable {

  /**
   * What the parts of the loss weigh. A part that a network does not have is left out.
   *
   * @param diagnosis of the margin loss, at least 0
   * @param masks of the mask loss, at least 0
   * @param reconstruction of the reconstruction loss, at least 0
   */
  public record Weights(double diagnosis, double masks, double reconstruction) {

    /** All weigh the same. */
    public static final Weights EQUAL = new Weights(1, 1, 1);

    /**
     * Checks the weights.
     *
     * @param diagnosis of the margin loss, at least 0
     * @param masks of the mask loss, at least 0
     * @param reconstruction of the reconstruction loss, at least 0
     * @throws IllegalArgumentException if one is negative or infinite
     */
    public Weights {
      require("diagnosis", diagnosis);
      require("masks", masks);
      require("reconstruction", reconstruction);
    }

    static void require(String part, double weight) {
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "weight of " + part + ": expected at least 0 and finite, got " + weight);
      }
    }
  }

  /**
   * Checks that something is left to minimise.
   *
   * @param net the network
   * @param margin the loss of the lengths
   * @param mask the loss of the masks
   * @param weights of the parts
   * @param severalFindings whether several classes may apply to one image
   * @throws IllegalArgumentException if all parts that the network has weigh 0
   */
  public MedicalObjective {
    MedicalCapsNetArchitecture a = net.architecture();
    boolean trained =
        (a.classes() > 0 && weights.diagnosis > 0)
            || (a.masks() > 0 && weights.masks > 0)
            || (a.reconstructs() && weights.reconstruction > 0);
    if (!trained) {
      throw new IllegalArgumentException(
          "weights: expected one above 0 of a part that the network has, got " + weights);
    }
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
   * Computes the objective.
   *
   * @param data images {@code [batch, channels, height, width]} from 0 to 1 and labels {@code
   *     [batch, classes + masks · height · width]}
   */
  @Override
  public Objective objective(DataSet data) {
    MedicalCapsNetArchitecture a = net.architecture();
    MedicalBatch batch = MedicalBatch.of(data, a);
    Output out = net.forward(batch.images());
    List<Variable> parts = new ArrayList<>();
    if (a.classes() > 0 && weights.diagnosis > 0) {
      Variable lengths = out.diagnosis().orElseThrow().activation();
      parts.add(margin.of(lengths, batch.diagnosis().orElseThrow()).times(weights.diagnosis));
    }
    if (a.masks() > 0 && weights.masks > 0) {
      Variable logits = out.maskLogits().orElseThrow();
      parts.add(mask.ofClassLogits(logits, batch.masks().orElseThrow()).times(weights.masks));
    }
    if (a.reconstructs() && weights.reconstruction > 0) {
      Variable drawn = net.reconstruct(out);
      parts.add(batch.reconstructionError(drawn).times(weights.reconstruction));
    }
    Variable loss = parts.stream().reduce(Variable::plus).orElseThrow();
    return a.classes() > 0 && !severalFindings
        ? new Objective(
            loss,
            out.diagnosis().orElseThrow().activation().value(),
            batch.diagnosis().orElseThrow())
        : new Objective(loss);
  }
}
