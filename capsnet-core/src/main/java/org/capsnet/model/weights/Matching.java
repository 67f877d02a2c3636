package org.capsnet.model.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Holds the arrays of a file against those of a network, and notes all that does not fit. */
final class Matching {

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final Map<String, INDArray> theirs;
  private final Map<String, long[]> ours;
  private final Set<String> left;
  private final Map<String, INDArray> found = new LinkedHashMap<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> shapes = new ArrayList<>();
  private final List<String> notZero = new ArrayList<>();

  Matching(Map<String, INDArray> theirs, Map<String, long[]> ours) {
    this.theirs = theirs;
    this.ours = ours;
    left = new LinkedHashSet<>(theirs.keySet());
  }

  Map<String, INDArray> by(List<NameMap.Rule> rules, List<String> zeros) {
    Set<String> promised = new LinkedHashSet<>(zeros);
    zeros.stream()
        .filter(ours::containsKey)
        .forEach(name -> found.put(name, Nd4j.zeros(DataType.FLOAT, ours.get(name))));
    for (NameMap.Rule rule : rules) {
      rule.taken().forEach(taken -> promised.add(taken.ours()));
      apply(rule);
    }
    ours.keySet().stream().filter(name -> !promised.contains(name)).forEach(missing::add);
    List<String> faults = new ArrayList<>();
    note(faults, "missing", missing);
    note(faults, "left over", List.copyOf(left));
    note(faults, "of another shape", shapes);
    note(faults, "not 0, and without a counterpart", notZero);
    if (found.isEmpty() && !missing.isEmpty() && !theirs.isEmpty()) {
      faults.add("no name fits: a NameMap says which array is which, KnownNames has some");
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", faults));
    }
    return found;
  }

  private static void note(List<String> faults, String what, List<String> names) {
    if (!names.isEmpty()) {
      faults.add(what + ": " + String.join("; ", names));
    }
  }

  private void apply(NameMap.Rule rule) {
    List<String> fitting = left.stream().filter(rule::fits).sorted(Matching::byNumbers).toList();
    left.removeAll(fitting);
    if (rule.taken().isEmpty()) {
      fitting.stream()
          .filter(name -> rule.zero() && theirs.get(name).amaxNumber().doubleValue() != 0)
          .forEach(notZero::add);
      return;
    }
    int wanted = rule.taken().size();
    if (fitting.isEmpty() && wanted == 1 && rule.theirs().equals(rule.taken().get(0).ours())) {
      missing.add(rule.theirs());
      return;
    }
    if (fitting.size() != wanted) {
      missing.add(
          "%s, expected %s named %s, got %s"
              .formatted(
                  String.join(", ", rule.taken().stream().map(NameMap.Taken::ours).toList()),
                  wanted == 1 ? "an array" : wanted + " arrays",
                  rule.theirs(),
                  fitting.isEmpty() ? "none" : String.join(", ", fitting)));
      return;
    }
    for (int i = 0; i < wanted; i++) {
      take(fitting.get(i), rule.taken().get(i).ours(), rule.taken().get(i).layout());
    }
  }

  private void take(String name, String own, Layout layout) {
    long[] expected = ours.get(own);
    INDArray array = theirs.get(name);
    if (expected == null) {
      left.add(name + " (there is no " + own + ")");
      return;
    }
    String why = "";
    try {
      INDArray changed = layout.apply(array);
      if (Arrays.equals(changed.shape(), expected)) {
        found.put(own, changed);
        return;
      }
      if (!Arrays.equals(changed.shape(), array.shape())) {
        why = ", laid out as " + Arrays.toString(changed.shape());
      }
    } catch (IllegalArgumentException e) {
      why = ", " + e.getMessage();
    }
    shapes.add(
        "%s: expected %s, got %s of %s%s"
            .formatted(own, Arrays.toString(expected), name, Arrays.toString(array.shape()), why));
  }

  /** Numbers in names by their size, and one without before those with. */
  private static int byNumbers(String a, String b) {
    return padded(a).compareTo(padded(b));
  }

  private static String padded(String name) {
    Matcher numbers = NUMBER.matcher(name);
    return numbers.replaceAll(
        number -> "0".repeat(Math.max(0, 19 - number.group().length())) + number.group());
  }
}
