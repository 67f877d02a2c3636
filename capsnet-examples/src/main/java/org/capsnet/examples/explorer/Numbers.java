package org.capsnet.examples.explorer;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the numbers of a question, which are in their range or refused. */
final class Numbers {

  private Numbers() {}

  /** A number of a range. */
  static double within(String what, JsonNode node, double least, double most) {
    if (node == null || !node.isNumber() || !in(node.doubleValue(), least, most)) {
      throw new IllegalArgumentException(
          "%s: expected numbers from %s to %s, got %s".formatted(what, least, most, shown(node)));
    }
    return node.doubleValue();
  }

  private static boolean in(double value, double least, double most) {
    return value >= least && value <= most;
  }

  /** A number of a range, or a default where there is none. */
  static double optional(JsonNode parent, String name, double least, double most, double absent) {
    return parent.has(name) ? within(name, parent.get(name), least, most) : absent;
  }

  /** A whole number of a range. */
  static int whole(String what, JsonNode node, int least, int most) {
    if (node == null || !node.isInt() || !in(node.intValue(), least, most)) {
      throw new IllegalArgumentException(
          "%s: expected a whole number from %s to %s, got %s"
              .formatted(what, least, most, shown(node)));
    }
    return node.intValue();
  }

  private static String shown(JsonNode node) {
    String text = String.valueOf(node);
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
