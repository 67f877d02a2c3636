package org.capsnet.io;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Records as text, such as the architecture that a saved network carries. A record is a JSON object
 * with a field for each of its components, a list an array; numbers, truth values and texts are
 * themselves, and a constant of an enum its name. Where a component is of an interface, and for the
 * value as a whole, the object says by its {@linkplain Kinds kind} which class it is:
 *
 * <pre>{@code
 * {"kind": "capsnet", "classes": 10, …, "routing": {"kind": "dynamic", "iterations": 3, …}}
 * }</pre>
 *
 * <p>A component that is null is left out, and has to be {@link Nullable}.
 *
 * <p>What is read may be anybody's. Nothing is converted, guessed or overlooked: text for a number,
 * a fraction for a whole number, null, a field that is missing, unknown or there twice, and
 * whatever the record itself refuses, are an error in one line that names the field by its path,
 * {@code stem[1].kernel: expected a whole number, got "9"}. Length, depth, digits and elements are
 * bounded, and of what a file asks for nothing is allocated.
 *
 * <p>Jackson's own support of records was tried: with every strict setting it takes numbers for
 * text, {@code "NaN"} and {@code 1e999} for doubles and null in lists, and writes the class name of
 * an anonymous class. So it parses, and the records are walked here.
 */
public final class WrittenForm {

  /** Characters; the architectures here have some hundred. */
  private static final int MOST_TEXT = 1 << 20;

  /** Characters of a message. */
  private static final int MOST_MESSAGE = 1000;

  private WrittenForm() {}

  /**
   * Writes a value down.
   *
   * @param value a record or an enum's constant, of a class that {@link Kinds} names
   * @return JSON in one line, which {@link #read} gives back as an equal value
   * @throws IllegalArgumentException if something in it has no written form, the message says what,
   *     why and how to change that
   */
  public static String write(Object value) {
    String text = new KindForm(Object.class).write("", value).toString();
    if (!read("a value that can be read back", text, Object.class).equals(value)) {
      throw new IllegalArgumentException(
          "%s: expected to be read back as it was written, got another from %s"
              .formatted(value, text));
    }
    return text;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param what it should be, for messages: {@code an architecture}
   * @param text JSON
   * @param type what the value has to be; its class is known by the kind that is written
   * @param <T> the type
   * @return the value
   * @throws IllegalArgumentException if it is not that; the message says where, what was expected
   *     and what was there
   */
  public static <T> T read(String what, String text, Class<T> type) {
    return read(what, parse(what, text), type);
  }

  /**
   * Reads what {@link #write} wrote and {@link #parse} parsed.
   *
   * @param what it should be, for messages
   * @param form JSON
   * @param type what the value has to be
   * @param <T> the type
   * @return the value
   * @throws IllegalArgumentException as the other
   */
  public static <T> T read(String what, JsonNode form, Class<T> type) {
    try {
      return type.cast(new KindForm(type).read("", form));
    } catch (IllegalArgumentException e) {
      throw not(what, e);
    }
  }

  /**
   * Parses a written form without reading it: for forms of earlier versions, which are translated.
   *
   * @param what it should be, for messages
   * @param text JSON
   * @return the JSON
   * @throws IllegalArgumentException if it is none, or beyond the bounds
   */
  public static JsonNode parse(String what, String text) {
    try {
      if (text.length() > MOST_TEXT) {
        throw new IllegalArgumentException(
            "expected at most %d characters, got %d".formatted(MOST_TEXT, text.length()));
      }
      return Json.read(text);
    } catch (IllegalArgumentException e) {
      throw not(what, e);
    }
  }

  private static IllegalArgumentException not(String what, IllegalArgumentException e) {
    return new IllegalArgumentException("not %s: %s".formatted(what, inOneLine(e.getMessage())), e);
  }

  /** A message may repeat what a file says. */
  private static String inOneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}", " ");
    return line.length() > MOST_MESSAGE ? line.substring(0, MOST_MESSAGE) + "…" : line;
  }
}
