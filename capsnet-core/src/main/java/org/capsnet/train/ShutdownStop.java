package org.capsnet.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the training of this thread when the JVM is asked to end, by Ctrl-C or SIGTERM: interrupts
 * it, and keeps the JVM until it has finished its step and saved.
 */
final class ShutdownStop implements AutoCloseable {

  /** What a training may take for its step and its checkpoint; the one before stays whole. */
  private static final long PATIENCE_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(ShutdownStop.class);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  ShutdownStop() {
    Thread training = Thread.currentThread();
    hook = new Thread(() -> stop(training), "capsnet-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop(Thread training) {
    training.interrupt();
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the JVM ends, and its hooks stay"); // the one moment at which none can be removed
    }
  }
}
