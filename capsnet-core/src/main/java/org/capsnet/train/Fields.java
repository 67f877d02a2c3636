package org.capsnet.train;

import java.util.Map;

/** Reads text by its key; an error names the key. */
final class Fields {

  private Fields() {}

  static String get(Map<String, String> text, String key) {
    String value = text.get(key);
    if (value == null) {
      throw new IllegalArgumentException("the metadata lack " + key);
    }
    return value;
  }

  static long whole(Map<String, String> text, String key) {
    return whole(key, get(text, key));
  }

  static long whole(String key, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + ": expected a whole number, got " + value, e);
    }
  }

  static double number(String key, String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + ": expected a number, got " + value, e);
    }
  }
}
