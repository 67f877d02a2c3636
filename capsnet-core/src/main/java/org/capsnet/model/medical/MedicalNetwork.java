package org.capsnet.model.medical;

import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Ability;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

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
   * @param reconstruction how the images are drawn again; empty if the network does not
   */
  record Findings(
      Optional<Capsules> diagnosis, Optional<Variable> masks, Optional<Drawing> reconstruction) {

    /** {@return the images drawn again, of what is predicted; empty if the network does not} */
    public Optional<Variable> drawn() {
      return reconstruction.map(drawing -> drawing.of(Optional.empty()));
    }
  }

  /** How images are drawn again from what was found in them. */
  interface Drawing {

    /**
     * Draws.
     *
     * @param masks in training the true ones, one-hot, {@code [batch, masks, height, width]}; empty
     *     in prediction, or if the network makes none
     * @return {@code [batch, channels, height, width]}, from 0 to 1
     */
    Variable of(Optional<INDArray> masks);
  }

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
   * {@return whether the scores of masks are probabilities, of which a pixel may have several; if
   * not, they are logits of classes of which it has one}
   */
  default boolean masksAreProbabilities() {
    return false;
  }

  /** {@inheritDoc} Of reconstructions also the images where they are to be shown. */
  @Override
  default Cost lossCost() {
    Shape image = network().architecture().input();
    long[] masks = {masks(), image.size(1), image.size(2)};
    Cost ofMasks =
        masksAreProbabilities()
            ? MaskLoss.costOfProbabilities(masks)
            : MaskLoss.costOfClassLogits(masks);
    Cost ofImages = ReconstructionLoss.cost(image.sizes()).backward(1, image.sizes());
    return MarginLoss.costOf(classes())
        .plus(masks() > 0 ? ofMasks : Cost.NONE)
        .plus(reconstructs() ? ofImages : Cost.NONE);
  }
}
