package org.capsnet.kernel;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has loops of the Vector API compiled on a thread of its own, while plain ones that give the same
 * to the last bit do the work: until the compiler of last resort has come to them, each operation
 * on a vector is a call that makes an object, a hundred times slower. So the first prediction of a
 * program waits for no compiler, and results do not depend on when that is done.
 *
 * <p>It begins when the plain loops have done more than a few predictions take, so that a program
 * that predicts one image has none of it.
 */
final class WarmUp {

  /** The multiplications in plain loops after which it begins. */
  private static final long WORTHWHILE = 200_000_000;

  /** Calls between two looks at the clock. */
  private static final int CALLS = 20;

  /** The calls of one shape without a pause: the compiler takes up a loop after a few thousand. */
  private static final int MOST = 20_000;

  /** The pause after which it looks again: the compiler may be waiting for a core. */
  private static final long PAUSE_MILLIS = 100;

  /** Multiplications of compiled loops in a nanosecond, at least; of others, less than half. */
  private static final double FAST = 1;

  /** A call of the loops on operands of its own. */
  record Call(int multiplications, Runnable loops) {}

  private final String name;
  private final List<Call> calls;
  private final AtomicLong done = new AtomicLong();
  private volatile boolean compiled;

  /**
   * What has not begun.
   *
   * @param name of the loops
   * @param calls that take all branches of them
   */
  WarmUp(String name, List<Call> calls) {
    this.name = name;
    this.calls = List.copyOf(calls);
  }

  /**
   * Whether the loops are compiled.
   *
   * @param multiplications that plain loops do now otherwise
   */
  boolean isOver(long multiplications) {
    if (compiled) {
      return true;
    }
    long before = done.getAndAdd(multiplications);
    if (before < WORTHWHILE && before + multiplications >= WORTHWHILE) {
      Thread thread = new Thread(this::run, "capsnet-warm-up-" + name);
      thread.setDaemon(true);
      thread.start();
    }
    return false;
  }

  /**
   * Ends when all calls are fast. Where they stay slow, since the JVM has no such compiler, plain
   * loops are the faster way, and it looks again now and then; or until it is interrupted.
   */
  void run() {
    for (Call call : calls) {
      if (!becomesFast(call)) {
        return;
      }
    }
    compiled = true;
  }

  private static boolean becomesFast(Call call) {
    for (long n = 0; n < MOST || pause(); n += CALLS) {
      long began = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        call.loops.run();
      }
      if (CALLS * (double) call.multiplications > FAST * (System.nanoTime() - began)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is to go on. */
  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
