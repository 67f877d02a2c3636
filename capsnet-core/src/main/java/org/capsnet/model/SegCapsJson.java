package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.SegCapsArchitecture.Level;
import org.capsnet.routing.Routings;

/** The written form of a {@link SegCapsArchitecture}, which a saved network carries. */
final class SegCapsJson {

  private SegCapsJson() {}

  static String write(SegCapsArchitecture a) {
    ObjectNode root = JsonFields.create();
    root.put("channels", a.channels()).put("height", a.height()).put("width", a.width());
    root.set("stem", JsonFields.write(a.stem()));
    root.put("kernel", a.kernel());
    ArrayNode levels = root.putArray("levels");
    a.levels()
        .forEach(level -> levels.addObject().put("types", level.types()).put("dim", level.dim()));
    root.put("routing", Routings.write(a.routing()));
    root.put("masks", a.masks()).put("maskDim", a.maskDim());
    if (a.reconstructs()) {
      ArrayNode reconstruction = root.putArray("reconstruction");
      a.reconstruction().forEach(reconstruction::add);
    }
    root.put("type", a.type().name());
    return root.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static SegCapsArchitecture read(String json) {
    JsonNode root = JsonFields.object(json);
    List<Level> levels = new ArrayList<>();
    for (JsonNode level : JsonFields.list(root, "levels")) {
      levels.add(new Level(JsonFields.number(level, "types"), JsonFields.number(level, "dim")));
    }
    return new SegCapsArchitecture(
        JsonFields.number(root, "channels"),
        JsonFields.number(root, "height"),
        JsonFields.number(root, "width"),
        JsonFields.stage(root.path("stem")),
        JsonFields.number(root, "kernel"),
        levels,
        Routings.read(root.path("routing").asText()),
        JsonFields.number(root, "masks"),
        JsonFields.number(root, "maskDim"),
        root.has("reconstruction") ? JsonFields.numbers(root, "reconstruction") : null,
        JsonFields.type(root));
  }
}
