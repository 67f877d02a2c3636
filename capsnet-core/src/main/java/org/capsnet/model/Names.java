package org.capsnet.model;

import java.util.List;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.type.TypeReference;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The written form of names, which a saved application carries beside its network. */
final class Names {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Names() {}

  static String write(List<String> names) {
    try {
      return JSON.writeValueAsString(names);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every list of texts can be written", e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param what whose names they are, for messages
   * @throws IllegalArgumentException if it is not that
   */
  static List<String> read(String what, String json) {
    try {
      List<String> names = JSON.readValue(json, new TypeReference<>() {});
      if (names != null && !names.contains(null)) {
        return names;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(what + " names: " + e.getOriginalMessage(), e);
    }
    throw new IllegalArgumentException(what + " names: expected a list of texts, got " + json);
  }

  /** Requires a name for each of what a network tells. */
  static List<String> require(String what, List<String> names, int count) {
    if (names.size() != count) {
      throw new IllegalArgumentException(
          "%s names: expected %d, got %d".formatted(what, count, names.size()));
    }
    return List.copyOf(names);
  }
}
