package org.capsnet.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A record: an object with a field for each component that is not null. */
record RecordForm(Class<?> type) implements Form {

  RecordComponent[] components() {
    return type.getRecordComponents();
  }

  /** The names of the components. */
  List<String> names() {
    return Arrays.stream(components()).map(RecordComponent::getName).toList();
  }

  static boolean mayBeNull(RecordComponent component) {
    return component.isAnnotationPresent(Nullable.class);
  }

  private static Form form(RecordComponent component) {
    return Form.of(component.getGenericType());
  }

  // ---------------------------------------------------------------- writing

  @Override
  public ObjectNode write(String path, Object value) {
    return fill(path, Json.nodes().objectNode(), value);
  }

  /** Adds the fields to an object. */
  ObjectNode fill(String path, ObjectNode object, Object value) {
    for (RecordComponent component : components()) {
      String at = Form.join(path, component.getName());
      Object held = get(component, value);
      if (held != null) {
        object.set(component.getName(), form(component).write(at, held));
      } else if (!mayBeNull(component)) {
        throw Form.fault(at, "expected a value, got null");
      }
    }
    return object;
  }

  /** The values of the components of a record. */
  Object[] held(Object value) {
    return Arrays.stream(components()).map(component -> get(component, value)).toArray();
  }

  private static Object get(RecordComponent component, Object value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(component + ": " + e.getCause().getMessage(), e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---------------------------------------------------------------- reading

  @Override
  public Object read(String path, JsonNode node) {
    Form.requireFields(path, node, names());
    return make(path, values(path, node));
  }

  /** The values of the components of an object's fields. */
  private Object[] values(String path, JsonNode node) {
    RecordComponent[] components = components();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      JsonNode field = node.path(components[i].getName());
      if (!field.isMissingNode() || !mayBeNull(components[i])) {
        values[i] = form(components[i]).read(Form.join(path, components[i].getName()), field);
      }
    }
    return values;
  }

  /** What the record refuses is refused in its words. */
  private Object make(String path, Object[] values) {
    try {
      return make(values);
    } catch (RuntimeException e) {
      String why =
          e instanceof ArithmeticException
              ? "the sizes are too large to be counted"
              : Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw new IllegalArgumentException(Form.fault(path, why).getMessage(), e);
    }
  }

  /** Calls the canonical constructor; what that throws comes out as it is. */
  Object make(Object... values) {
    try {
      return constructor().newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(type + " cannot be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made", e);
    }
  }

  private Constructor<?> constructor() {
    Class<?>[] types =
        Arrays.stream(components()).map(RecordComponent::getType).toArray(Class[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      if (!constructor.trySetAccessible()) {
        throw new IllegalArgumentException(
            type.getName()
                + ": its module has to open its package to the module of "
                + Kinds.class);
      }
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e); // every record has it
    }
  }

  // ---------------------------------------------------------------- checking

  /**
   * Requires a form of all components, and of theirs.
   *
   * @throws IllegalArgumentException if one has none
   */
  void require() {
    require(new HashSet<>());
  }

  private void require(Set<Class<?>> seen) {
    if (!seen.add(type)) {
      return;
    }
    constructor();
    for (RecordComponent component : components()) {
      Form form = formOf(component);
      while (form instanceof Elements list) {
        form = list.form();
      }
      if (form instanceof RecordForm inner) {
        inner.require(seen);
      }
    }
  }

  private Form formOf(RecordComponent component) {
    if (mayBeNull(component) && component.getType().isPrimitive()) {
      throw new IllegalArgumentException(
          "%s of %s: a primitive is never null".formatted(component.getName(), type.getName()));
    }
    try {
      return form(component);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s of %s: %s".formatted(component.getName(), type.getName(), e.getMessage()), e);
    }
  }
}
