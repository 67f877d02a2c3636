package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The negative logarithm of activations, {@code −Σ_k T_k log(a_k + 1e-12)}, mean over the batch:
 * for class capsules whose activations sum to 1, as those of self-routing (Hahn et al. 2019) and of
 * attention routing (Tsai et al. 2020). There is no softmax over activations.
 */
public record NegativeLogLikelihood() implements ClassLoss {

  /** Keeps the logarithm of 0 finite. */
  private static final double TINY = 1e-12;

  /**
   * {@inheritDoc}
   *
   * @param activations from 0 to 1
   * @param labels the shares of the classes, of a sum of 1 for each sample: one-hot, smoothed or
   *     mixed
   */
  @Override
  public Variable ofSamples(Variable activations, INDArray labels) {
    INDArray t = ClassLabels.shares("activations", activations, labels);
    return activations.plus(TINY).log().times(Variable.constant(t)).sum(1).negate();
  }

  @Override
  public String term() {
    return "likelihood";
  }

  @Override
  public Cost cost(long classes) {
    return Cost.NONE.backward(7, classes);
  }
}
