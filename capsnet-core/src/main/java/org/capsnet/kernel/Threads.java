package org.capsnet.kernel;

import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads compute: the system property {@code capsnet.threads}, by default as many as
 * there are cores. This one setting holds for the kernels' own pool ({@link Parallel}) and for all
 * that ND4J's CPU backend does with OpenMP: its own loops, OpenBLAS and oneDNN.
 *
 * <p>The two are never busy at once for one step: an operation is either a kernel, whose pool's
 * threads call nothing of ND4J's, or ND4J's, and each ends before the next begins. OpenMP's threads
 * do not spin while they wait ({@link IdleTeam}).
 */
public final class Threads {

  /** The name of the system property. */
  public static final String PROPERTY = "capsnet.threads";

  /** 0 until it is first asked for. */
  private static volatile int count;

  /** Not null once the number was handed to ND4J on this thread. */
  private static final ThreadLocal<Boolean> APPLIED = new ThreadLocal<>();

  private Threads() {}

  /**
   * {@return the number of threads, at least 1}
   *
   * @throws IllegalStateException if the property is no such number
   */
  public static int count() {
    int known = count;
    if (known == 0) {
      known = parse(System.getProperty(PROPERTY));
      count = known;
    }
    return known;
  }

  /** The cores that this process may use. */
  static int available() {
    return Runtime.getRuntime().availableProcessors();
  }

  static int parse(String setting) {
    if (setting == null) {
      return available();
    }
    if (!setting.matches("0*[1-9]\\d{0,3}")) {
      // Not an IllegalArgumentException, which would blame the argument of whatever call comes
      // first.
      throw new IllegalStateException(
          PROPERTY + ": expected a whole number from 1 to 9999, got " + setting);
    }
    return Integer.parseInt(setting);
  }

  /**
   * Has ND4J compute with {@link #count} threads what the calling thread asks of it, in memory that
   * stays ({@link NativeRoom}). OpenMP keeps the number for each thread that calls it, so every
   * thread that makes variables or scopes has to call this; all but its first call cost next to
   * nothing.
   *
   * @throws IllegalStateException as {@link #count}
   */
  public static void applyToNd4j() {
    if (APPLIED.get() != null) {
      return;
    }
    int threads = count();
    if (Kernels.onCpu()) {
      IdleTeam.gather();
      NativeRoom.make();
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
      Environment environment = Nd4j.getEnvironment();
      // ND4J does not take more than it found when it was loaded.
      environment.setMaxMasterThreads(Math.min(threads, environment.maxThreads()));
    }
    APPLIED.set(true);
  }
}
