package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.CapsNetArchitecture.Convolution;
import org.capsnet.routing.Routings;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The written form of a {@link CapsNetArchitecture}, which a saved network carries. */
final class ArchitectureJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ArchitectureJson() {}

  static String write(CapsNetArchitecture a) {
    ObjectNode root = JSON.createObjectNode();
    root.put("channels", a.channels()).put("height", a.height()).put("width", a.width());
    root.put("classes", a.classes());
    ArrayNode stem = root.putArray("stem");
    a.stem().forEach(c -> stem.add(write(c)));
    root.set("primary", write(a.primary()));
    root.put("primaryDim", a.primaryDim()).put("classDim", a.classDim());
    root.put("routing", Routings.write(a.routing()));
    if (a.reconstructs()) {
      ArrayNode decoder = root.putArray("decoder");
      a.decoder().forEach(decoder::add);
    }
    root.put("type", a.type().name());
    return root.toString();
  }

  private static ObjectNode write(Convolution c) {
    return JSON.createObjectNode()
        .put("channels", c.channels())
        .put("kernel", c.kernel())
        .put("stride", c.stride());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static CapsNetArchitecture read(String json) {
    try {
      JsonNode root = JSON.readTree(json);
      if (root == null || !root.isObject()) {
        throw new IllegalArgumentException("not an architecture: expected a JSON object");
      }
      List<Convolution> stem = new ArrayList<>();
      root.path("stem").forEach(c -> stem.add(convolution(c)));
      return new CapsNetArchitecture(
          number(root, "channels"),
          number(root, "height"),
          number(root, "width"),
          number(root, "classes"),
          stem,
          convolution(root.path("primary")),
          number(root, "primaryDim"),
          number(root, "classDim"),
          Routings.read(root.path("routing").asText()),
          root.has("decoder") ? decoder(root.path("decoder")) : null,
          type(root.path("type").asText()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not an architecture: " + e.getOriginalMessage(), e);
    }
  }

  private static Convolution convolution(JsonNode node) {
    return new Convolution(
        number(node, "channels"), number(node, "kernel"), number(node, "stride"));
  }

  private static List<Integer> decoder(JsonNode array) {
    List<Integer> all = new ArrayList<>();
    boolean numbers = array.isArray();
    for (JsonNode number : array) {
      numbers &= number.isInt();
      all.add(number.intValue());
    }
    if (!numbers) {
      throw new IllegalArgumentException("decoder: expected a list of numbers, got " + array);
    }
    return all;
  }

  private static DataType type(String name) {
    return switch (name) {
      case "FLOAT" -> DataType.FLOAT;
      case "DOUBLE" -> DataType.DOUBLE;
      default -> throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + name);
    };
  }

  private static int number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isInt()) {
      throw new IllegalArgumentException("not an architecture: no number " + field);
    }
    return value.intValue();
  }
}
