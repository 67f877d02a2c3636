package org.capsnet.loss;

import java.util.Arrays;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The margin loss of Sabour et al. (2017), equation 4: {@code Σ_k w_k (T_k max(0, m⁺−|v_k|)² + λ
 * (1−T_k) max(0, |v_k|−m⁻)²)}, mean over the batch. Several classes may be present at once.
 */
public final class MarginLoss implements ClassLoss {

  private final double plus;
  private final double minus;
  private final double lambda;
  private final double[] classWeights;
  private final boolean bySample;

  /**
   * A loss with settings of one's own.
   *
   * @param plus the length above which a present class costs nothing, from 0 to 1
   * @param minus the length below which an absent one costs nothing, from 0 to {@code plus}
   * @param lambda the weight of absent classes
   * @param classWeights one weight a class, against imbalance; none for all alike
   */
  public MarginLoss(double plus, double minus, double lambda, double... classWeights) {
    this(plus, minus, lambda, false, classWeights);
  }

  private MarginLoss(
      double plus, double minus, double lambda, boolean bySample, double... classWeights) {
    if (!(0 <= minus && minus < plus && plus <= 1)) {
      throw new IllegalArgumentException(
          "margins: expected 0 <= minus < plus <= 1, got minus " + minus + " and plus " + plus);
    }
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException("lambda: expected at least 0, got " + lambda);
    }
    if (!Arrays.stream(classWeights).allMatch(w -> w >= 0)) {
      throw new IllegalArgumentException(
          "class weights: expected at least 0, got " + Arrays.toString(classWeights));
    }
    this.plus = plus;
    this.minus = minus;
    this.lambda = lambda;
    this.classWeights = classWeights.clone();
    this.bySample = bySample;
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
   * The paper's with weights of the classes, such as {@link ClassWeights#inverseFrequency}.
   *
   * @param classWeights one weight a class
   * @return the loss
   */
  public static MarginLoss weighted(double... classWeights) {
    return new MarginLoss(0.9, 0.1, 0.5, classWeights);
  }

  /**
   * The paper's with a weight of each sample, that of its class. {@link #weighted} makes a rare
   * class dear where it is absent too, which is nearly everywhere, and so its capsule short; with
   * this one the classes come out as if there were as many samples of each.
   *
   * @param classWeights one weight a class, such as {@link ClassWeights#inverseFrequency}; none for
   *     all alike
   * @return the loss; a sample of several classes weighs as much as they together
   */
  public static MarginLoss weightedBySample(double... classWeights) {
    return new MarginLoss(0.9, 0.1, 0.5, classWeights.length > 0, classWeights);
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
    return new MarginLoss(plus, minus, absent, bySample, classWeights);
  }

  /**
   * Computes the loss.
   *
   * @param lengths of the class capsules, {@code [batch, classes]}
   * @param present 1 where the class is present and 0 elsewhere, {@code [batch, classes]}
   * @return a scalar
   * @throws IllegalArgumentException if a shape differs, or a label is not from 0 to 1
   */
  @Override
  public Variable of(Variable lengths, INDArray present) {
    INDArray t = ClassLabels.of("lengths", lengths, present);
    Variable shortfall = lengths.negate().plus(plus).relu().square();
    Variable excess = lengths.plus(-minus).relu().square();
    Variable cost =
        shortfall
            .times(Variable.constant(weighted(t)))
            .plus(excess.times(Variable.constant(weighted(t.rsub(1).muli(lambda)))));
    Variable ofSamples = cost.sum(1);
    return (bySample ? ofSamples.times(Variable.constant(sampleWeights(t))) : ofSamples).mean(0);
  }

  /** The weights of the classes that each sample has, {@code [batch]}. */
  private INDArray sampleWeights(INDArray present) {
    return timesClassWeights(present).sum(1);
  }

  private INDArray weighted(INDArray perClass) {
    return bySample || classWeights.length == 0 ? perClass : timesClassWeights(perClass);
  }

  private INDArray timesClassWeights(INDArray perClass) {
    if (classWeights.length != perClass.size(1)) {
      throw new IllegalArgumentException(
          "class weights: expected " + perClass.size(1) + ", got " + classWeights.length);
    }
    return perClass.mul(
        Nd4j.createFromArray(classWeights).castTo(perClass.dataType()).reshape(1, -1));
  }

  /**
   * What the loss makes of a sample, forward and backward: for the present and for the absent a
   * difference, its rectifier, square and weights, and the gradients of them.
   *
   * @param lengths the sizes whose product is their number
   * @return the cost, in training alone
   */
  public static Cost cost(long... lengths) {
    return Cost.NONE.backward(20, lengths);
  }
}
