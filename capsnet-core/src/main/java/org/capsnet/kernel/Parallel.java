package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Runs a loop over independent items on all cores.
 *
 * <p>The items are split into one contiguous range per worker, always in the same way, so that sums
 * over the items of a worker are the same in every run. The number of workers is that of {@link
 * Threads}.
 */
final class Parallel {

  /** How long a thread waits without sleeping: longer would cost a machine that is busy. */
  private static final long AWAKE_NANOS = 50_000;

  private Parallel() {}

  /** Made once it is needed, so that a bad number of threads is an error of whoever asks first. */
  private static final class Workers {
    static final ExecutorService POOL = pool(Math.max(1, workers() - 1));

    private Workers() {}
  }

  private static ExecutorService pool(int threads) {
    BlockingQueue<Runnable> queue = new AwakeQueue();
    return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, queue, Worker::new);
  }

  /**
   * Tasks that threads wait for awake at first: a prediction is a dozen short loops, one after the
   * other, and a thread that sleeps takes as long to wake as such a loop.
   */
  private static final class AwakeQueue extends LinkedBlockingQueue<Runnable> {

    private static final long serialVersionUID = 1;

    @Override
    public Runnable take() throws InterruptedException {
      Runnable[] task = new Runnable[1];
      awake(() -> (task[0] = poll()) != null);
      return task[0] == null ? super.take() : task[0];
    }
  }

  /** Waits for a moment, without sleeping, for something to come true. */
  private static void awake(BooleanSupplier condition) {
    long began = System.nanoTime();
    while (!condition.getAsBoolean() && System.nanoTime() - began < AWAKE_NANOS) {
      Thread.onSpinWait();
    }
  }

  /** A thread of the pool, which must not wait for another one of it. */
  private static final class Worker extends Thread {
    Worker(Runnable task) {
      super(task, "capsnet-kernel");
      setDaemon(true);
    }
  }

  /** What a worker does with its share. */
  @FunctionalInterface
  interface Share {
    /** Does the items {@code from} (inclusive) to {@code to} (exclusive). */
    void run(int worker, int from, int to);
  }

  /** The most shares that a loop is cut into, where nothing else is asked for. */
  static int workers() {
    return Threads.count();
  }

  /** The number of shares that {@code items} items are cut into. */
  static int workers(int items) {
    return workers(items, workers());
  }

  private static int workers(int items, int most) {
    return Math.max(1, Math.min(most, items));
  }

  /**
   * Runs a loop and waits for its end, also where a share fails: the others still write into arrays
   * of the caller's. A loop within a loop is run by the worker that comes upon it.
   *
   * @throws IllegalStateException if a share failed, with its failure as the cause
   */
  static void forRange(int items, Share share) {
    forRange(items, workers(), share);
  }

  /** The same with a given number of shares, of which as many run at once as there are workers. */
  static void forRange(int items, int most, Share share) {
    int workers = workers(items, most);
    if (Thread.currentThread() instanceof Worker) {
      for (int w = 0; w < workers; w++) {
        run(items, share, w, workers);
      }
      return;
    }
    List<FutureTask<Void>> shares = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      int worker = w;
      shares.add(new FutureTask<>(() -> run(items, share, worker, workers), null));
    }
    if (workers > 1) {
      shares.subList(1, workers).forEach(Workers.POOL::execute);
    }
    // What no worker has begun, this thread does itself, rather than wait for one to wake.
    shares.forEach(FutureTask::run);
    await(shares);
  }

  /**
   * Runs a loop whose items may be done by any worker: a worker that has finished some takes the
   * next, so that none waits for a slower one. What a worker sums over its items is in no fixed
   * order.
   *
   * @param items their number
   * @param grain how many are taken at once
   * @param share what is done with them; called several times by a worker
   */
  static void forItems(int items, int grain, Share share) {
    forItems(items, grain, workers(), share);
  }

  /** The same by a given number of workers. */
  static void forItems(int items, int grain, int most, Share share) {
    AtomicInteger next = new AtomicInteger();
    forRange(
        (items + grain - 1) / grain,
        most,
        (worker, first, last) -> {
          for (int from = next.getAndAdd(grain); from < items; from = next.getAndAdd(grain)) {
            share.run(worker, from, Math.min(items, from + grain));
          }
        });
  }

  private static void run(int items, Share share, int worker, int workers) {
    share.run(worker, bound(items, worker, workers), bound(items, worker + 1, workers));
  }

  private static int bound(int items, int worker, int workers) {
    return (int) ((long) items * worker / workers);
  }

  private static void await(List<FutureTask<Void>> shares) {
    boolean interrupted = false;
    Throwable failure = null;
    for (int w = 0; w < shares.size(); ) {
      try {
        awake(shares.get(w)::isDone);
        shares.get(w).get();
        w++;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
        w++;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IllegalStateException("a kernel's worker failed", failure);
    }
  }
}
