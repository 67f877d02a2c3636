package org.capsnet.io;

import java.io.Console;
import java.io.PrintStream;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * How something long goes on, in words: on a terminal a line of standard error that is written over
 * itself a few times a second; elsewhere, in a log file say, a line every ten seconds through SLF4J
 * at info level. Where the application has no SLF4J provider, which would swallow them, the lines
 * go to standard error. The system property {@code capsnet.progress=off} turns all of it off.
 */
public final class StatusLine implements AutoCloseable {

  private static final String PROPERTY = "capsnet.progress";
  private static final String ON = "on";
  private static final String OFF = "off";
  private static final long REDRAWN_NANOS = 250_000_000L;
  private static final long LOGGED_NANOS = 10_000_000_000L;

  /** A longer line would wrap, and could not be written over. */
  private static final int COLUMNS = 79;

  private final Consumer<String> lines;
  private final PrintStream terminal;
  private final LongSupplier clock;
  private final long interval;
  private long nextAt;
  private int shown;

  private StatusLine(Consumer<String> lines, PrintStream terminal, LongSupplier clock) {
    this.lines = lines;
    this.terminal = terminal;
    this.clock = clock;
    this.interval = terminal == null ? LOGGED_NANOS : REDRAWN_NANOS;
    this.nextAt = clock.getAsLong() + interval;
  }

  /**
   * A line on a terminal, which is written over itself.
   *
   * @param terminal where to
   * @param clock nanoseconds
   * @return the status
   */
  public static StatusLine onTerminal(PrintStream terminal, LongSupplier clock) {
    return new StatusLine(terminal::println, terminal, clock);
  }

  /**
   * Lines one after the other.
   *
   * @param to where each goes
   * @param clock nanoseconds
   * @return the status
   */
  public static StatusLine inLines(Consumer<String> to, LongSupplier clock) {
    return new StatusLine(to, null, clock);
  }

  /**
   * A line where the user looks.
   *
   * @param log where it goes if there is no terminal
   * @return the status, to be closed when nothing more goes on
   * @throws IllegalStateException if the property is neither on nor off
   */
  public static StatusLine of(Logger log) {
    if (isOff(System.getProperty(PROPERTY, ON))) {
      return inLines(line -> {}, System::nanoTime);
    }
    if (hasTerminal()) {
      return onTerminal(System.err, System::nanoTime);
    }
    if (hasLog()) {
      return inLines(log::info, System::nanoTime);
    }
    System.err.println(
        "capsnet: no SLF4J provider, so progress goes to standard error; -D"
            + PROPERTY
            + "=off turns it off");
    return inLines(System.err::println, System::nanoTime);
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

  /** {@return whether the line is written over itself, and has to be short: 79 characters fit} */
  public boolean isRedrawn() {
    return terminal != null;
  }

  /**
   * Shows how it goes on, unless that was just shown.
   *
   * @param text made only if it is shown
   */
  public void show(Supplier<String> text) {
    long now = clock.getAsLong();
    if (now - nextAt < 0) {
      return;
    }
    nextAt = now + interval;
    if (isRedrawn()) {
      draw(text.get());
    } else {
      lines.accept(text.get());
    }
  }

  /** Shows what comes next at once. */
  public void hurry() {
    nextAt = clock.getAsLong();
  }

  private void draw(String text) {
    String line = text.length() > COLUMNS ? text.substring(0, COLUMNS) : text;
    terminal.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    terminal.flush();
    shown = line.length();
  }

  /**
   * Adds a line that stays, in the place of what was shown.
   *
   * @param line of any length
   */
  public void print(String line) {
    if (shown > 0) {
      draw("");
      terminal.print("\r");
    }
    lines.accept(line);
  }

  /** Leaves what was shown as it is. */
  @Override
  public void close() {
    if (shown > 0) {
      terminal.println();
      shown = 0;
    }
  }
}
