package org.capsnet.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Architectures as earlier versions wrote them, turned into the form that is written now. Whoever
 * changes a record of an architecture adds here what makes the new form of the old one; what the
 * result lacks or has too much is found when it is read.
 *
 * <p>In the first form each network had a key of its own and no kind, its routing was a text such
 * as {@code dynamic(iterations=3, leaky=false, lastOnly=false, biased=true)}, and a detector's
 * backbone and head lay flat in one object.
 */
final class EarlierForms {

  private static final String DENSE = "capsule-detector";
  private static final String GRID = "grid-capsule-detector";

  private static final Map<String, String> KINDS =
      Map.of(
          "capsnet.architecture", "capsnet",
          "capsnet.capsuleDetector", DENSE,
          "capsnet.gridCapsuleDetector", GRID,
          "capsnet.medical", "medical-capsnet",
          "capsnet.segcaps", "segcaps");

  /** The keys that architectures had in metadata. */
  static final Set<String> KEYS = KINDS.keySet();

  private static final Pattern DYNAMIC =
      Pattern.compile(
          "dynamic\\(iterations=(\\d{1,3}), leaky=(true|false), lastOnly=(true|false),"
              + " biased=(true|false)\\)");

  private EarlierForms() {}

  /**
   * Turns a form of an earlier version into that of this one.
   *
   * @param key the key of the metadata under which it was
   * @param earlier any JSON; what is no object, or in the form of this version, is left as it is
   * @throws IllegalArgumentException if it has a field that only the present form has
   */
  static JsonNode translate(String key, JsonNode earlier) {
    String kind = KINDS.get(key);
    if (kind == null || !(earlier instanceof ObjectNode)) {
      return earlier;
    }
    ObjectNode form = earlier.deepCopy();
    add(form, "kind", Json.mapper().getNodeFactory().textNode(kind));
    if (form.has("routing")) {
      form.set("routing", routing(form.get("routing")));
    }
    if (kind.equals(DENSE) || kind.equals(GRID)) {
      group(
          form,
          "backbone",
          "channels",
          "height",
          "width",
          "stages",
          "primary",
          "primaryDim",
          "type");
      group(form, "head", "classes", "classDim", "routing", "boxHidden");
    }
    return form;
  }

  private static JsonNode routing(JsonNode text) {
    Matcher dynamic = DYNAMIC.matcher(text.asText());
    if (!text.isTextual() || !dynamic.matches()) {
      return text;
    }
    ObjectNode routing = Json.mapper().createObjectNode();
    routing
        .put("kind", "dynamic")
        .put("iterations", Integer.parseInt(dynamic.group(1)))
        .put("leaky", Boolean.parseBoolean(dynamic.group(2)))
        .put("lastIterationOnly", Boolean.parseBoolean(dynamic.group(3)))
        .put("biased", Boolean.parseBoolean(dynamic.group(4)))
        .putObject("squash")
        .put("kind", "sabour-squash");
    return routing;
  }

  // ---------------------------------------------------------------- changes of a form

  /** Moves those of the fields that are there into an object of their own. */
  private static void group(ObjectNode form, String name, String... fields) {
    ObjectNode group = Json.mapper().createObjectNode();
    for (String field : fields) {
      if (form.has(field)) {
        group.set(field, form.remove(field));
      }
    }
    add(form, name, group);
  }

  private static void add(ObjectNode form, String name, JsonNode value) {
    if (form.has(name)) {
      throw new IllegalArgumentException("not an architecture: unknown field " + name);
    }
    form.set(name, value);
  }
}
