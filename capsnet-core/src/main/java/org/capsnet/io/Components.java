package org.capsnet.io;

import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;

/** Copies of records with another value of one component. */
public final class Components {

  private Components() {}

  /**
   * A copy with another value of a component.
   *
   * @param record any record
   * @param path the name of the component; of a record in a component the names of both with a dot
   *     between them, such as {@code sizes.routing}
   * @param value of the type of the component; null only where that is {@link Nullable}
   * @param <R> the type of the record
   * @return the copy
   * @throws IllegalArgumentException if there is no such component, the value is of another type,
   *     or the record refuses it
   */
  public static <R> R with(R record, String path, Object value) {
    return with("", record, Objects.requireNonNull(path, "component"), value);
  }

  @SuppressWarnings("unchecked") // a record is made by the constructor of its own class
  private static <R> R with(String within, R record, String path, Object value) {
    String[] names = path.split("\\.", 2);
    if (!(record instanceof Record)) {
      String what = record instanceof List ? "; a list is changed as a whole" : "";
      throw Form.fault(
          within,
          "expected a record with %s, got %s%s".formatted(names[0], described(record), what));
    }
    RecordForm form = new RecordForm(record.getClass());
    int at = form.names().indexOf(names[0]);
    if (at < 0) {
      throw new IllegalArgumentException(
          "%s: expected one of %s, got %s"
              .formatted(
                  name(form.type()),
                  String.join(", ", form.names()),
                  names[0].isEmpty() ? "an empty name" : names[0]));
    }
    RecordComponent component = form.components()[at];
    Object[] values = form.held(record);
    values[at] =
        names.length > 1 ? with(Form.join(within, names[0]), values[at], names[1], value) : value;
    if (!holds(component, values[at])) {
      throw new IllegalArgumentException(
          "%s.%s: expected %s, got %s"
              .formatted(
                  name(form.type()),
                  names[0],
                  name(component.getGenericType()),
                  described(values[at])));
    }
    return (R) form.make(values);
  }

  private static boolean holds(RecordComponent component, Object value) {
    return value == null
        ? RecordForm.mayBeNull(component)
        : holds(component.getGenericType(), value);
  }

  /** Whether a value is of a type: of a list also whether its elements are. */
  private static boolean holds(Type type, Object value) {
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[0];
      return holds(generic.getRawType(), value)
          && (!(value instanceof List<?> list) || list.stream().allMatch(e -> holds(element, e)));
    }
    return !(type instanceof Class<?> plain)
        || MethodType.methodType(plain).wrap().returnType().isInstance(value);
  }

  private static String described(Object value) {
    if (value == null) {
      return "null";
    }
    // Which class a list is of says nothing to a reader.
    return value + ", of " + (value instanceof List ? "List" : name(value.getClass()));
  }

  /** Without packages. */
  private static String name(Type type) {
    return type.getTypeName().replaceAll("[\\w.]*\\.(?=\\w)", "").replace('$', '.');
  }
}
