package org.capsnet.model;

import org.capsnet.autograd.Variable;
import org.capsnet.model.Classifier.Classification;

/** What a network can do that says which parts of an image spoke for a class. */
public interface Explainer extends Ability {

  /**
   * How much of each voter went to each class capsule.
   *
   * @param found what the network found in images
   * @return the coupling coefficients {@code [batch, voters, classes]}, from 0 to 1, voters in the
   *     order of {@link org.capsnet.capsule.Capsules#flat}
   * @throws UnsupportedOperationException if the routing has none
   */
  Variable coupling(Classification found);
}
