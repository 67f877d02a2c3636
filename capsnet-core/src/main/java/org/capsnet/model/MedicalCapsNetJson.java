package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.FeatureExtractor.Stage;
import org.capsnet.routing.Routings;

/** The written form of a {@link MedicalCapsNetArchitecture}, which a saved network carries. */
final class MedicalCapsNetJson {

  private MedicalCapsNetJson() {}

  static String write(MedicalCapsNetArchitecture a) {
    ObjectNode root = JsonFields.create();
    root.put("channels", a.channels()).put("height", a.height()).put("width", a.width());
    ArrayNode stages = root.putArray("stages");
    a.stages().forEach(stage -> stages.add(JsonFields.write(stage)));
    root.set("primary", JsonFields.write(a.primary()));
    root.put("primaryDim", a.primaryDim());
    root.put("classes", a.classes()).put("classDim", a.classDim());
    root.put("routing", Routings.write(a.routing()));
    root.put("masks", a.masks()).put("reconstructs", a.reconstructs());
    root.put("type", a.type().name());
    return root.toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static MedicalCapsNetArchitecture read(String json) {
    JsonNode root = JsonFields.object(json);
    List<Stage> stages = new ArrayList<>();
    JsonFields.list(root, "stages").forEach(stage -> stages.add(JsonFields.stage(stage)));
    return new MedicalCapsNetArchitecture(
        JsonFields.number(root, "channels"),
        JsonFields.number(root, "height"),
        JsonFields.number(root, "width"),
        stages,
        JsonFields.stage(root.path("primary")),
        JsonFields.number(root, "primaryDim"),
        JsonFields.number(root, "classes"),
        JsonFields.number(root, "classDim"),
        Routings.read(root.path("routing").asText()),
        JsonFields.number(root, "masks"),
        JsonFields.flag(root, "reconstructs"),
        JsonFields.type(root));
  }
}
