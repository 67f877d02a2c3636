package org.capsnet.io;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The architecture of a network in the metadata of its file: the {@linkplain WrittenForm written
 * form} of a record, whose kind says which network it is, so that a file can be loaded without
 * knowing that beforehand.
 */
public final class Architectures {

  /** The key, the same for all networks. */
  public static final String KEY = "capsnet.network";

  private static final String WHAT = "an architecture";

  private Architectures() {}

  /**
   * Writes an architecture.
   *
   * @param architecture a record that {@link Kinds} names
   * @return text by key
   * @throws IllegalArgumentException if something in it has no name in files
   */
  public static Map<String, String> write(Object architecture) {
    return Map.of(KEY, WrittenForm.write(architecture));
  }

  /**
   * Reads an architecture, be it of an earlier version.
   *
   * @param metadata text by key, with anything else beside it
   * @param type what it has to be
   * @param <A> the type
   * @return the architecture
   * @throws IllegalArgumentException if there is none, or more than one, or it is not of the type
   */
  public static <A> A read(Map<String, String> metadata, Class<A> type) {
    List<String> keys = keys(metadata);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("holds no network: its metadata lacks " + KEY);
    }
    if (keys.size() > 1) {
      throw new IllegalArgumentException("holds more than one network: its metadata has " + keys);
    }
    String key = keys.get(0);
    JsonNode form = WrittenForm.parse(WHAT, metadata.get(key));
    return WrittenForm.read(WHAT, EarlierForms.translate(key, form), type);
  }

  /**
   * Whether there is an architecture.
   *
   * @param metadata text by key
   * @return whether it has a key of architectures, of this version or an earlier one
   */
  public static boolean isIn(Map<String, String> metadata) {
    return !keys(metadata).isEmpty();
  }

  private static List<String> keys(Map<String, String> metadata) {
    List<String> keys = new ArrayList<>(EarlierForms.KEYS);
    keys.add(KEY);
    keys.retainAll(metadata.keySet());
    return keys;
  }

  /**
   * Adds to metadata of an earlier version the architecture as it is written today, so that the two
   * can be compared as text.
   *
   * @param metadata text by key
   * @return the same and the {@link #KEY}; as they are if they hold no architecture that can be
   *     read
   */
  public static Map<String, String> rewrite(Map<String, String> metadata) {
    Map<String, String> all = new TreeMap<>(metadata);
    try {
      all.putAll(write(read(metadata, Record.class)));
    } catch (IllegalArgumentException e) {
      return all; // what cannot be read is not the same as anything that can
    }
    return all;
  }
}
