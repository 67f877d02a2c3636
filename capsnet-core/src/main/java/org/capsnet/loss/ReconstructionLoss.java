package org.capsnet.loss;

import static org.nd4j.linalg.indexing.conditions.Conditions.lessThan;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.ops.transforms.Transforms;

/** How far a reconstruction is from its image: the sum over pixels, mean over the batch. */
public enum ReconstructionLoss {
  /** The squared difference, as in Sabour et al. (2017). */
  SQUARED_ERROR {
    @Override
    Variable perPixel(Variable reconstruction, Variable target) {
      return reconstruction.minus(target).square();
    }
  },

  /**
   * The cross-entropy of pixels taken as probabilities. A pixel that is surely wrong, 0 for 1 or 1
   * for 0, would lose infinitely much: as in PyTorch's {@code BCELoss}, a logarithm is taken for at
   * least -100, so that such a pixel loses 100, and the slope p - t over p (1 - p) for at most that
   * over 1e-12, so that it still says, and strongly, which way is better.
   */
  BINARY_CROSS_ENTROPY {
    @Override
    Variable perPixel(Variable reconstruction, Variable target) {
      INDArray p = reconstruction.value();
      INDArray t = target.value();
      INDArray loss = t.mul(log(p)).addi(t.rsub(1).muli(log(p.rsub(1)))).negi();
      return Variable.of(
          "binaryCrossEntropy",
          loss,
          (g, needed) -> {
            INDArray variance = p.rsub(1).muli(p);
            BooleanIndexing.replaceWhere(variance, LEAST_VARIANCE, lessThan(LEAST_VARIANCE));
            return new INDArray[] {p.sub(t).divi(variance).muli(g)};
          },
          reconstruction);
    }
  };

  private static final double LEAST_LOG = -100;
  private static final double LEAST_VARIANCE = 1e-12;

  /** The logarithm, for at least -100; of what is not a number, not a number. */
  private static INDArray log(INDArray x) {
    INDArray log = Transforms.log(x, true);
    BooleanIndexing.replaceWhere(log, LEAST_LOG, lessThan(LEAST_LOG));
    return log;
  }

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

  /**
   * Computes the loss of a reconstruction that is to show the masked part of the images alone, on
   * black, as in SegCaps (LaLonde and Bagci 2018). That paper takes the mean over the pixels of
   * {@link #SQUARED_ERROR}: this sum with a weight of 1 over their number.
   *
   * @param reconstruction {@code [batch, channels, height, width]}, from 0 to 1
   * @param images the originals, of the same shape, from 0 to 1
   * @param masks 1 where an image is to be shown, {@code [batch, 1, height, width]}
   * @return a scalar
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Variable ofMasked(Variable reconstruction, INDArray images, INDArray masks) {
    Shapes.require(
        "reconstruction", reconstruction.value(), "batch", "channels", "height", "width");
    Shapes.requireSame("images", images, reconstruction.value());
    Shapes.require("masks", masks, images.size(0), 1, images.size(2), images.size(3));
    INDArray shown =
        images.castTo(reconstruction.dataType()).mul(masks.castTo(reconstruction.dataType()));
    return of(reconstruction.reshape(images.size(0), -1), shown);
  }

  /**
   * What {@link #SQUARED_ERROR} makes of a sample, forward and backward: the difference and its
   * square, and their gradients.
   *
   * @param pixels the sizes whose product is their number, over all channels
   * @return the cost, in training alone
   */
  public static Cost cost(long... pixels) {
    return Cost.NONE.backward(4, pixels);
  }
}
