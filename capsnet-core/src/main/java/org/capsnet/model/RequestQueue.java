package org.capsnet.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The requests of a {@link Predictor}, which many threads bring and one takes away in batches. A
 * request enters before its picture is read, so that those that are read have a bound, too; then it
 * is put, and at last it leaves.
 *
 * @param <T> a request
 */
class RequestQueue<T> {

  private final Batching batching;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<T> waiting = new ArrayDeque<>();

  private int underWay;
  private boolean closed;

  /** How many the next batch may hope for, and until when. */
  private int expected;

  private long until = System.nanoTime();

  RequestQueue(Batching batching) {
    this.batching = batching;
  }

  /**
   * Waits for room.
   *
   * @throws IllegalStateException if the queue is closed, or the thread interrupted
   */
  void enter() {
    lock.lock();
    try {
      while (!closed && underWay == batching.room()) {
        room.await();
      }
      requireOpen();
      underWay++;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for room in the predictor", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts a request that has entered.
   *
   * @throws IllegalStateException if the queue was closed meanwhile
   */
  void put(T request) {
    lock.lock();
    try {
      requireOpen();
      waiting.add(request);
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the predictor is closed");
    }
  }

  /** Some that have entered go, before they are told so: they will hardly come back sooner. */
  void leave(int requests) {
    lock.lock();
    try {
      expected = underWay;
      until = System.nanoTime() + batching.pause().toNanos();
      underWay -= requests;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for requests: for one, and for as many as were under way when the last ones left, but no
   * longer than asked for.
   *
   * @return at least one; none once the queue is closed and all are taken
   */
  List<T> take() {
    lock.lock();
    try {
      while (!closed && waiting.isEmpty()) {
        arrived.awaitUninterruptibly();
      }
      long left = until - System.nanoTime();
      while (!closed && waiting.size() < Math.min(expected, batching.largest()) && left > 0) {
        left = arrived.awaitNanos(left);
      }
      return next();
    } catch (InterruptedException e) {
      return next(); // nobody interrupts it but to hurry
    } finally {
      lock.unlock();
    }
  }

  private List<T> next() {
    List<T> taken = new ArrayList<>();
    while (!waiting.isEmpty() && taken.size() < batching.largest()) {
      taken.add(waiting.remove());
    }
    return taken;
  }

  /** Lets nothing more in; what was put is still taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      room.signalAll();
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
