package org.capsnet.bench.peer;

import java.util.Locale;

/**
 * A line from the comparison to a contestant, such as {@code train 128 5}.
 *
 * @param kind what is asked for
 * @param batch the number of images of a call
 * @param calls how many calls
 */
record Request(Kind kind, int batch, int calls) {

  /** What can be asked for. */
  enum Kind {
    /** The losses of training steps. */
    LOSSES,
    /** The class lengths of one prediction. */
    LENGTHS,
    /** The milliseconds of training steps. */
    TRAIN,
    /** The milliseconds of predictions. */
    PREDICT,
    /** The milliseconds of votes and routing, forward and backward. */
    ROUTE
  }

  String line() {
    return kind.name().toLowerCase(Locale.ROOT) + " " + batch + " " + calls;
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is none of {@link #line()}
   */
  static Request parse(String line) {
    String[] words = line.trim().split(" +", -1);
    if (words.length != 3) {
      throw new IllegalArgumentException("request: expected KIND BATCH CALLS, got " + line);
    }
    return new Request(
        Kind.valueOf(words[0].toUpperCase(Locale.ROOT)),
        Integer.parseInt(words[1]),
        Integer.parseInt(words[2]));
  }
}
