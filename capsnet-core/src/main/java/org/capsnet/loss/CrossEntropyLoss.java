package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross-entropy of logits, {@code −Σ_k T_k log softmax_k(z)}, mean over the batch: of a
 * plain network's last layer, or of scores of capsules that have no bounds. For activations that
 * already are probabilities see {@link NegativeLogLikelihood}.
 */
public record CrossEntropyLoss() implements ClassLoss {

  /**
   * {@inheritDoc}
   *
   * @param logits any numbers
   * @param labels the shares of the classes, of a sum of 1 for each sample: one-hot, smoothed or
   *     mixed
   */
  @Override
  public Variable ofSamples(Variable logits, INDArray labels) {
    INDArray t = ClassLabels.shares("logits", logits, labels);
    return logits.logSoftmax(1).times(Variable.constant(t)).sum(1).negate();
  }

  @Override
  public String term() {
    return "crossEntropy";
  }

  @Override
  public Cost cost(long classes) {
    return Cost.NONE.backward(9, classes);
  }
}
