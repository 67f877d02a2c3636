package org.capsnet.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

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

  /**
   * Made where something is written: it brings 350 classes, which take as long to load as a network
   * takes to be read.
   */
  private static final class Writer {
    static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

    private Writer() {}
  }

  private Json() {}

  /** Makes the nodes of trees. */
  static JsonNodeFactory nodes() {
    return JsonNodeFactory.instance;
  }

  /**
   * A value as a tree.
   *
   * @param value a number, truth value or text
   */
  static JsonNode node(Object value) {
    return Writer.MAPPER.valueToTree(value);
  }

  /** The bounds for what is read token by token. */
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
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        return nodes().missingNode();
      }
      JsonNode value = value(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "Trailing token %s after the value".formatted(parser.currentToken()));
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never, of a text
    }
  }

  /** The value that begins with the current token; the depth of the recursion is bounded. */
  private static JsonNode value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = nodes().objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.set(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = nodes().arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_NUMBER_INT -> wholeNumber(parser);
      case VALUE_NUMBER_FLOAT -> nodes().numberNode(parser.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE -> nodes().booleanNode(parser.getBooleanValue());
      case VALUE_NULL -> nodes().nullNode();
      default -> nodes().textNode(parser.getText());
    };
  }

  private static JsonNode wholeNumber(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> nodes().numberNode(parser.getIntValue());
      case LONG -> nodes().numberNode(parser.getLongValue());
      default -> nodes().numberNode(parser.getBigIntegerValue());
    };
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
      return Writer.MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }
}
