package org.capsnet.examples.options;

/** Checks of numeric options, before anything is read or computed. */
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

  public static void require(boolean inRange, String option, String expected, Object value) {
    if (!inRange) {
      throw new WrongOption(option + ": expected " + expected + ", got " + value);
    }
  }
}
