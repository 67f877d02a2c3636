package org.capsnet.kernel;

import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads compute: the system property {@code capsnet.threads}, by default as many as
 * there are cores. This one setting is that of the kernels' own pool ({@link Parallel}) and of all
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

  /** Not null once ND4J has been told on this thread. */
  private static final ThreadLocal<Boolean> GOVERNED = new ThreadLocal<>();

  private Threads() {}

  /**
   * The number of threads.
   *
   * @return at least 1
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
      // Not of whatever argument is at hand, a model's file say, when it is first asked for.
      throw new IllegalStateException(
          PROPERTY + ": expected a whole number from 1 to 9999, got " + setting);
    }
    return Integer.parseInt(setting);
  }

  /**
   * Makes ND4J compute with as many threads for the calling thread. OpenMP keeps the number for
   * each thread that calls it, so that every thread on which variables or scopes are made has to
   * come by here; all but its first call costs next to nothing.
   *
   * @throws IllegalStateException as {@link #count}
   */
  public static void govern() {
    if (GOVERNED.get() != null) {
      return;
    }
    int threads = count();
    if (Kernels.onCpu()) {
      IdleTeam.gather();
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
      Environment environment = Nd4j.getEnvironment();
      // ND4J does not take more than it found when it was loaded.
      environment.setMaxMasterThreads(Math.min(threads, environment.maxThreads()));
    }
    GOVERNED.set(true);
  }
}
