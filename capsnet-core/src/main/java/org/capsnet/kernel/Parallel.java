package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs a loop over independent items on all cores.
 *
 * <p>The items are cut into one contiguous range a worker, always in the same way, so that what a
 * kernel sums a worker at a time comes out equal in every run. The number of workers is the system
 * property {@code capsnet.threads}, by default the number of cores.
 */
final class Parallel {

  private static final int WORKERS =
      Math.max(
          1, Integer.getInteger("capsnet.threads", Runtime.getRuntime().availableProcessors()));

  private static final ExecutorService POOL =
      Executors.newFixedThreadPool(
          Math.max(1, WORKERS - 1),
          task -> {
            Thread thread = new Thread(task, "capsnet-kernel");
            thread.setDaemon(true);
            return thread;
          });

  private Parallel() {}

  /** What a worker does with its share. */
  @FunctionalInterface
  interface Share {
    /** Does the items {@code from} (inclusive) to {@code to} (exclusive). */
    void run(int worker, int from, int to);
  }

  /** The number of shares that {@code items} items are cut into. */
  static int workers(int items) {
    return Math.max(1, Math.min(WORKERS, items));
  }

  /**
   * Runs a loop and waits for its end.
   *
   * @throws IllegalStateException if a worker failed
   */
  static void forRange(int items, Share share) {
    int workers = workers(items);
    List<Future<?>> others = new ArrayList<>();
    for (int w = 1; w < workers; w++) {
      int worker = w;
      others.add(
          POOL.submit(
              () ->
                  share.run(
                      worker, bound(items, worker, workers), bound(items, worker + 1, workers))));
    }
    share.run(0, 0, bound(items, 1, workers));
    for (Future<?> other : others) {
      await(other);
    }
  }

  private static int bound(int items, int worker, int workers) {
    return (int) ((long) items * worker / workers);
  }

  private static void await(Future<?> other) {
    boolean interrupted = false;
    while (true) {
      try {
        other.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the share still writes into our arrays: its end must be awaited
      } catch (ExecutionException e) {
        throw new IllegalStateException("a kernel's worker failed", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
