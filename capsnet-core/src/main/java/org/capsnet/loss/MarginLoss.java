package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The margin loss of Sabour et al. (2017), equation 4: {@code Σ_k w_k (T_k max(0, m⁺−|v_k|)² + λ
 * (1−T_k) max(0, |v_k|−m⁻)²)}, mean over the batch. Several classes may be present at once.
 */
public final class MarginLoss implements ClassLoss {

  private final double plus;
  private final double minus;
  private final double lambda;
  private final ClassWeights weights;

  /**
   * A loss with settings of one's own.
   *
   * @param plus the length above which a present class costs nothing, from 0 to 1
   * @param minus the length below which an absent one costs nothing, from 0 to {@code plus}
   * @param lambda the weight of absent classes
   * @param classWeights one weight a class, against imbalance; none for all alike
   */
  public MarginLoss(double plus, double minus, double lambda, double... classWeights) {
    this(plus, minus, lambda, ClassWeights.of(classWeights));
  }

  private MarginLoss(double plus, double minus, double lambda, ClassWeights weights) {
    if (!(0 <= minus && minus < plus && plus <= 1)) {
      throw new IllegalArgumentException(
          "margins: expected 0 <= minus < plus <= 1, got minus " + minus + " and plus " + plus);
    }
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException("lambda: expected at least 0, got " + lambda);
    }
    this.plus = plus;
    this.minus = minus;
    this.lambda = lambda;
    this.weights = weights;
  }

  /**
   * The paper's: m⁺ = 0.9, m⁻ = 0.1, λ = 0.5.
   *
   * @return the loss
   */
  public static MarginLoss standard() {
    return weighted();
  }

  /**
   * The paper's with weights of the classes, such as {@link ClassWeights#inverseFrequency}: it
   * makes a rare class dear where it is absent too, which is nearly everywhere, and so its capsule
   * short. {@link #weightedBySample} does not.
   *
   * @param classWeights one weight a class
   * @return the loss
   */
  public static MarginLoss weighted(double... classWeights) {
    return new MarginLoss(0.9, 0.1, 0.5, classWeights);
  }

  /**
   * The same with another weight of absent classes, such as one for a grid of many cells, nearly
   * all of which have none.
   *
   * @param absent λ, at least 0
   * @return the loss
   * @throws IllegalArgumentException if the weight is negative
   */
  public MarginLoss withLambda(double absent) {
    return new MarginLoss(plus, minus, absent, weights);
  }

  /**
   * {@inheritDoc}
   *
   * @param lengths of the class capsules
   * @param present 1 where the class is present and 0 elsewhere
   */
  @Override
  public Variable ofSamples(Variable lengths, INDArray present) {
    INDArray t = ClassLabels.of("lengths", lengths, present);
    Variable shortfall = lengths.negate().plus(plus).relu().square();
    Variable excess = lengths.plus(-minus).relu().square();
    return shortfall
        .times(Variable.constant(weights.times(t)))
        .plus(excess.times(Variable.constant(weights.times(t.rsub(1).muli(lambda)))))
        .sum(1);
  }

  @Override
  public String term() {
    return "margin";
  }

  @Override
  public Cost cost(long classes) {
    return costOf(classes);
  }

  /**
   * What the loss makes of a sample, forward and backward: for the present and for the absent a
   * difference, its rectifier, square and weights, and the gradients of them.
   *
   * @param lengths the sizes whose product is their number
   * @return the cost, in training alone
   */
  public static Cost costOf(long... lengths) {
    return Cost.NONE.backward(20, lengths);
  }
}
