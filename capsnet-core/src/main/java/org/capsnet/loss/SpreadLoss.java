package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The spread loss of Hinton et al. (2018), equation 3: {@code Σ_{i≠t} max(0, m − (a_t − a_i))²},
 * mean over the batch: each wrong class costs as far as its activation is not below that of the
 * right one by a margin. It is of activations of capsules such as {@code EmRouting} makes, and asks
 * for nothing but the gaps between them. The margin is to grow as the training goes on, so that
 * capsules do not die early: {@link MarginSchedule}.
 *
 * @param margin m, above 0 and at most 1; {@link #ofSamples} computes with what it begins with
 */
public record SpreadLoss(ISchedule margin) implements ClassLoss {

  /**
   * Checks the margin that it begins with.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public SpreadLoss {
    requireMargin(margin.valueAt(0, 0));
  }

  /**
   * A loss with one margin throughout.
   *
   * @param margin m, above 0 and at most 1
   * @throws IllegalArgumentException if it is out of range
   */
  public SpreadLoss(double margin) {
    this(new FixedSchedule(margin));
  }

  static void requireMargin(double margin) {
    if (!(margin > 0 && margin <= 1)) {
      throw new IllegalArgumentException("margin: expected 0 < margin <= 1, got " + margin);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param activations from 0 to 1
   * @param labels one-hot: 1 for one class of each sample and 0 for the others
   */
  @Override
  public Variable ofSamples(Variable activations, INDArray labels) {
    INDArray t = ClassLabels.oneHot("activations", activations, labels);
    Variable right = activations.times(Variable.constant(t)).sum(true, 1);
    Variable gap = activations.minus(right).plus(margin.valueAt(0, 0)).relu().square();
    return gap.times(Variable.constant(t.rsub(1))).sum(1);
  }

  /** {@inheritDoc} With the margin of that step. */
  @Override
  public SpreadLoss at(int iteration, int epoch) {
    return new SpreadLoss(margin.valueAt(iteration, epoch));
  }

  @Override
  public String term() {
    return "spread";
  }

  @Override
  public Cost cost(long classes) {
    return Cost.NONE.backward(15, classes);
  }
}
