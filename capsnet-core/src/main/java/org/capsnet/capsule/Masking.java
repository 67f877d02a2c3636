package org.capsnet.capsule;

import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Hides all capsules but some, as decoders want it (Sabour et al. 2017, section 4.1): of poses
 * {@code [batch, classes, dim]} all become 0 but those of the classes that are asked for.
 */
public final class Masking {

  private Masking() {}

  /**
   * Keeps the poses that a mask marks and sets the others to zero: those of the labels in training
   * (Sabour et al. 2017, section 4.1), or at each position those of the true masks, as SegCaps does
   * before it reconstructs (LaLonde and Bagci 2018).
   *
   * @param capsules poses {@code [batch, types, dim, grid..]}
   * @param mask 1 at the capsules to keep, of the shape of their activations {@code [batch, types,
   *     grid..]}: one-hot labels, where there is no grid
   * @return {@code [batch, types · dim, grid..]}
   */
  public static Variable byMask(Capsules capsules, INDArray mask) {
    Shapes.requireSame("mask", mask, capsules.activation().value());
    long[] shape = capsules.pose().shape().clone();
    shape[2] = 1;
    Variable kept = Variable.constant(mask.castTo(capsules.pose().dataType())).reshape(shape);
    return new Capsules(capsules.pose().times(kept), capsules.activation()).features();
  }

  /**
   * The mask of the most active capsule of each sample: at prediction, when nobody knows the label.
   *
   * @param capsules poses {@code [batch, n, dim]}, without a grid
   * @return 1 at that capsule and 0 at the others, {@code [batch, n]}
   */
  public static INDArray longest(Capsules capsules) {
    Shapes.require("activation", capsules.activation().value(), "batch", "capsules");
    return OneHot.ofLargest(capsules.activation()).value();
  }
}
