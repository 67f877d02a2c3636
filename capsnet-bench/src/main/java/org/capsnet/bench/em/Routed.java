package org.capsnet.bench.em;

/** A layer in some library, with its operands ready. */
interface Routed extends AutoCloseable {

  /** Computes poses and activations of output capsules. */
  void forward();

  /** Computes, after {@link #forward}, all gradients of the sum of poses and activations. */
  void backward();

  /** Poses, activations, and the gradients of poses, activations and matrices. */
  float[][] results();

  /** Lets go of what forward and backward made: not timed. */
  @Override
  void close();
}
