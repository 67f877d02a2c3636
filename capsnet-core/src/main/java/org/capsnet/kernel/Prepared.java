package org.capsnet.kernel;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What kernels have prepared from weights that stay the same from one prediction to the next, kept
 * so that it is prepared once. Any number of threads may share it. It is dropped when the heap is
 * short, and not made at all where it would take too much of the heap; kernels work without it.
 *
 * <p>Whoever changes the weights calls {@link #forget()}. Since an array can be written to without
 * notice, a sample of the weights is compared at each use: an update of all of them is noticed,
 * that of a single number may not be.
 */
public final class Prepared {

  /** Numbers of the weights that are compared. */
  private static final int SAMPLE = 256;

  /** The part of the heap that one thing that is kept may take. */
  private static final int SHARE = 3;

  /** A factor that spreads bits. */
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private final long most;

  /**
   * Whether the heap was too full for what may be kept; from then on nothing is, until {@link
   * #forget}.
   */
  private volatile boolean full;

  /** What was made of one layout, by its class. */
  private final Map<Class<?>, Entry> entries = new ConcurrentHashMap<>();

  /** What was made, from which weights, and for which sizes. */
  private record Entry(Object sizes, long sample, SoftReference<Object> made) {}

  /** Makes an empty one. */
  public Prepared() {
    this(Runtime.getRuntime().maxMemory() / SHARE);
  }

  /** One that keeps nothing of more bytes. */
  Prepared(long most) {
    this.most = most;
  }

  /**
   * What was made of the weights, or else is made now.
   *
   * @param type its class, of which one is kept
   * @param sizes what it depends on beside the weights
   * @param weights dense floats
   * @param bytes that it takes
   * @param make makes it
   * @return null where the heap has no room for it: the caller has another way
   */
  <T> T get(Class<T> type, Object sizes, INDArray weights, long bytes, Supplier<T> make) {
    if (bytes > most || full) {
      return null;
    }
    long sample = sample(weights);
    Entry entry = entries.get(type);
    if (entry != null && entry.sample == sample && entry.sizes.equals(sizes)) {
      Object made = entry.made.get();
      if (made != null) {
        return type.cast(made);
      }
    }
    T made = orNull(make);
    if (made == null) {
      return null;
    }
    entries.put(type, new Entry(sizes, sample, new SoftReference<>(made)));
    return made;
  }

  private <T> T orNull(Supplier<T> make) {
    try {
      return make.get();
    } catch (OutOfMemoryError e) {
      // An array that found no room leaves all as it was. To ask again at each prediction would
      // cost
      // a collection each time, and the scratch memory of all kernels.
      full = true;
      return null;
    }
  }

  /** Forgets all of it, since the weights have changed. */
  public void forget() {
    full = false;
    entries.clear();
  }

  private static long sample(INDArray weights) {
    long hash = 0;
    for (float number : Floats.sample(weights, SAMPLE)) {
      // Not a sum of multiples: halving all weights would leave it as it was.
      hash = (hash ^ Float.floatToRawIntBits(number)) * ODD;
      hash ^= hash >>> Integer.SIZE;
    }
    return hash;
  }
}
