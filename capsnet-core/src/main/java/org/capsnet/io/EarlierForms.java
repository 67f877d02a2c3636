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

  private static final Set<String> TYPES = Set.of("FLOAT", "DOUBLE");

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
    add(form, "kind", Json.nodes().textNode(kind));
    dropType(form);
    group(form, "image", "channels", "height", "width");
    if (form.has("routing")) {
      form.set("routing", routing(form.get("routing")));
    }
    boolean padded = !kind.equals("capsnet");
    pad(form.path("stem"), padded);
    pad(form.path("stages"), padded);
    primary(form, padded);
    if (kind.equals(DENSE) || kind.equals(GRID)) {
      group(
          form,
          "sizes",
          "image",
          "classes",
          "stages",
          "primary",
          "classDim",
          "routing",
          "boxHidden");
    }
    return form;
  }

  /** The type of the numbers stood in the form; now the tensors say it. */
  private static void dropType(ObjectNode form) {
    JsonNode type = form.path("type");
    if (!type.isTextual() || !TYPES.contains(type.textValue())) {
      throw new IllegalArgumentException(
          "not an architecture: type: expected FLOAT or DOUBLE, got " + type);
    }
    form.remove("type");
  }

  /** Says how convolutions are padded: by nothing, or by half their kernels. */
  private static void pad(JsonNode convolutions, boolean padded) {
    if (convolutions instanceof ObjectNode one) {
      JsonNode kernel = one.path("kernel");
      if (padded && kernel.isInt() && kernel.intValue() % 2 == 0) {
        throw new IllegalArgumentException(
            "not an architecture: kernel: expected an odd number, got " + kernel);
      }
      add(one, "padding", number(padded ? kernel.intValue() / 2 : 0));
    } else {
      convolutions.forEach(one -> pad(one, padded));
    }
  }

  /** Primary capsules were a convolution, and their dimension stood beside it. */
  private static void primary(ObjectNode form, boolean padded) {
    JsonNode channels = form.path("primary").path("channels");
    JsonNode dim = form.path("primaryDim");
    if (!(form.path("primary") instanceof ObjectNode primary)
        || !channels.isInt()
        || !dim.isInt()) {
      return;
    }
    if (dim.intValue() < 1 || channels.intValue() % dim.intValue() != 0) {
      throw new IllegalArgumentException(
          "not an architecture: primary channels: expected a multiple of the dimension %d, got %d"
              .formatted(dim.intValue(), channels.intValue()));
    }
    pad(primary, padded);
    primary.remove("channels");
    add(primary, "types", number(channels.intValue() / dim.intValue()));
    add(primary, "dim", form.remove("primaryDim"));
  }

  private static JsonNode routing(JsonNode text) {
    Matcher dynamic = DYNAMIC.matcher(text.asText());
    if (!text.isTextual() || !dynamic.matches()) {
      return text;
    }
    ObjectNode routing = Json.nodes().objectNode();
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
    ObjectNode group = Json.nodes().objectNode();
    for (String field : fields) {
      if (form.has(field)) {
        group.set(field, form.remove(field));
      }
    }
    add(form, name, group);
  }

  private static JsonNode number(int value) {
    return Json.nodes().numberNode(value);
  }

  private static void add(ObjectNode form, String name, JsonNode value) {
    if (form.has(name)) {
      throw new IllegalArgumentException("not an architecture: unknown field " + name);
    }
    form.set(name, value);
  }
}
