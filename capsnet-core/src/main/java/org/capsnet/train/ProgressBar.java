package org.capsnet.train;

import java.io.Console;

/** Shows a training as it goes: throughput, time left, loss and accuracy. */
public final class ProgressBar {

  private ProgressBar() {}

  /**
   * A bar for each epoch where there is a terminal; elsewhere, in a log file say, a line every ten
   * seconds and at the end of each epoch, with the same facts, through SLF4J at info level.
   *
   * @return the listener, for one training at a time
   */
  public static TrainingListener onConsole() {
    return hasTerminal() ? new TerminalProgress() : new LogProgress();
  }

  @SuppressWarnings("SystemConsoleNull") // asked of the console itself, below
  private static boolean hasTerminal() {
    Console console = System.console();
    return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
  }

  /** Since JDK 22 there is a console even without a terminal, and a method that tells. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
