package org.capsnet.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How values of a type are written as JSON and read back. A path, such as {@code stem[1].kernel},
 * says in errors which value is meant.
 */
sealed interface Form permits Form.Scalar, Form.Constant, Form.Elements, RecordForm, KindForm {

  /**
   * Writes a value.
   *
   * @throws IllegalArgumentException if it has no written form
   */
  JsonNode write(String path, Object value);

  /**
   * Reads what {@link #write} wrote.
   *
   * @param node missing if nothing stands there
   * @throws IllegalArgumentException if it is not that
   */
  Object read(String path, JsonNode node);

  /**
   * The form of a type.
   *
   * @throws IllegalArgumentException if it has none
   */
  static Form of(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return new Elements(of(generic.getActualTypeArguments()[0]));
    }
    if (type instanceof Class<?> plain) {
      if (Scalar.ALL.containsKey(plain)) {
        return Scalar.ALL.get(plain);
      }
      if (plain.isEnum()) {
        return new Constant(plain);
      }
      if (plain.isRecord()) {
        return new RecordForm(plain);
      }
      if (isOpen(plain)) {
        return new KindForm(plain);
      }
    }
    throw new IllegalArgumentException(
        type.getTypeName()
            + " has no written form: int, long, double, boolean, String, enums, records, interfaces"
            + " and lists of these have one");
  }

  /** Whether several classes may stand where this one is declared. */
  private static boolean isOpen(Class<?> type) {
    boolean isAbstract = Modifier.isAbstract(type.getModifiers());
    boolean isOfJava = type.getName().startsWith("java.") || type.isPrimitive() || type.isArray();
    return type == Record.class || (isAbstract && !isOfJava);
  }

  // ---------------------------------------------------------------- errors

  static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  static IllegalArgumentException fault(String path, String message) {
    return new IllegalArgumentException(path.isEmpty() ? message : path + ": " + message);
  }

  static IllegalArgumentException fault(String path, String expected, JsonNode got) {
    return fault(
        path,
        "expected %s, got %s"
            .formatted(expected, got.isMissingNode() ? "nothing" : shortened(got)));
  }

  /** Requires an object of certain fields, some of which may not be there. */
  static void requireFields(String path, JsonNode node, List<String> fields) {
    if (!node.isObject()) {
      throw fault(path, "an object", node);
    }
    node.fieldNames()
        .forEachRemaining(
            field -> {
              if (!fields.contains(field)) {
                String known = fields.isEmpty() ? "no field" : String.join(", ", fields) + " alone";
                throw fault(path, "expected %s, got %s".formatted(known, shortened(field)));
              }
            });
  }

  /** What somebody wrote, in one line of bounded length. */
  private static String shortened(Object written) {
    int most = 80;
    String text = Json.write(written);
    return text.length() > most ? text.substring(0, most) + "…" : text;
  }

  // ---------------------------------------------------------------- values without fields

  /**
   * A number, truth value or text.
   *
   * @param expected what it is
   * @param range which of these can be held
   * @param is whether JSON is one
   * @param fits whether one can be held as it is
   * @param value what is held
   */
  record Scalar(
      String expected,
      String range,
      Predicate<JsonNode> is,
      Predicate<JsonNode> fits,
      Function<JsonNode, Object> value)
      implements Form {

    /** Every whole number up to here is a double. */
    private static final long EXACT = 1L << 53;

    private static final Scalar INT =
        new Scalar(
            "a whole number",
            " from %d to %d".formatted(Integer.MIN_VALUE, Integer.MAX_VALUE),
            JsonNode::isIntegralNumber,
            JsonNode::canConvertToInt,
            JsonNode::intValue);
    private static final Scalar LONG =
        new Scalar(
            "a whole number",
            " from %d to %d".formatted(Long.MIN_VALUE, Long.MAX_VALUE),
            JsonNode::isIntegralNumber,
            JsonNode::canConvertToLong,
            JsonNode::longValue);
    private static final Scalar DOUBLE =
        new Scalar(
            "a number",
            " that a double holds",
            node -> node.isDouble() || node.isIntegralNumber(),
            Scalar::isHeld,
            JsonNode::doubleValue);
    private static final Scalar BOOLEAN =
        new Scalar(
            "true or false", "", JsonNode::isBoolean, JsonNode::isBoolean, JsonNode::booleanValue);
    private static final Scalar TEXT =
        new Scalar("a text", "", JsonNode::isTextual, JsonNode::isTextual, JsonNode::textValue);

    static final Map<Class<?>, Scalar> ALL =
        Map.of(
            int.class, INT,
            Integer.class, INT,
            long.class, LONG,
            Long.class, LONG,
            double.class, DOUBLE,
            Double.class, DOUBLE,
            boolean.class, BOOLEAN,
            Boolean.class, BOOLEAN,
            String.class, TEXT);

    /** Whether a double is the number: finite and, if a whole one, with every digit. */
    private static boolean isHeld(JsonNode node) {
      return node.isDouble()
          ? Double.isFinite(node.doubleValue())
          : node.canConvertToLong() && -EXACT <= node.longValue() && node.longValue() <= EXACT;
    }

    @Override
    public JsonNode write(String path, Object value) {
      JsonNode node = Json.node(value);
      read(path, node);
      return node;
    }

    @Override
    public Object read(String path, JsonNode node) {
      if (!is.test(node)) {
        throw fault(path, expected, node);
      }
      if (!fits.test(node)) {
        throw fault(path, expected + range, node);
      }
      return value.apply(node);
    }
  }

  /** A constant of an enum, by its name. */
  record Constant(Class<?> type) implements Form {

    @Override
    public JsonNode write(String path, Object value) {
      return Json.nodes().textNode(((Enum<?>) value).name());
    }

    @Override
    public Object read(String path, JsonNode node) {
      for (Object constant : type.getEnumConstants()) {
        if (node.isTextual() && ((Enum<?>) constant).name().equals(node.textValue())) {
          return constant;
        }
      }
      String names =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name())
              .collect(Collectors.joining(", "));
      throw fault(path, "one of " + names, node);
    }
  }

  /** A list of values of one type. */
  record Elements(Form form) implements Form {

    /** More than any architecture has, and few enough to build layers of. */
    private static final int MOST = 1000;

    @Override
    public JsonNode write(String path, Object value) {
      ArrayNode array = Json.nodes().arrayNode();
      for (Object element : (List<?>) value) {
        String at = path + "[" + array.size() + "]";
        if (element == null) {
          throw fault(at, "expected a value, got null");
        }
        array.add(form.write(at, element));
      }
      return array;
    }

    @Override
    public Object read(String path, JsonNode node) {
      if (!node.isArray()) {
        throw fault(path, "a list", node);
      }
      if (node.size() > MOST) {
        throw fault(path, "expected at most %d elements, got %d".formatted(MOST, node.size()));
      }
      List<Object> elements = new ArrayList<>();
      for (JsonNode element : node) {
        elements.add(form.read(path + "[" + elements.size() + "]", element));
      }
      return List.copyOf(elements);
    }
  }
}
