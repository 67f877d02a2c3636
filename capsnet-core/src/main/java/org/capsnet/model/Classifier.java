package org.capsnet.model;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.nn.Cost;

/** What a network can do that tells classes apart: it has a capsule for each. */
public interface Classifier extends Ability {

  /** {@return the number of classes, at least 2} */
  int classes();

  /**
   * From images to class capsules.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return the class capsules, and those that they were routed from
   * @throws IllegalArgumentException if the images are of another size
   */
  Classification classify(Variable images);

  /**
   * {@return the loss that its paper trains it by, of the activations; the margin loss by default}
   */
  default ClassLoss loss() {
    return MarginLoss.standard();
  }

  @Override
  default Cost lossCost() {
    return loss().cost(classes());
  }

  /** A classifier whose activations of the classes sum to 1, as probabilities of one of them. */
  interface OfOneClass extends Classifier {

    /** {@return the negative logarithm of the activation of the true class} */
    @Override
    default ClassLoss loss() {
      return new NegativeLogLikelihood();
    }
  }

  /**
   * What was found in a batch of images.
   *
   * @param voters the capsules that voted for the class capsules, on their grid if they have one
   * @param classes the class capsules, poses {@code [batch, classes, dim]}; the activation, from 0
   *     to 1, says how sure the network is of a class
   */
  record Classification(Capsules voters, Capsules classes) {}
}
