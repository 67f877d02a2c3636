package org.capsnet.capsule;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Hides all capsules but one of each sample, as the decoder of a CapsNet wants it. */
public final class Masking {

  private Masking() {}

  /**
   * Keeps the poses that a mask marks and sets the others to zero.
   *
   * @param capsules poses {@code [batch, n, dim]}
   * @param oneHot 1 at the capsule to keep, {@code [batch, n]}: the labels, in training
   * @return {@code [batch, n · dim]}
   */
  public static Variable byLabel(Capsules capsules, INDArray oneHot) {
    Shapes.requireSame("mask", oneHot, capsules.activation().value());
    long batch = oneHot.size(0);
    long n = oneHot.size(1);
    INDArray mask = oneHot.castTo(capsules.pose().dataType()).reshape(batch, n, 1);
    return capsules.pose().times(Variable.constant(mask)).reshape(batch, n * capsules.dim());
  }

  /**
   * Keeps the pose of the most active capsule of each sample: at prediction, when nobody knows the
   * label.
   *
   * @param capsules poses {@code [batch, n, dim]}
   * @return {@code [batch, n · dim]}
   */
  public static Variable byLongest(Capsules capsules) {
    INDArray activation = capsules.activation().value();
    INDArray longest = Nd4j.argMax(activation, 1);
    INDArray oneHot = activation.like();
    for (long b = 0; b < oneHot.size(0); b++) {
      oneHot.putScalar(b, longest.getLong(b), 1);
    }
    return byLabel(capsules, oneHot);
  }

  /**
   * Keeps the poses at the positions that a mask marks and sets the others to zero, as SegCaps does
   * before it reconstructs (LaLonde and Bagci 2018).
   *
   * @param capsules poses {@code [batch, types, dim, height, width]}
   * @param mask 1 where a type is kept, {@code [batch, types, height, width]}: the true masks, in
   *     training
   * @return {@code [batch, types · dim, height, width]}
   */
  public static Variable byMask(CapsuleGrid capsules, INDArray mask) {
    Shapes.requireSame("mask", mask, capsules.activation().value());
    INDArray kept =
        mask.castTo(capsules.pose().dataType())
            .reshape('c', mask.size(0), mask.size(1), 1, mask.size(2), mask.size(3));
    return new CapsuleGrid(capsules.pose().times(Variable.constant(kept)), capsules.activation())
        .features();
  }
}
