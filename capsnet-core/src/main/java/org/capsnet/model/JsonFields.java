package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.io.Json;
import org.capsnet.model.FeatureExtractor.Stage;
import org.nd4j.linalg.api.buffer.DataType;

/** The fields of a written architecture; what is not as expected is an error that names it. */
final class JsonFields {

  private JsonFields() {}

  static ObjectNode create() {
    return Json.mapper().createObjectNode();
  }

  static JsonNode object(String json) {
    JsonNode root;
    try {
      root = Json.read(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not an architecture: " + e.getMessage(), e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("not an architecture: expected a JSON object");
    }
    return root;
  }

  static int number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isInt()) {
      throw new IllegalArgumentException("not an architecture: no number " + field);
    }
    return value.intValue();
  }

  static boolean flag(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("not an architecture: no true or false " + field);
    }
    return value.booleanValue();
  }

  /** The elements of a list. */
  static Iterable<JsonNode> list(JsonNode node, String field) {
    JsonNode array = node.path(field);
    if (!array.isArray()) {
      throw new IllegalArgumentException("not an architecture: no list " + field);
    }
    return array;
  }

  static List<Integer> numbers(JsonNode node, String field) {
    JsonNode array = node.path(field);
    List<Integer> all = new ArrayList<>();
    boolean numbers = array.isArray();
    for (JsonNode number : array) {
      numbers &= number.isInt();
      all.add(number.intValue());
    }
    if (!numbers) {
      throw new IllegalArgumentException(field + ": expected a list of numbers, got " + array);
    }
    return all;
  }

  static DataType type(JsonNode node) {
    String name = node.path("type").asText();
    return switch (name) {
      case "FLOAT" -> DataType.FLOAT;
      case "DOUBLE" -> DataType.DOUBLE;
      default -> throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + name);
    };
  }

  static ObjectNode write(Stage stage) {
    return create()
        .put("channels", stage.channels())
        .put("kernel", stage.kernel())
        .put("stride", stage.stride());
  }

  static Stage stage(JsonNode node) {
    return new Stage(number(node, "channels"), number(node, "kernel"), number(node, "stride"));
  }
}
