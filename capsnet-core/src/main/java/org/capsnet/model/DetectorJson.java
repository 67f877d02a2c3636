package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.FeatureExtractor.Stage;
import org.capsnet.routing.Routings;

/** The written form of the architectures of detectors, which a saved network carries. */
final class DetectorJson {

  private DetectorJson() {}

  // ---------------------------------------------------------------- writing

  static String write(CapsuleDetectorArchitecture a) {
    ObjectNode root = write(a.backbone(), a.head());
    if (a.reconstructs()) {
      ArrayNode decoder = root.putArray("decoder");
      a.decoder().forEach(decoder::add);
    }
    return root.toString();
  }

  static String write(GridCapsuleDetectorArchitecture a) {
    return write(a.backbone(), a.head()).put("kernel", a.kernel()).toString();
  }

  private static ObjectNode write(BackboneArchitecture b, DetectorHead h) {
    ObjectNode root = JsonFields.create();
    root.put("channels", b.channels()).put("height", b.height()).put("width", b.width());
    ArrayNode stages = root.putArray("stages");
    b.stages().forEach(stage -> stages.add(write(stage)));
    root.set("primary", write(b.primary()));
    root.put("primaryDim", b.primaryDim());
    root.put("type", b.type().name());
    root.put("classes", h.classes()).put("classDim", h.classDim());
    root.put("routing", Routings.write(h.routing()));
    return root.put("boxHidden", h.boxHidden());
  }

  private static ObjectNode write(Stage stage) {
    return JsonFields.create()
        .put("channels", stage.channels())
        .put("kernel", stage.kernel())
        .put("stride", stage.stride());
  }

  // ---------------------------------------------------------------- reading

  /**
   * Reads what {@link #write(CapsuleDetectorArchitecture)} wrote.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static CapsuleDetectorArchitecture readDense(String json) {
    JsonNode root = JsonFields.object(json);
    return new CapsuleDetectorArchitecture(
        backbone(root),
        head(root),
        root.has("decoder") ? JsonFields.numbers(root, "decoder") : null);
  }

  /**
   * Reads what {@link #write(GridCapsuleDetectorArchitecture)} wrote.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static GridCapsuleDetectorArchitecture readGrid(String json) {
    JsonNode root = JsonFields.object(json);
    return new GridCapsuleDetectorArchitecture(
        backbone(root), head(root), JsonFields.number(root, "kernel"));
  }

  private static BackboneArchitecture backbone(JsonNode root) {
    List<Stage> stages = new ArrayList<>();
    JsonFields.list(root, "stages").forEach(stage -> stages.add(stage(stage)));
    return new BackboneArchitecture(
        JsonFields.number(root, "channels"),
        JsonFields.number(root, "height"),
        JsonFields.number(root, "width"),
        stages,
        stage(root.path("primary")),
        JsonFields.number(root, "primaryDim"),
        JsonFields.type(root));
  }

  private static DetectorHead head(JsonNode root) {
    return new DetectorHead(
        JsonFields.number(root, "classes"),
        JsonFields.number(root, "classDim"),
        Routings.read(root.path("routing").asText()),
        JsonFields.number(root, "boxHidden"));
  }

  private static Stage stage(JsonNode node) {
    return new Stage(
        JsonFields.number(node, "channels"),
        JsonFields.number(node, "kernel"),
        JsonFields.number(node, "stride"));
  }
}
