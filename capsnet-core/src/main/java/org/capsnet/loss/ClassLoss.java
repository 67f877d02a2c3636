package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A loss of what a network says of each class, and of which class is there.
 *
 * <p>A value without state, best a record. Where it needs no more than its formula a lambda is one:
 *
 * <pre>{@code
 * ClassLoss squared = (scores, labels) -> scores.minus(Variable.constant(labels)).square().sum(1);
 * }</pre>
 */
@FunctionalInterface
public interface ClassLoss {

  /**
   * Computes the loss of each sample.
   *
   * @param scores of the classes, {@code [batch, classes]}: activations, from 0 to 1, or logits,
   *     whichever the loss is of
   * @param labels {@code [batch, classes]}, from 0 to 1
   * @return {@code [batch]}
   * @throws IllegalArgumentException if a shape differs, or labels are none that the loss takes
   */
  Variable ofSamples(Variable scores, INDArray labels);

  /**
   * Computes the loss of a batch.
   *
   * @param scores as for {@link #ofSamples}
   * @param labels as for {@link #ofSamples}
   * @return a scalar, the mean over the batch
   * @throws IllegalArgumentException if a shape differs, or labels are none that the loss takes
   */
  default Variable of(Variable scores, INDArray labels) {
    return ofSamples(scores, labels).mean(0);
  }

  /**
   * This loss at a moment of a training, where it changes as that goes on.
   *
   * @param iteration the steps done before, from 0
   * @param epoch the epochs done before, from 0
   * @return the loss at that step; this one unless overridden
   */
  default ClassLoss at(int iteration, int epoch) {
    return this;
  }

  /** {@return what reports and charts call it, {@code classes} unless overridden} */
  default String term() {
    return "classes";
  }

  /**
   * What the loss makes of a sample, forward and backward.
   *
   * @param classes their number
   * @return the cost, in training alone; an estimate unless overridden
   */
  default Cost cost(long classes) {
    return Cost.NONE.backward(10, classes).estimate();
  }

  /**
   * This loss with a weight of each sample, that of its class, against imbalance: the classes come
   * out as if there were as many samples of each.
   *
   * @param classWeights one weight a class, at least 0, such as {@link
   *     ClassWeights#inverseFrequency}; none for all alike
   * @return the loss; a sample of several classes weighs as much as they together
   * @throws IllegalArgumentException if a weight is negative or not a number
   */
  default ClassLoss weightedBySample(double... classWeights) {
    return classWeights.length == 0 ? this : new WeightedLoss(this, ClassWeights.of(classWeights));
  }

  /**
   * This loss of smoothed labels (Szegedy et al. 2016): a share of each label goes in equal parts
   * to all classes, so that no class has to be certain. It is so in validation too, whose loss is
   * comparable with that of training. What else sees the labels, a decoder's mask or a metric, sees
   * them as they are.
   *
   * @param share from 0, which leaves the labels as they are, to below 1
   * @return the loss
   * @throws IllegalArgumentException if the share is out of its range
   */
  default ClassLoss smoothed(double share) {
    return share == 0 ? this : new SmoothedLoss(this, share);
  }
}
