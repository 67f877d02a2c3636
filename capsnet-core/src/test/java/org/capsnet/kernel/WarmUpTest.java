package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  @Test
  void isOverWhenAllCallsAreFast() {
    AtomicInteger called = new AtomicInteger();
    WarmUp.Call fast = new WarmUp.Call(Integer.MAX_VALUE, called::incrementAndGet);
    WarmUp warmUp = new WarmUp("test", List.of(fast, fast));
    assertThat(warmUp.isOver(1)).isFalse();
    assertThat(called).hasValue(0);
    warmUp.run();
    assertThat(warmUp.isOver(1)).isTrue();
    assertThat(called.get()).isPositive();
  }

  @Test
  void leavesTheWorkToPlainLoopsAsLongAsACallIsSlow() throws InterruptedException {
    WarmUp.Call slow = new WarmUp.Call(0, () -> {});
    WarmUp warmUp = new WarmUp("test", List.of(slow));
    Thread thread = new Thread(warmUp::run);
    thread.start();
    assertThat(warmUp.isOver(1)).isFalse();
    thread.interrupt();
    thread.join();
    assertThat(warmUp.isOver(1)).isFalse();
  }

  @Test
  void isOverAlsoWhereTheCompilerComesLate() {
    AtomicInteger called = new AtomicInteger();
    Runnable loops =
        () -> {
          long end = System.nanoTime() + (called.incrementAndGet() < 20_010 ? 6_000 : 0);
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        };
    WarmUp warmUp = new WarmUp("test", List.of(new WarmUp.Call(5_000, loops)));
    warmUp.run();
    assertThat(called.get()).isGreaterThan(20_000);
    assertThat(warmUp.isOver(1)).isTrue();
  }

  @Test
  void beginsOnceWithSomeWork() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    WarmUp.Call fast = new WarmUp.Call(Integer.MAX_VALUE, begun::countDown);
    WarmUp warmUp = new WarmUp("test", List.of(fast));
    warmUp.isOver(1);
    assertThat(begun.getCount()).isEqualTo(1);
    warmUp.isOver(Long.MAX_VALUE / 2);
    begun.await();
  }
}
