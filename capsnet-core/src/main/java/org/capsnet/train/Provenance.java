package org.capsnet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.capsnet.io.Architectures;

/**
 * What a training stands on, by name: kept in its checkpoints, and compared with what a training
 * that would take one up stands on.
 *
 * @param facts anything a result depends on
 * @param metadata what a file with the model alone would say of it, under the keys it has there
 */
record Provenance(Map<String, String> facts, Map<String, String> metadata) {

  private static final String PREFIX = "run.";

  /** Beyond this, only the part of a value that differs is shown. */
  private static final int SHORT = 80;

  private static final int CONTEXT = 20;
  private static final String NOTHING = "nothing";

  static final Provenance NONE = new Provenance(Map.of(), Map.of());

  Provenance {
    facts = new TreeMap<>(facts);
    metadata = new TreeMap<>(metadata);
  }

  /** With what the data of a training say of themselves. */
  Provenance with(String name, Map<String, String> data) {
    Map<String, String> all = new TreeMap<>(facts);
    data.forEach((key, value) -> all.put(name + " " + key, value));
    return new Provenance(all, metadata);
  }

  boolean isEmpty() {
    return facts.isEmpty() && metadata.isEmpty();
  }

  /** The names of all that is stated. */
  String names() {
    List<String> all = new ArrayList<>(facts.keySet());
    all.addAll(metadata.keySet());
    return String.join(", ", all);
  }

  Map<String, String> toText() {
    Map<String, String> text = new LinkedHashMap<>(metadata);
    facts.forEach((name, value) -> text.put(PREFIX + name, value));
    return text;
  }

  /** How the text of a checkpoint differs from this, a phrase for each difference. */
  List<String> differences(Map<String, String> text) {
    Map<String, String> read = new TreeMap<>();
    text.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            read.put(key.substring(PREFIX.length()), value);
          }
        });
    TreeSet<String> names = new TreeSet<>(facts.keySet());
    names.addAll(read.keySet());
    List<String> differences = new ArrayList<>();
    names.forEach(name -> compare(name, facts.get(name), read.get(name), differences));
    Map<String, String> today = Architectures.rewrite(text);
    metadata.forEach((name, value) -> compare(name, value, today.get(name), differences));
    return differences;
  }

  /** Adds what is to be said if two values differ, of which either may be null for nothing. */
  static void compare(String name, String own, String read, List<String> to) {
    if (!Objects.equals(own, read)) {
      to.add(
          phrase(
              name,
              Objects.requireNonNullElse(own, NOTHING),
              Objects.requireNonNullElse(read, NOTHING)));
    }
  }

  /** What is said of a difference. */
  static String phrase(String name, String own, String read) {
    int same = 0;
    if (Math.max(own.length(), read.length()) > SHORT) {
      int most = Math.min(own.length(), read.length());
      while (same < most && own.charAt(same) == read.charAt(same)) {
        same++;
      }
    }
    int from = Math.max(0, same - CONTEXT);
    return "%s: expected %s, got %s".formatted(name, cut(own, from), cut(read, from));
  }

  private static String cut(String value, int from) {
    int to = Math.min(value.length(), from + SHORT);
    return (from > 0 ? "…" : "") + value.substring(from, to) + (to < value.length() ? "…" : "");
  }
}
