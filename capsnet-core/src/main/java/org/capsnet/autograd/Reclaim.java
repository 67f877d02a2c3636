package org.capsnet.autograd;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gives memory outside the Java heap back to the system.
 *
 * <p>The arrays of a model that is no longer used are freed with the small objects that own them;
 * but a nearly empty heap is never collected, however much off-heap memory its objects own. So a
 * collection is requested ({@link System#gc}) after each 256 MiB of long-lived arrays; what {@code
 * close()} frees does not count. On a JVM with {@code -XX:+DisableExplicitGC} only {@code close()}
 * frees.
 *
 * <p>Freed arrays leave holes in the memory of the C library, which keeps those of less than 32 MiB
 * unless it is asked to give them back ({@code malloc_trim}).
 */
public final class Reclaim {

  private static final long BETWEEN = 256L << 20;

  private static final AtomicLong SINCE = new AtomicLong();

  /** Null where there is no such call. */
  private static final MethodHandle TRIM = trimMemory();

  private Reclaim() {}

  /**
   * Counts an array that outlives all scopes.
   *
   * @param array just made
   */
  public static void made(INDArray array) {
    if (SINCE.addAndGet(bytes(array)) >= BETWEEN) {
      SINCE.set(0);
      trim(); // what the collection before this one has freed
      System.gc();
    }
  }

  /**
   * Frees an array that {@link #made} counted, at once; nothing happens if it was freed before.
   *
   * @param array nobody uses it any more
   */
  public static void free(INDArray array) {
    if (!array.wasClosed() && array.closeable()) {
      long bytes = bytes(array);
      SINCE.updateAndGet(before -> Math.max(0, before - bytes));
      array.close();
    }
  }

  /** Gives what was freed back to the system. It takes milliseconds: once after many arrays. */
  public static void trim() {
    if (TRIM == null) {
      return;
    }
    try {
      boolean ignored = (boolean) TRIM.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("JavaCPP's trimMemory", e);
    }
  }

  private static long bytes(INDArray array) {
    return array.length() * array.dataType().width();
  }

  /** JavaCPP has the call, and keeps it to itself. */
  private static MethodHandle trimMemory() {
    try {
      Method trim = Pointer.class.getDeclaredMethod("trimMemory");
      trim.setAccessible(true);
      return MethodHandles.lookup().unreflect(trim);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // another JavaCPP, or one that is a closed module
    }
  }
}
