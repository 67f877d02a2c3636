package org.capsnet.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.io.FormatException;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The names of the classes in the metadata of a saved network. */
final class ClassNames {

  private static final String KEY = "capsnet.classes";
  private static final ObjectMapper JSON = new ObjectMapper();

  private ClassNames() {}

  static Map<String, String> write(List<String> names) {
    try {
      return Map.of(KEY, JSON.writeValueAsString(names));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts has a written form", e);
    }
  }

  /**
   * The names that a file holds.
   *
   * @param network the class whose {@code load} reads a file without names
   */
  static List<String> read(Path file, Map<String, String> metadata, Class<?> network)
      throws FormatException {
    String json = metadata.get(KEY);
    if (json == null) {
      throw new FormatException(
          file,
          "holds a network without class names; " + network.getSimpleName() + ".load reads it");
    }
    try {
      List<String> names = JSON.readValue(json, new TypeReference<>() {});
      if (names != null && !names.contains(null)) {
        return names;
      }
    } catch (JsonProcessingException e) {
      throw new FormatException(file, "class names: " + e.getOriginalMessage(), e);
    }
    throw new FormatException(file, "class names: expected a list of texts, got " + json);
  }

  /** Checks that there are as many names as classes, and copies them. */
  static List<String> require(List<String> names, int classes) {
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          "class names: expected %d, got %d".formatted(classes, names.size()));
    }
    return List.copyOf(names);
  }
}
