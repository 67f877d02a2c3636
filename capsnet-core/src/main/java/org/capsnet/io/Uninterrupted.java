package org.capsnet.io;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Work with channels that does not depend on whether this thread is interrupted. Java closes a
 * channel under a thread that has its interrupt flag set; and the flag is how a training is asked
 * to stop and save.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * Work that can be begun again from the start.
   *
   * @param <T> what it comes to
   */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Runs to the end, from the start again where an interruption cut in, and keeps the flag. */
  static <T> T run(Work<T> work) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.run();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
