package org.capsnet.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.capsnet.io.WrittenForm;

/** The architecture of a network in the metadata of its file, one key for all networks. */
final class Architectures {

  /** The key. */
  static final String KEY = "capsnet.network";

  private static final String WHAT = "an architecture";

  private Architectures() {}

  /**
   * Writes an architecture.
   *
   * @return text by key
   * @throws IllegalArgumentException if something in it has no name in files
   */
  static Map<String, String> write(Record architecture) {
    return Map.of(KEY, WrittenForm.write(architecture));
  }

  /**
   * Reads an architecture, of this version or an earlier one.
   *
   * @throws IllegalArgumentException if there is none, or more than one, or it is not of the type
   */
  static <A> A read(Map<String, String> metadata, Class<A> type) {
    List<String> keys = keys(metadata);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("holds no network: its metadata lacks " + KEY);
    }
    if (keys.size() > 1) {
      throw new IllegalArgumentException("holds more than one network: its metadata has " + keys);
    }
    String key = keys.get(0);
    JsonNode form = WrittenForm.parse(WHAT, metadata.get(key));
    return WrittenForm.read(WHAT, key.equals(KEY) ? form : EarlierForms.translate(key, form), type);
  }

  private static List<String> keys(Map<String, String> metadata) {
    List<String> keys = new ArrayList<>(EarlierForms.KEYS);
    keys.add(KEY);
    keys.retainAll(metadata.keySet());
    return keys;
  }
}
