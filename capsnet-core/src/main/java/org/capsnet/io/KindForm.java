package org.capsnet.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A value of one of several classes: an object with the {@linkplain Kinds name} of its class, and
 * beside it the fields of a record or the name of an enum's constant.
 */
record KindForm(Class<?> type) implements Form {

  private static final String KIND = "kind";
  private static final String CONSTANT = "value";

  /**
   * Requires that a class can have a name.
   *
   * @throws IllegalArgumentException if it cannot
   */
  static void require(String name, Class<?> type) {
    if (type.isRecord()) {
      RecordForm form = new RecordForm(type);
      form.require();
      if (form.names().contains(KIND)) {
        throw new IllegalArgumentException(
            "%s: %s has a component kind, which is where its name is written"
                .formatted(name, type.getName()));
      }
    } else if (!type.isEnum()) {
      throw new IllegalArgumentException(
          "%s: expected a record or an enum, got %s".formatted(name, type.getName()));
    }
  }

  @Override
  public JsonNode write(String path, Object value) {
    Class<?> own = value instanceof Enum<?> one ? one.getDeclaringClass() : value.getClass();
    ObjectNode object = Json.nodes().objectNode().put(KIND, name(path, own));
    return value instanceof Enum<?>
        ? object.set(CONSTANT, new Constant(own).write(path, value))
        : new RecordForm(own).fill(path, object, value);
  }

  private static String name(String path, Class<?> own) {
    return Kinds.nameOf(own).orElseThrow(() -> Form.fault(path, nameless(own)));
  }

  private static String nameless(Class<?> own) {
    String named =
        own.isRecord() || own.isEnum()
            ? "; Kinds.register(\"a name\", %s.class) or a KindProvider gives it one"
            : ", and only a record or an enum can have one";
    return (own.isHidden() ? "a lambda" : own.getName())
        + " has no name in files"
        + named.formatted(own.getSimpleName());
  }

  @Override
  public Object read(String path, JsonNode node) {
    if (!node.isObject()) {
      throw Form.fault(path, "an object with a kind", node);
    }
    Class<?> own = kind(Form.join(path, KIND), node.path(KIND));
    ObjectNode fields = Json.nodes().objectNode().setAll((ObjectNode) node);
    fields.remove(KIND);
    if (own.isRecord()) {
      return new RecordForm(own).read(path, fields);
    }
    Form.requireFields(path, fields, List.of(CONSTANT));
    return new Constant(own).read(Form.join(path, CONSTANT), fields.path(CONSTANT));
  }

  private Class<?> kind(String path, JsonNode name) {
    String known = String.join(", ", Kinds.of(type).keySet());
    String expected = known.isEmpty() ? "a name of " + type.getName() : "one of " + known;
    if (!name.isTextual()) {
      throw Form.fault(path, expected, name);
    }
    Class<?> own = Kinds.find(name.textValue()).orElse(null);
    if (own == null) {
      String hint =
          "; one's own are named by Kinds.register or a KindProvider before they are read";
      throw new IllegalArgumentException(Form.fault(path, expected, name).getMessage() + hint);
    }
    if (!type.isAssignableFrom(own)) {
      throw Form.fault(path, expected, name);
    }
    return own;
  }
}
