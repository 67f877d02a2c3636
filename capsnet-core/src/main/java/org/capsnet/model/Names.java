package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.io.Json;

/** The written form of names, which a saved application carries beside its network. */
public final class Names {

  private Names() {}

  /**
   * Reads names.
   *
   * @param what whose names they are, for messages
   * @param json a list of texts
   * @return the names
   * @throws IllegalArgumentException if it is not that
   */
  public static List<String> read(String what, String json) {
    JsonNode array;
    try {
      array = Json.read(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + " names: " + e.getMessage(), e);
    }
    List<String> names = new ArrayList<>();
    boolean texts = array.isArray();
    for (JsonNode name : array) {
      texts &= name.isTextual();
      names.add(name.asText());
    }
    if (!texts) {
      throw new IllegalArgumentException(what + " names: expected a list of texts, got " + array);
    }
    return names;
  }

  /**
   * Requires a name for each of what a network predicts.
   *
   * @param what whose names they are, for messages
   * @param names any
   * @param count how many there have to be
   * @return the names, copied
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static List<String> require(String what, List<String> names, int count) {
    if (names.size() != count) {
      throw new IllegalArgumentException(
          "%s names: expected %d, got %d".formatted(what, count, names.size()));
    }
    return List.copyOf(names);
  }
}
