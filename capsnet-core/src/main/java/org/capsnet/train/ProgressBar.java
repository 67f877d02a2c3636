package org.capsnet.train;

import java.io.Console;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/** Shows a training as it goes: throughput, time left, loss and accuracy. */
public final class ProgressBar {

  private static final String PROPERTY = "capsnet.progress";
  private static final String ON = "on";
  private static final String OFF = "off";

  private ProgressBar() {}

  /**
   * A bar for each epoch where there is a terminal; elsewhere, in a log file say, a line every ten
   * seconds and at the end of each epoch, with the same facts, through SLF4J at info level. Where
   * the application has no SLF4J provider, which would swallow them, the lines go to standard
   * error. The system property {@code capsnet.progress=off} turns all of it off.
   *
   * @return the listener, for one training at a time
   * @throws IllegalStateException if the property is neither on nor off
   */
  public static TrainingListener onConsole() {
    if (isOff(System.getProperty(PROPERTY, ON))) {
      return new TrainingListener() {};
    }
    if (hasTerminal()) {
      return new TerminalProgress();
    }
    if (hasLog()) {
      return new LogProgress();
    }
    System.err.println(
        "capsnet: no SLF4J provider, so progress goes to standard error; -D"
            + PROPERTY
            + "=off turns it off");
    return new LogProgress(System.err::println, System::nanoTime);
  }

  static boolean isOff(String setting) {
    if (!setting.equals(ON) && !setting.equals(OFF)) {
      throw new IllegalStateException(PROPERTY + ": expected on or off, got " + setting);
    }
    return setting.equals(OFF);
  }

  /** A provider that logs nothing was chosen for that; no provider at all was not. */
  private static boolean hasLog() {
    return !(LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory)
        || ServiceLoader.load(SLF4JServiceProvider.class).findFirst().isPresent();
  }

  @SuppressWarnings("SystemConsoleNull") // asked of the console itself, below
  private static boolean hasTerminal() {
    Console console = System.console();
    return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
  }

  /** Since JDK 22 there is a console even without a terminal, and a method that says so. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
