package org.capsnet.examples;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.capsnet.model.CapsNetSummary;

/** Compares what a training needs with what the machine has, before it begins. */
final class Memory {

  private static final double GIB = 1L << 30;

  private Memory() {}

  /**
   * Requires room for a training.
   *
   * @throws IllegalArgumentException if the machine is too small
   */
  static void require(CapsNetSummary summary, int batch) {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double needed =
        summary.parameterBytes()
            + summary.trainingStateBytes()
            + (double) batch * summary.trainingBytesPerSample();
    if (needed > machine.getTotalMemorySize()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "this network needs %.1f GiB to train with batches of %d, and the machine has %.1f GiB:"
                  + " a smaller --image-size or --batch needs less",
              needed / GIB,
              batch,
              machine.getTotalMemorySize() / GIB));
    }
  }
}
