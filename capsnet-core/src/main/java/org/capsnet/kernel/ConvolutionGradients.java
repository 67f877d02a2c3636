package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A way to compute a convolution that makes all of its gradients at once. */
public interface ConvolutionGradients {

  /**
   * The gradients of a convolution, of a bias and a rectifier behind it too.
   *
   * @param images dense float {@code [batch, in, height, width]}; null where the weights' gradient
   *     is not needed
   * @param weights dense float, as of the convolution; null where the images' gradient is not
   *     needed
   * @param upstream the gradient of the result, dense
   * @param rectified the result where there was a rectifier, dense; null where there was none
   * @param imageGradient dense, overwritten; null where it is not needed
   * @param weightGradient dense, overwritten; null where it is not needed
   * @param biasGradient dense, overwritten; null where it is not needed
   */
  void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient);
}
