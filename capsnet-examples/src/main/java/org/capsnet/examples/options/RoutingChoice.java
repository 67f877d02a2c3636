package org.capsnet.examples.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Kinds;
import org.capsnet.io.WrittenForm;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A routing by the name that files have for it, the library's or a user's, and settings other than
 * its own: {@code dynamic}, or {@code dynamic:leaky=true}.
 *
 * @param name registered with {@link Kinds}
 * @param settings values of components of its record, as JSON or plain text; of a record within it
 *     by both names with a dot between them
 */
public record RoutingChoice(String name, Map<String, String> settings) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ITERATIONS = "iterations";

  public static RoutingChoice of(String name) {
    return new RoutingChoice(name, Map.of());
  }

  /** All names, for help. */
  public static final class Names implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
      return Kinds.of(Routing.class).keySet().iterator();
    }
  }

  /** Reads an option. */
  public static final class Converter implements ITypeConverter<RoutingChoice> {

    @Override
    public RoutingChoice convert(String value) {
      String[] parts = value.split(":", -1);
      if (!Kinds.of(Routing.class).containsKey(parts[0])) {
        throw new TypeConversionException(
            "expected one of %s, got %s"
                .formatted(String.join(", ", Kinds.of(Routing.class).keySet()), parts[0]));
      }
      Map<String, String> settings = new LinkedHashMap<>();
      for (String part : Arrays.asList(parts).subList(1, parts.length)) {
        int equals = part.indexOf('=');
        if (equals < 1
            || settings.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
          throw new TypeConversionException(
              "expected as name or name:setting=value, each setting once, got " + value);
        }
      }
      return new RoutingChoice(parts[0], settings);
    }
  }

  /** As the option is written. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name);
    settings.forEach(
        (setting, value) -> text.append(':').append(setting).append('=').append(value));
    return text.toString();
  }

  /**
   * The routing.
   *
   * @param iterations of one that has iterations, if its settings do not say
   * @throws IllegalArgumentException if a setting is none of its own, or one that is not said has
   *     no value of its own
   */
  public Routing of(int iterations) {
    ObjectNode form =
        plain(iterations)
            .map(routing -> (ObjectNode) WrittenForm.parse(name, WrittenForm.write(routing)))
            .orElseGet(() -> JSON.createObjectNode().put("kind", name));
    settings.forEach((setting, value) -> set(form, setting, value));
    return WrittenForm.read("a routing", form, Routing.class);
  }

  /** With the settings of its own, where nothing but iterations has to be chosen. */
  private Optional<Routing> plain(int iterations) {
    for (Constructor<?> constructor : type().getDeclaredConstructors()) {
      Class<?>[] types = constructor.getParameterTypes();
      if (types.length == 0) {
        return Optional.of(made(constructor));
      }
      if (hasIterations() && types.length == 1 && types[0] == int.class) {
        return Optional.of(made(constructor, iterations));
      }
    }
    return Optional.empty();
  }

  private static Routing made(Constructor<?> constructor, Object... arguments) {
    try {
      constructor.setAccessible(true);
      return (Routing) constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor + " cannot be called", e);
    }
  }

  private Class<? extends Routing> type() {
    return Kinds.of(Routing.class).get(name);
  }

  private static void set(ObjectNode form, String setting, String value) {
    String[] names = setting.split("\\.", 2);
    if (names.length > 1 && form.path(names[0]) instanceof ObjectNode within) {
      set(within, names[1], value);
    } else {
      form.set(setting, json(value));
    }
  }

  private static JsonNode json(String value) {
    try {
      return JSON.readTree(value);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(value);
    }
  }

  /** Whether it has a number of iterations that settings leave open. */
  public boolean iterates() {
    return hasIterations() && !settings.containsKey(ITERATIONS);
  }

  private boolean hasIterations() {
    RecordComponent[] components = type().getRecordComponents(); // null of an enum
    return components != null
        && Arrays.stream(components).anyMatch(c -> c.getName().equals(ITERATIONS));
  }
}
