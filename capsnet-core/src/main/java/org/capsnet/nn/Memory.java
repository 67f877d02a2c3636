package org.capsnet.nn;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory that there is: what a network could not do without is held against it, so that a size
 * in a file or of somebody's images ends in a message rather than in the end of the process.
 */
public final class Memory {

  private static final double GIB = 1L << 30;

  private Memory() {}

  /** {@return the bytes that this process may take, on the heap and off it} */
  public static long ofProcess() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long limit = Pointer.maxPhysicalBytes();
    return limit > 0 ? Math.min(limit, system.getTotalMemorySize()) : system.getTotalMemorySize();
  }

  /** {@return the bytes that the Java heap may grow to} */
  public static long ofHeap() {
    return Runtime.getRuntime().maxMemory();
  }

  /**
   * Requires that a single image could be looked at.
   *
   * @param image the numbers in it
   * @param made the numbers that a network makes of it at least, itself included
   * @param width bytes of one of the latter
   * @throws IllegalArgumentException if there is too little memory for that
   */
  public static void requireImage(long image, long made, int width) {
    long heap = Math.multiplyExact(image, Float.BYTES);
    if (heap > ofHeap()) {
      throw new IllegalArgumentException(
          "an image takes %s of the Java heap, which has at most %s"
              .formatted(gib(heap), gib(ofHeap())));
    }
    long all = Math.multiplyExact(made, width);
    if (all > ofProcess()) {
      throw new IllegalArgumentException(
          "the network makes at least %s of one image, and this process may take %s"
              .formatted(gib(all), gib(ofProcess())));
    }
  }

  /**
   * Requires room for parameters, before they are made.
   *
   * @param bytes of all of them
   * @throws IllegalArgumentException if there is too little memory for that
   */
  public static void requireParameters(long bytes) {
    if (bytes > ofProcess()) {
      throw new IllegalArgumentException(
          "the parameters take %s or more, and this process may take %s"
              .formatted(gib(bytes), gib(ofProcess())));
    }
  }

  /**
   * A size in words.
   *
   * @param bytes any number
   * @return as {@code 1.5 GiB}
   */
  public static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }
}
