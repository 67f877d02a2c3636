package org.capsnet.loss;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How far predicted masks are from the true ones: cross-entropy, the mean over the pixels, and 1
 * minus the soft Dice coefficient (Milletari et al. 2016), each with a weight.
 *
 * <p>The soft Dice coefficient {@code (2 Σ p t + 1) / (Σ p + Σ t + 1)} is taken for each mask of
 * each sample, with sums over its pixels, and is 1 for an empty mask that is predicted empty; the
 * loss takes its mean over masks and samples. It weighs a mask by itself, however small it is,
 * which the cross-entropy does not.
 */
public final class MaskLoss {

  private static final double SMOOTHING = 1;

  private final double crossEntropy;
  private final double dice;

  /**
   * A loss with weights of one's own.
   *
   * @param crossEntropy of the cross-entropy, at least 0
   * @param dice of the Dice loss, at least 0
   * @throws IllegalArgumentException if one is negative
   */
  public MaskLoss(double crossEntropy, double dice) {
    if (!(crossEntropy >= 0 && dice >= 0)) {
      throw new IllegalArgumentException(
          "weights: expected at least 0, got " + crossEntropy + " and " + dice);
    }
    this.crossEntropy = crossEntropy;
    this.dice = dice;
  }

  /**
   * Both parts with a weight of 1.
   *
   * @return the loss
   */
  public static MaskLoss standard() {
    return new MaskLoss(1, 1);
  }

  /**
   * The loss of masks that may overlap, each told by the logistic function of its logits, with
   * binary cross-entropy.
   *
   * @param logits {@code [batch, masks, height, width]}
   * @param masks 1 where a mask is and 0 elsewhere, of the same shape
   * @return a scalar
   * @throws IllegalArgumentException if a shape differs, or a mask is not from 0 to 1
   */
  public Variable ofLogits(Variable logits, INDArray masks) {
    Variable t = target("logits", logits, masks);
    return weighted(crossEntropyOfLogits(logits, t), logits.sigmoid(), t);
  }

  /**
   * The loss of masks that may overlap, given as probabilities: lengths of capsules. A pixel that
   * is surely wrong loses a finite amount, as in {@link ReconstructionLoss#BINARY_CROSS_ENTROPY}.
   *
   * @param probabilities {@code [batch, masks, height, width]}, from 0 to 1
   * @param masks 1 where a mask is and 0 elsewhere, of the same shape
   * @return a scalar
   * @throws IllegalArgumentException if a shape differs, or a mask is not from 0 to 1
   */
  public Variable ofProbabilities(Variable probabilities, INDArray masks) {
    Variable t = target("probabilities", probabilities, masks);
    Variable perPixel = ReconstructionLoss.BINARY_CROSS_ENTROPY.perPixel(probabilities, t);
    return weighted(perPixel.mean(), probabilities, t);
  }

  /**
   * The loss of classes of which each pixel has one, told by the softmax of its logits, with the
   * cross-entropy of classes. The background is a class like any other.
   *
   * @param logits {@code [batch, classes, height, width]}
   * @param masks one-hot along the classes, of the same shape
   * @return a scalar
   * @throws IllegalArgumentException if a shape differs, or a mask is not from 0 to 1
   */
  public Variable ofClassLogits(Variable logits, INDArray masks) {
    Variable t = target("logits", logits, masks);
    Variable log = logits.logSoftmax(1);
    return weighted(log.times(t).sum(1).mean().negate(), log.exp(), t);
  }

  private static Variable target(String name, Variable predicted, INDArray masks) {
    Shapes.require(name, predicted.value(), "batch", "masks", "height", "width");
    Shapes.requireSame("masks", masks, predicted.value());
    Values.requireFromZeroToOne("masks", masks);
    return Variable.constant(masks.castTo(predicted.dataType()));
  }

  private Variable weighted(Variable entropy, Variable probabilities, Variable t) {
    return entropy.times(crossEntropy).plus(softDice(probabilities, t).times(dice));
  }

  private static Variable softDice(Variable p, Variable t) {
    Variable common = p.times(t).sum(2, 3);
    Variable sizes = p.sum(2, 3).plus(t.sum(2, 3));
    Variable coefficient = common.times(2).plus(SMOOTHING).dividedBy(sizes.plus(SMOOTHING));
    return coefficient.mean().negate().plus(1);
  }

  /** {@code max(0, z) - z t + ln(1 + e^-|z|)}, which no logit makes infinite; the mean. */
  private static Variable crossEntropyOfLogits(Variable logits, Variable target) {
    INDArray z = logits.value();
    INDArray t = target.value();
    INDArray rest = Transforms.exp(Transforms.abs(z, true).negi(), false).addi(1);
    INDArray loss = Transforms.relu(z, true).subi(z.mul(t)).addi(Transforms.log(rest, false));
    return Variable.of(
            "crossEntropyOfLogits",
            loss,
            (g, needed) -> new INDArray[] {Transforms.sigmoid(z, true).subi(t).muli(g)},
            logits)
        .mean();
  }

  /**
   * What {@link #ofProbabilities} makes of a sample, forward and backward: the cross-entropy with
   * its logarithms, Dice, and their gradients.
   *
   * @param masks the sizes {@code [masks, height, width]}
   * @return the cost, in training alone
   */
  public static Cost costOfProbabilities(long... masks) {
    return Cost.NONE.backward(14, masks);
  }

  /**
   * What {@link #ofClassLogits} makes of a sample: as of probabilities, with a logarithm of a
   * softmax in place of one of each probability, which has largest numbers and sums over the masks.
   *
   * @param masks the sizes {@code [masks, height, width]}
   * @return the cost, in training alone
   */
  public static Cost costOfClassLogits(long... masks) {
    return Cost.NONE.backward(15, masks).backward(5, masks[1], masks[2]);
  }
}
