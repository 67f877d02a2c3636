package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParallelTest {

  private static final int MANY = 1000;

  @Test
  void everyItemIsDoneExactlyOnce() {
    for (int items = 0; items <= 70; items++) {
      AtomicIntegerArray done = new AtomicIntegerArray(items);
      AtomicIntegerArray workers = new AtomicIntegerArray(Parallel.workers(items));
      Parallel.forRange(
          items,
          (worker, from, to) -> {
            workers.incrementAndGet(worker);
            for (int i = from; i < to; i++) {
              done.incrementAndGet(i);
            }
          });
      for (int i = 0; i < items; i++) {
        assertThat(done.get(i)).as("item %d of %d", i, items).isEqualTo(1);
      }
      for (int w = 0; w < workers.length(); w++) {
        assertThat(workers.get(w)).as("worker %d of %d items", w, items).isEqualTo(1);
      }
    }
  }

  @Test
  void aRangeIsCutTheSameWayEachTime() {
    List<String> first = cuts();
    for (int i = 0; i < 20; i++) {
      assertThat(cuts()).isEqualTo(first);
    }
  }

  private static List<String> cuts() {
    String[] cuts = new String[Parallel.workers(MANY)];
    Parallel.forRange(MANY, (worker, from, to) -> cuts[worker] = from + "-" + to);
    return List.of(cuts);
  }

  @Test
  void aFailureInAnyShareComesOutAfterAllSharesHaveEnded() {
    int workers = Parallel.workers(MANY);
    for (int failing = 0; failing < workers; failing++) {
      int bad = failing;
      AtomicInteger ended = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  Parallel.forRange(
                      MANY,
                      (worker, from, to) -> {
                        if (worker == bad) {
                          throw new IllegalArgumentException("share " + bad);
                        }
                        sleep(50);
                        ended.incrementAndGet();
                      }))
          .as("share %d", bad)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a kernel's worker failed")
          .hasRootCauseMessage("share " + bad);
      // Those that go on would write into arrays that the caller may already have freed.
      assertThat(ended.get()).isEqualTo(workers - 1);
    }
    everyItemIsDoneExactlyOnce();
  }

  @Test
  void manyCallersDoNotMixTheirItems() throws Exception {
    int callers = 16;
    CountDownLatch together = new CountDownLatch(callers);
    List<Callable<Long>> calls = new ArrayList<>();
    for (int c = 0; c < callers; c++) {
      int caller = c;
      calls.add(
          () -> {
            together.countDown();
            together.await();
            long total = 0;
            for (int round = 0; round < 50; round++) {
              long[] sums = new long[Parallel.workers(MANY)];
              Parallel.forRange(
                  MANY,
                  (worker, from, to) -> {
                    for (int i = from; i < to; i++) {
                      sums[worker] += (long) caller * i;
                    }
                  });
              for (long sum : sums) {
                total += sum;
              }
            }
            return total;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    try {
      List<Future<Long>> totals = pool.invokeAll(calls);
      for (int c = 0; c < callers; c++) {
        assertThat(totals.get(c).get()).isEqualTo(50L * c * MANY * (MANY - 1) / 2);
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void anInterruptionIsKeptAndTheSharesAreAwaited() {
    AtomicInteger ended = new AtomicInteger();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread.currentThread().interrupt();
    try {
      Parallel.forRange(
          MANY,
          (worker, from, to) -> {
            if (worker > 0) {
              sleep(50);
            }
            ended.incrementAndGet();
          });
    } finally {
      interrupted.set(Thread.interrupted());
    }
    assertThat(interrupted).isTrue();
    assertThat(ended.get()).isEqualTo(Parallel.workers(MANY));
  }

  @Test
  void aLoopWithinALoopEnds() {
    AtomicIntegerArray done = new AtomicIntegerArray(MANY);
    Parallel.forRange(
        10,
        (worker, from, to) -> {
          for (int i = from; i < to; i++) {
            int row = i;
            Parallel.forRange(
                100,
                (inner, first, last) -> {
                  for (int k = first; k < last; k++) {
                    done.incrementAndGet(row * 100 + k);
                  }
                });
          }
        });
    for (int i = 0; i < MANY; i++) {
      assertThat(done.get(i)).isEqualTo(1);
    }
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
