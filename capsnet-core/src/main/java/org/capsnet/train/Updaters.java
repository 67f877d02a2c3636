package org.capsnet.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.capsnet.nn.Module;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Which updater moves each parameter. A group is named by a layer, or a parameter, and holds all
 * that is below it; of groups within groups the innermost counts. The names in a checkpoint are
 * {@code updater} and {@code group.} with that of the group.
 *
 * @param others what moves the parameters of no group
 * @param groups an updater for each group, empty for one that is frozen
 */
record Updaters(IUpdater others, Map<String, Optional<IUpdater>> groups) {

  private static final String UPDATER = "updater";
  private static final String GROUP = "group.";
  private static final String FROZEN = "frozen";

  Updaters {
    groups = Collections.unmodifiableMap(new TreeMap<>(groups));
  }

  /** The same updater for all. */
  static Updaters of(IUpdater all) {
    return new Updaters(all, Map.of());
  }

  /** With another updater of those of no group. */
  Updaters withOthers(IUpdater updater) {
    return new Updaters(updater, groups);
  }

  /**
   * With a group; it takes the place of one of the same name.
   *
   * @param prefix a dotted name; a dot at its end makes no difference
   * @param updater empty to freeze it
   */
  Updaters with(String prefix, Optional<IUpdater> updater) {
    String name = prefix.endsWith(".") ? prefix.substring(0, prefix.length() - 1) : prefix;
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "group: expected the name of a layer or parameter, got \"" + prefix + "\"");
    }
    Map<String, Optional<IUpdater>> more = new LinkedHashMap<>(groups);
    more.put(name, updater);
    return new Updaters(others, more);
  }

  /** The updater of a parameter; empty if it is frozen. */
  Optional<IUpdater> of(String parameter) {
    return group(parameter).map(groups::get).orElseGet(() -> Optional.of(others));
  }

  private Optional<String> group(String parameter) {
    return groups.keySet().stream()
        .filter(name -> (parameter + ".").startsWith(name + "."))
        .max(Comparator.comparingInt(String::length));
  }

  /**
   * Makes sure that each group has parameters, and that something is left to train.
   *
   * @throws IllegalArgumentException if not
   */
  void check(Module module) {
    List<String> names = new ArrayList<>(module.parameters().keySet());
    TreeSet<String> found = new TreeSet<>();
    names.forEach(name -> group(name).ifPresent(found::add));
    for (String group : groups.keySet()) {
      if (!found.contains(group)) {
        throw new IllegalArgumentException(
            "group %s: expected parameters of that name or below it, got none of %s"
                .formatted(group, names));
      }
    }
    if (names.stream().allMatch(name -> of(name).isEmpty())) {
      throw new IllegalArgumentException(
          "groups: expected a parameter that is trained, got all frozen");
    }
  }

  // ---------------------------------------------------------------- in a checkpoint

  /** The kind of each group's updater, by the name that it has in a checkpoint. */
  Map<String, String> toText() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put(UPDATER, kind(others));
    groups.forEach(
        (name, updater) -> text.put(GROUP + name, updater.map(Updaters::kind).orElse(FROZEN)));
    return text;
  }

  private static String kind(IUpdater updater) {
    return updater.getClass().getName();
  }

  /** How the text of a checkpoint differs from this, a phrase for each difference. */
  List<String> differences(Map<String, String> text) {
    Map<String, String> own = toText();
    TreeSet<String> keys = new TreeSet<>(own.keySet());
    text.keySet().stream().filter(key -> key.startsWith(GROUP)).forEach(keys::add);
    List<String> differences = new ArrayList<>();
    keys.forEach(
        key ->
            Provenance.compare(
                key.replace(GROUP, "group "), own.get(key), text.get(key), differences));
    return differences;
  }
}
