package org.capsnet.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON as the library writes it to files and reads it from them. What is read is untrusted: nesting
 * and the digits of a number are bounded, a key occurs once in an object, and nothing follows the
 * value.
 */
public final class Json {

  /** Deeper than in any file that the library writes. */
  private static final int MOST_DEPTH = 64;

  /** Characters of a number: a double that is written in full takes a quarter of this. */
  private static final int MOST_DIGITS = 100;

  /** Characters of a text: the longest header of a safetensors file is not longer. */
  private static final int MOST_TEXT = 100_000_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MOST_DEPTH)
                  .maxNumberLength(MOST_DIGITS)
                  .maxStringLength(MOST_TEXT)
                  .maxNameLength(MOST_TEXT)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private Json() {}

  /** {@return the reader and writer with the bounds set, one for any number of threads} */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The same bounds for what is read token by token. */
  static JsonFactory factory() {
    return FACTORY;
  }

  /**
   * Reads one value.
   *
   * @param text JSON
   * @return the value; a missing node if the text is empty
   * @throws IllegalArgumentException if it is not JSON, is nested too deeply, has a number of too
   *     many digits, repeats a key or continues after the value; the message says which
   */
  public static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  /**
   * Writes one value.
   *
   * @param value a node, text, number, list or map
   * @return JSON in one line
   * @throws IllegalArgumentException if it has no form in JSON
   */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }
}
