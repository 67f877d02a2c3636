package org.capsnet.testing;

import org.capsnet.kernel.Kernels;
import org.junit.jupiter.api.Assumptions;
import org.nd4j.linalg.api.buffer.DataType;

/** What a test of the fused kernels themselves needs to know of this JVM. */
public final class FusedKernels {

  private FusedKernels() {}

  /** Skips a test where the portable twins compute in the kernels' place. */
  public static void assumeUsed() {
    Assumptions.assumeTrue(
        Kernels.fused(DataType.FLOAT), "the portable twins compute: no fused kernel to test");
  }
}
