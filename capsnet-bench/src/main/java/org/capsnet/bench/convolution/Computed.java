package org.capsnet.bench.convolution;

/** A layer in some library, with its operands ready. */
interface Computed extends AutoCloseable {

  /** Computes the result. */
  void forward();

  /** Computes, after {@link #forward}, both gradients from a gradient of the result of ones. */
  void backward();

  /** The result, and the gradients of images and weights. */
  float[][] results();

  /** Lets go of what forward and backward made: not timed. */
  @Override
  void close();
}
