package org.capsnet.io;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Runs work with channels regardless of interruption. Java closes the channel of a thread whose
 * interrupt flag is set; and that flag is how a training is asked to stop and save.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * Work that can be repeated from the start.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Runs to the end, again from the start after an interruption, and keeps the flag. */
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
