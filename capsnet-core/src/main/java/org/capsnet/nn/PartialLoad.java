package org.capsnet.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What of a state fitted a module, by {@link Module#loadMatching}, and what did not. Names are in
 * the order of the module, those that it lacks in the order of the state.
 *
 * @param loaded what the module took over
 * @param otherShape what both have, in different shapes; the module keeps its own
 * @param missing what the module has and the state lacks; the module keeps its own
 * @param unknown what the state has and the module lacks
 */
public record PartialLoad(
    List<String> loaded, List<OtherShape> otherShape, List<String> missing, List<String> unknown) {

  /** Copies the lists. */
  public PartialLoad {
    loaded = List.copyOf(loaded);
    otherShape = List.copyOf(otherShape);
    missing = List.copyOf(missing);
    unknown = List.copyOf(unknown);
  }

  /**
   * An array that did not fit.
   *
   * @param name its name
   * @param expected the shape that the module has
   * @param got the shape in the state
   */
  public record OtherShape(String name, List<Long> expected, List<Long> got) {

    /** Copies the lists. */
    public OtherShape {
      expected = List.copyOf(expected);
      got = List.copyOf(got);
    }

    /** As {@code classes.bias: expected [3, 16], got [10, 16]}. */
    @Override
    public String toString() {
      return "%s: expected %s, got %s".formatted(name, expected, got);
    }
  }

  /** Compares names and shapes. */
  static PartialLoad of(Map<String, long[]> own, Map<String, INDArray> state) {
    List<String> loaded = new ArrayList<>();
    List<OtherShape> otherShape = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    own.forEach(
        (name, shape) -> {
          if (!state.containsKey(name)) {
            missing.add(name);
          } else if (Arrays.equals(shape, state.get(name).shape())) {
            loaded.add(name);
          } else {
            otherShape.add(new OtherShape(name, list(shape), list(state.get(name).shape())));
          }
        });
    List<String> unknown = state.keySet().stream().filter(name -> !own.containsKey(name)).toList();
    return new PartialLoad(loaded, otherShape, missing, unknown);
  }

  private static List<Long> list(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /** A line for each of the four, but for those that are empty. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    add(lines, "loaded", loaded);
    add(lines, "of another shape", otherShape);
    add(lines, "missing", missing);
    add(lines, "unknown", unknown);
    return String.join("\n", lines);
  }

  private static void add(List<String> lines, String what, List<?> names) {
    if (!names.isEmpty()) {
      lines.add(what + ": " + String.join("; ", names.stream().map(Object::toString).toList()));
    }
  }
}
