package org.capsnet.kernel;

/** The sizes of a dense layer with dynamic routing: what scratch memory depends on. */
record RoutingSizes(RoutingSettings settings, int in, int inDim, int out, int dim) {

  /** The numbers in the output capsules of a sample. */
  int width() {
    return Math.multiplyExact(out, dim);
  }

  /** The numbers in the input capsules of a sample. */
  int poses() {
    return Math.multiplyExact(in, inDim);
  }

  /** The weights of an input capsule. */
  int weights() {
    return Math.multiplyExact(width(), inDim);
  }

  /** The number of iterations. */
  int iterations() {
    return settings.iterations();
  }

  /** The first iteration that gradients flow through. */
  int firstIteration() {
    return settings.lastIterationOnly() ? iterations() - 1 : 0;
  }
}
