package org.capsnet.kernel;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Scratch memory that is handed back to be used again: that of a training step is as large as the
 * weights, and the collector would have to clear it away after every step. The memory is let go
 * when the heap is short.
 *
 * @param <K> what scratch memory of one size is known by
 * @param <T> the scratch memory
 */
final class Pool<K, T> {

  private final Map<K, Deque<SoftReference<T>>> idle = new ConcurrentHashMap<>();

  /** Scratch memory that is nobody else's, in whatever state it was handed back. */
  T take(K size, Supplier<T> otherwise) {
    Deque<SoftReference<T>> waiting = waiting(size);
    synchronized (waiting) {
      while (!waiting.isEmpty()) {
        T found = waiting.pop().get();
        if (found != null) {
          return found;
        }
      }
    }
    return otherwise.get();
  }

  /** Hands scratch memory back. */
  void give(K size, T scratch) {
    Deque<SoftReference<T>> waiting = waiting(size);
    synchronized (waiting) {
      waiting.push(new SoftReference<>(scratch));
    }
  }

  /** What is done with an item. */
  @FunctionalInterface
  interface Work<T> {
    void run(T own, int item);
  }

  /**
   * Items in any order, {@code grain} at a time by whichever worker is next, each of which has
   * scratch memory of its own.
   */
  void forItems(int items, int grain, K size, Supplier<T> otherwise, Work<T> work) {
    Parallel.forItems(items, grain, (worker, from, to) -> forEach(from, to, size, otherwise, work));
  }

  /** The items {@code from} (inclusive) to {@code to} (exclusive), one after the other. */
  void forEach(int from, int to, K size, Supplier<T> otherwise, Work<T> work) {
    T own = take(size, otherwise);
    for (int item = from; item < to; item++) {
      work.run(own, item);
    }
    give(size, own);
  }

  private Deque<SoftReference<T>> waiting(K size) {
    return idle.computeIfAbsent(size, key -> new ArrayDeque<>());
  }
}
