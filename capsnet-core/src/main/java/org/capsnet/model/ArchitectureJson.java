package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.CapsNetArchitecture.Convolution;
import org.capsnet.routing.Routings;

/** The written form of a {@link CapsNetArchitecture}, which a saved network carries. */
final class ArchitectureJson {

  private ArchitectureJson() {}

  static String write(CapsNetArchitecture a) {
    ObjectNode root = JsonFields.create();
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
    return JsonFields.create()
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
    JsonNode root = JsonFields.object(json);
    List<Convolution> stem = new ArrayList<>();
    JsonFields.list(root, "stem").forEach(c -> stem.add(convolution(c)));
    return new CapsNetArchitecture(
        JsonFields.number(root, "channels"),
        JsonFields.number(root, "height"),
        JsonFields.number(root, "width"),
        JsonFields.number(root, "classes"),
        stem,
        convolution(root.path("primary")),
        JsonFields.number(root, "primaryDim"),
        JsonFields.number(root, "classDim"),
        Routings.read(root.path("routing").asText()),
        root.has("decoder") ? JsonFields.numbers(root, "decoder") : null,
        JsonFields.type(root));
  }

  private static Convolution convolution(JsonNode node) {
    return new Convolution(
        JsonFields.number(node, "channels"),
        JsonFields.number(node, "kernel"),
        JsonFields.number(node, "stride"));
  }
}
