package org.capsnet.bench.process;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A line from a {@link LineServer}: {@code ok} and numbers, or {@code error} and what went wrong.
 */
final class Reply {

  private static final String OK = "ok";
  private static final String ERROR = "error";

  private Reply() {}

  static String ok(double... numbers) {
    return Arrays.stream(numbers).mapToObj(n -> " " + n).collect(Collectors.joining("", OK, ""));
  }

  static String error(Throwable failure) {
    return ERROR + " " + failure.toString().replaceAll("\\R", " ");
  }

  /**
   * The numbers of a line.
   *
   * @throws IllegalStateException if the other process failed: the message is what it says
   * @throws IllegalArgumentException if the line is no reply
   */
  static double[] numbers(String line) {
    if (line.startsWith(ERROR + " ")) {
      throw new IllegalStateException(line.substring(ERROR.length() + 1));
    }
    String[] words = line.split(" ", -1);
    if (!words[0].equals(OK)) {
      throw new IllegalArgumentException("reply: expected ok or error, got " + line);
    }
    return Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
  }
}
