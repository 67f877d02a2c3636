package org.capsnet.examples.options;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Checks of options, before anything is read or computed. */
public final class Ranges {

  private Ranges() {}

  /** An option with a value that it cannot have. */
  public static final class WrongOption extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public WrongOption(String message) {
      super(message);
    }
  }

  public static void atLeast(int least, String option, int value) {
    require(value >= least, option, "at least " + least, value);
  }

  public static void atLeast(double least, String option, double value) {
    require(value >= least, option, "at least " + least, value);
  }

  public static void above(double bound, String option, double value) {
    require(value > bound && Double.isFinite(value), option, "above " + bound, value);
  }

  /** Checks that no value is there twice. */
  public static void eachOnce(String option, List<?> values) {
    require(values.stream().distinct().count() == values.size(), option, "each once", values);
  }

  /**
   * Checks that options were not given which nothing would read.
   *
   * @param where it would not, such as {@code with --npz}
   */
  public static void requireNone(CommandSpec command, String where, List<String> options) {
    ParseResult given = command.commandLine().getParseResult();
    for (String option : options) {
      if (given.hasMatchedOption(option)) {
        List<String> values = given.matchedOption(option).originalStringValues();
        throw new WrongOption(
            "%s: expected none %s, got %s".formatted(option, where, String.join(",", values)));
      }
    }
  }

  public static void require(boolean inRange, String option, String expected, Object value) {
    if (!inRange) {
      throw new WrongOption(option + ": expected " + expected + ", got " + value);
    }
  }
}
