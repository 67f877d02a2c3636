package org.capsnet.data;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Reads from the network without waiting for ever: the timeout of an HTTP request ends when the
 * headers have arrived, and reading the body has none.
 */
final class StallGuard implements AutoCloseable {

  private static final int CHECKS = 4;

  private final InputStream in;
  private final Duration stallTimeout;
  private final Timer timer = new Timer("capsnet-stall-guard", true);
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stalled;

  StallGuard(InputStream in, Duration stallTimeout) {
    this.in = in;
    this.stallTimeout = stallTimeout;
    long period = Math.max(1, stallTimeout.toMillis() / CHECKS);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            check();
          }
        },
        period,
        period);
  }

  /** Closing the stream is what ends a read that waits in it. */
  private void check() {
    if (System.nanoTime() - lastNanos > stallTimeout.toNanos()) {
      stalled = true;
      timer.cancel();
      try {
        in.close();
      } catch (IOException e) {
        // The reader learns of it from what it reads.
      }
    }
  }

  /**
   * Reads as {@link InputStream#read(byte[])} does.
   *
   * @throws IOException also if no byte came for too long
   */
  int read(byte[] buffer) throws IOException {
    try {
      int read = in.read(buffer);
      lastNanos = System.nanoTime();
      if (stalled) {
        throw stall(null);
      }
      return read;
    } catch (IOException e) {
      throw stalled ? stall(e) : e;
    }
  }

  private IOException stall(IOException cause) {
    return new IOException(
        "no byte came for %s s; what came before is kept, and another attempt continues from there"
            .formatted(stallTimeout.toMillis() / 1e3),
        cause);
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
