package org.capsnet.kernel;

import java.util.Arrays;

/** The sizes of a dense layer with dynamic routing: what scratch memory depends on. */
record RoutingSizes(RoutingSettings settings, int in, int inDim, int out, int dim) {

  @Override
  public boolean equals(Object other) {
    return other instanceof RoutingSizes sizes && Arrays.equals(numbers(), sizes.numbers());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(numbers());
  }

  private int[] numbers() {
    int leaky = settings.leaky() ? 1 : 0;
    int lastOnly = settings.lastIterationOnly() ? 1 : 0;
    return new int[] {settings.iterations(), leaky, lastOnly, in, inDim, out, dim};
  }

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
