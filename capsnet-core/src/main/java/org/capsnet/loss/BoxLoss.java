package org.capsnet.loss;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far boxes are from the true ones, for those objects alone that are there: the smooth L1 loss
 * of centre and size (Girshick 2015) and 1 minus the generalised intersection over union
 * (Rezatofighi et al. 2019), each with a weight; their sum over the objects, mean over the batch.
 *
 * <p>A box is its centre x, centre y, width and height, in any one unit. Generalised intersection
 * over union also tells boxes apart that do not overlap: from it is taken the share of the smallest
 * box around both that neither covers.
 */
public final class BoxLoss {

  /** What keeps the ratios finite of boxes without area. */
  private static final double EPSILON = 1e-9;

  private static final int NUMBERS = 4;

  /** The axis of the numbers of a box. */
  private static final int AXIS = 2;

  private static final int GRID_RANK = 5;

  private final double smoothL1;
  private final double generalizedIou;
  private final double beta;

  /**
   * A loss with settings of one's own.
   *
   * @param smoothL1 the weight of the smooth L1 loss, at least 0
   * @param generalizedIou the weight of generalised intersection over union, at least 0
   * @param beta the difference below which the L1 loss is a parabola, in the unit of the boxes,
   *     more than 0
   * @throws IllegalArgumentException if a number is out of its range
   */
  public BoxLoss(double smoothL1, double generalizedIou, double beta) {
    if (!(smoothL1 >= 0 && generalizedIou >= 0)) {
      throw new IllegalArgumentException(
          "weights: expected at least 0, got " + smoothL1 + " and " + generalizedIou);
    }
    if (!(beta > 0)) {
      throw new IllegalArgumentException("beta: expected more than 0, got " + beta);
    }
    this.smoothL1 = smoothL1;
    this.generalizedIou = generalizedIou;
    this.beta = beta;
  }

  /**
   * Both parts with a weight of 1, for boxes in shares of the image: β = 1/9.
   *
   * @return the loss
   */
  public static BoxLoss standard() {
    return new BoxLoss(1, 1, 1.0 / 9);
  }

  /**
   * Computes the loss.
   *
   * @param boxes {@code [batch, classes, 4]}, or {@code [batch, classes, 4, height, width]} for a
   *     box at each position of a grid; widths and heights at least 0
   * @param truth of the same shape, finite also where nothing is
   * @param present 1 where an object is and 0 elsewhere, {@code [batch, classes]} or {@code [batch,
   *     classes, height, width]}; numbers between weigh
   * @return a scalar
   * @throws IllegalArgumentException if a shape does not fit, or {@code present} is not from 0 to 1
   */
  public Variable of(Variable boxes, INDArray truth, INDArray present) {
    if (boxes.rank() == GRID_RANK) {
      Shapes.require("boxes", boxes.value(), "batch", "classes", NUMBERS, "height", "width");
      Shapes.require(
          "present", present, boxes.size(0), boxes.size(1), boxes.size(3), boxes.size(4));
    } else {
      Shapes.require("boxes", boxes.value(), "batch", "classes", NUMBERS);
      Shapes.require("present", present, boxes.size(0), boxes.size(1));
    }
    Shapes.requireSame("true boxes", truth, boxes.value());
    Values.requireFromZeroToOne("present", present);
    Variable t = Variable.constant(truth.castTo(boxes.dataType()));
    Variable weights = Variable.constant(present.castTo(boxes.dataType()));
    Variable cost =
        smoothL1(boxes, t)
            .times(smoothL1)
            .plus(generalizedIou(boxes, t).negate().plus(1).times(generalizedIou));
    return cost.times(weights).reshape(boxes.size(0), -1).sum(1).mean(0);
  }

  /** {@code d²/2β} below β and {@code |d| - β/2} above, summed over a box. */
  private Variable smoothL1(Variable boxes, Variable truth) {
    Variable d = boxes.minus(truth).abs();
    Variable least = d.clamp(0, beta);
    return least.times(d.minus(least.times(0.5))).dividedBy(beta).sum(AXIS);
  }

  private static Variable generalizedIou(Variable boxes, Variable truth) {
    Extent across = Extent.of(boxes, 0);
    Extent trueAcross = Extent.of(truth, 0);
    Extent down = Extent.of(boxes, 1);
    Extent trueDown = Extent.of(truth, 1);
    Variable common = across.overlap(trueAcross).times(down.overlap(trueDown));
    Variable area = across.size.times(down.size);
    Variable union = area.plus(trueAcross.size.times(trueDown.size)).minus(common);
    Variable around = across.span(trueAcross).times(down.span(trueDown));
    Variable uncovered = around.minus(union);
    return common.dividedBy(union.plus(EPSILON)).minus(uncovered.dividedBy(around.plus(EPSILON)));
  }

  /** The extent of boxes across or down the image, of the shape of what is present. */
  private record Extent(Variable low, Variable high, Variable size) {

    /** Across, axis 0, or down, axis 1. */
    static Extent of(Variable boxes, int axis) {
      Variable center = number(boxes, axis);
      Variable size = number(boxes, axis + 2);
      Variable half = size.times(0.5);
      return new Extent(center.minus(half), center.plus(half), size);
    }

    private static Variable number(Variable boxes, int which) {
      return boxes.slice(AXIS, which, which + 1).sum(AXIS);
    }

    Variable overlap(Extent other) {
      return min(high, other.high).minus(max(low, other.low)).relu();
    }

    Variable span(Extent other) {
      return max(high, other.high).minus(min(low, other.low));
    }

    private static Variable max(Variable a, Variable b) {
      return a.plus(b.minus(a).relu());
    }

    private static Variable min(Variable a, Variable b) {
      return a.minus(a.minus(b).relu());
    }
  }

  /**
   * What the loss makes of a sample, forward and backward: smooth L1 and generalized intersection
   * over union, in some sixty operations on one number a box.
   *
   * @param boxes the sizes whose product is their number: classes, rows and columns
   * @return the cost, in training alone
   */
  public static Cost cost(long... boxes) {
    return Cost.NONE.backward(239, boxes);
  }
}
