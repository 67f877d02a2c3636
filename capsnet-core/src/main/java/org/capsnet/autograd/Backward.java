package org.capsnet.autograd;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The backward half of an operation: from the gradient of its output to those of its inputs. */
@FunctionalInterface
public interface Backward {

  /**
   * Computes the gradients of the inputs.
   *
   * @param upstream dL/d(output), of the output's shape; must not be changed
   * @param needed for each input, whether its gradient is wanted; what is not may be left null
   * @return for each input dL/d(input), of that input's shape and type. An array may be the
   *     upstream one itself: the caller never writes into what it gets.
   */
  INDArray[] gradients(INDArray upstream, boolean[] needed);
}
