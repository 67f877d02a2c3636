package org.capsnet.model.medical;

import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Ability;
import org.capsnet.train.Trainable;

/**
 * What a network can do that says of a medical image what it shows, or where, or both, and may draw
 * it again. A {@link MedicalModel} asks it.
 */
public interface MedicalNetwork extends Ability {

  /**
   * What a network says of images.
   *
   * @param diagnosis one capsule a class, {@code [batch, classes, classDim]}; empty if the network
   *     makes no diagnosis
   * @param masks a score for each class of each pixel, the largest being the one predicted, {@code
   *     [batch, masks, height, width]}; empty if the network makes no masks
   * @param reconstruction the images drawn again, {@code [batch, channels, height, width]}, from 0
   *     to 1; empty if the network does not
   */
  record Findings(
      Optional<Capsules> diagnosis, Optional<Variable> masks, Optional<Variable> reconstruction) {}

  /** {@return the number of diagnoses, 2 or more; 0 if the network makes none} */
  int classes();

  /** {@return the classes of a pixel, background first, 2 or more; 0 if it makes no masks} */
  int masks();

  /** {@return whether images are drawn again} */
  boolean reconstructs();

  /**
   * Predicts from images alone, without labels.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return all that this network predicts
   */
  Findings examine(Variable images);

  /**
   * What this network is trained for by default: all that it predicts, weighed alike.
   *
   * @param severalFindings whether several classes may apply to one image
   * @param classWeights what a sample of each class weighs, against imbalance; none for all alike
   * @return the objective
   */
  Trainable objective(boolean severalFindings, double... classWeights);
}
