package org.capsnet.loss;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How far a reconstruction is from its image: the sum over pixels, mean over the batch. */
public enum ReconstructionLoss {
  /** The squared difference, as in Sabour et al. (2017). */
  SQUARED_ERROR {
    @Override
    Variable perPixel(Variable reconstruction, Variable target) {
      return reconstruction.minus(target).square();
    }
  },

  /** The cross-entropy of pixels taken as probabilities. */
  BINARY_CROSS_ENTROPY {
    @Override
    Variable perPixel(Variable reconstruction, Variable target) {
      // Probabilities a float's rounding away from 0 and 1, so that no logarithm is infinite.
      Variable p = reconstruction.clamp(1e-7, 1 - 1e-7);
      Variable q = p.negate().plus(1);
      Variable absent = target.negate().plus(1);
      return target.times(p.log()).plus(absent.times(q.log())).negate();
    }
  };

  abstract Variable perPixel(Variable reconstruction, Variable target);

  /**
   * Computes the loss.
   *
   * @param reconstruction {@code [batch, pixels]}, from 0 to 1
   * @param images the originals, {@code [batch, ..]} of as many pixels, from 0 to 1
   * @return a scalar
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Variable of(Variable reconstruction, INDArray images) {
    Shapes.require("reconstruction", reconstruction.value(), "batch", "pixels");
    INDArray flat = images.reshape(images.size(0), images.length() / images.size(0));
    Shapes.requireSame("images", flat, reconstruction.value());
    Variable target = Variable.constant(flat.castTo(reconstruction.dataType()));
    return perPixel(reconstruction, target).sum(1).mean(0);
  }
}
