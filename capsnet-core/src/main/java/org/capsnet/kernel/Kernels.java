package org.capsnet.kernel;

import java.util.Arrays;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that decides whether an operation runs fused or as its portable twin.
 *
 * <p>The fused kernels of this package take float arrays in the memory of the CPU; everything else
 * (double precision, another backend) is computed by the twins, which are composed of ordinary
 * operations. The system property {@code capsnet.kernels=portable} turns the fused ones off.
 */
public final class Kernels {

  private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

  /** Null until it is first asked for. */
  private static volatile Boolean enabled;

  private static final ThreadLocal<Boolean> PORTABLY = ThreadLocal.withInitial(() -> false);

  private Kernels() {}

  /**
   * Whether the fused kernels take these operands.
   *
   * @param operands all arrays of the operation; null is ignored
   * @return true where the fused kernel is to be used
   * @throws IllegalArgumentException if the property has another value
   */
  public static boolean fused(INDArray... operands) {
    return Arrays.stream(operands).allMatch(a -> a == null || fused(a.dataType()));
  }

  /**
   * Whether the fused kernels take operands of a type.
   *
   * @param type the type of all of them
   * @return true where the fused kernel is to be used
   * @throws IllegalArgumentException if the property has another value
   */
  public static boolean fused(DataType type) {
    return enabled() && type == DataType.FLOAT && !PORTABLY.get();
  }

  /**
   * Runs a computation of this thread by the twins alone.
   *
   * @param computation any
   * @param <T> the type of its result
   * @return the result
   */
  public static <T> T portable(Supplier<T> computation) {
    boolean outer = PORTABLY.get();
    PORTABLY.set(true);
    try {
      return computation.get();
    } finally {
      PORTABLY.set(outer);
    }
  }

  private static boolean enabled() {
    Boolean known = enabled;
    if (known == null) {
      known = decide();
      enabled = known;
    }
    return known;
  }

  private static boolean decide() {
    String choice = System.getProperty("capsnet.kernels", "fused");
    if (!choice.equals("fused") && !choice.equals("portable")) {
      throw new IllegalArgumentException(
          "capsnet.kernels: expected fused or portable, got " + choice);
    }
    boolean fused = choice.equals("fused") && onCpu();
    LOG.debug("backend {}, kernels: {}", backend(), fused ? "fused" : "portable");
    return fused;
  }

  /** Whether arrays lie in the memory of the CPU, and ND4J computes on it. */
  static boolean onCpu() {
    return backend().equals("CPU");
  }

  /** Whether OpenBLAS is there, which ND4J's CPU backend brings. */
  static boolean hasBlas() {
    try {
      Class.forName("org.bytedeco.openblas.global.openblas_nolapack");
      return onCpu();
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static String backend() {
    return String.valueOf(Nd4j.getExecutioner().getEnvironmentInformation().get("backend"));
  }
}
