package org.capsnet.model.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.capsnet.model.onnx.Step.Size;
import org.capsnet.model.onnx.Trace.Made;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network computes of any number of samples: what two traces, of different samples and
 * different numbers of them, have in common. An axis that differs between the two grows with the
 * samples. Whatever else differs would be another computation for other samples, and is refused.
 *
 * @param steps each behind its inputs; the first is the samples
 * @param constants the numbers of those steps that no operation makes
 * @param names of those constants that are parameters and buffers
 * @param outputs the numbers of the steps that are the results, by name
 */
record Computation(
    List<Step> steps,
    Map<Integer, Constant> constants,
    Map<Integer, String> names,
    Map<String, Integer> outputs) {

  static Computation of(Trace first, Trace second) {
    return new Merging(first, second).merged();
  }

  private static final class Merging {

    private final Trace first;
    private final Trace second;
    private final long few;
    private final long more;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, Constant> constants = new HashMap<>();
    private final Map<Integer, String> names = new HashMap<>();

    Merging(Trace first, Trace second) {
      this.first = first;
      this.second = second;
      few = first.made().get(0).shape().get(0);
      more = second.made().get(0).shape().get(0);
    }

    Computation merged() {
      int common = Math.min(first.made().size(), second.made().size());
      for (int i = 0; i < common; i++) {
        steps.add(merged(i, first.made().get(i), second.made().get(i)));
      }
      if (first.made().size() != second.made().size()
          || !first.outputs().equals(second.outputs())) {
        throw differs("outputs", first.outputs(), second.outputs());
      }
      return new Computation(steps, constants, names, first.outputs());
    }

    private Step merged(int number, Made a, Made b) {
      String layer = layer(a);
      String where = Step.where(a.operation(), layer);
      if (!a.operation().equals(b.operation())
          || !a.inputs().equals(b.inputs())
          || !Objects.equals(a.name(), b.name())
          || !same(a.settings(), b.settings())) {
        throw differs(where, described(a), described(b));
      }
      if (a.name() != null) {
        names.put(number, a.name());
      }
      List<Size> sizes = sizes(where, a.shape(), b.shape());
      if (a.value() != null) {
        constants.put(number, constant(number, a.value(), b.value()));
      }
      return new Step(a.operation(), a.settings(), a.inputs(), sizes, layer);
    }

    private static String described(Made made) {
      Map<String, String> settings = new TreeMap<>();
      made.settings()
          .forEach((key, value) -> settings.put(key, Arrays.deepToString(new Object[] {value})));
      return "%s%s%s of %s".formatted(made.operation(), settings, made.shape(), made.inputs());
    }

    private static boolean same(Map<String, Object> a, Map<String, Object> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> Objects.deepEquals(a.get(key), b.get(key)));
    }

    private IllegalArgumentException differs(String where, Object of, Object and) {
      return new IllegalArgumentException(
          "%s: expected the same computation of any samples, got %s of %d and %s of %d samples"
              .formatted(where, of, few, and, more));
    }

    private List<Size> sizes(String where, List<Long> a, List<Long> b) {
      if (a.size() != b.size()) {
        throw differs(where, a, b);
      }
      List<Size> sizes = new ArrayList<>();
      for (int i = 0; i < a.size(); i++) {
        long ofFew = a.get(i);
        boolean grows = ofFew != b.get(i);
        if (grows && (ofFew % few != 0 || ofFew / few * more != b.get(i))) {
          throw differs(where, a, b);
        }
        sizes.add(new Size(grows ? ofFew / few : ofFew, grows));
      }
      return sizes;
    }

    private Constant constant(int number, INDArray a, INDArray b) {
      return Constant.of(a, b, few)
          .orElseThrow(
              () -> {
                Made reader = reader(number);
                return new IllegalArgumentException(
                    ("%s: reads numbers that depend on the samples and that no operation handed on;"
                            + " compute them by operations, or hand on a value as it is")
                        .formatted(Step.where(reader.operation(), layer(reader))));
              });
    }

    /** The first step that reads another; that itself, if it is a result. */
    private Made reader(int number) {
      return first.made().stream()
          .filter(made -> made.inputs().contains(number))
          .findFirst()
          .orElseGet(() -> first.made().get(number));
    }

    /** That of a parameter that is read, else that of the last input: what is computed goes on. */
    private String layer(Made made) {
      String layer = made.name() == null ? "" : module(made.name());
      for (int input : made.inputs()) {
        Made from = first.made().get(input);
        if (from.name() != null) {
          return module(from.name());
        }
      }
      int last = made.inputs().stream().mapToInt(i -> i).filter(this::computed).max().orElse(-1);
      return last < 0 ? layer : steps.get(last).layer();
    }

    private boolean computed(int number) {
      return number < steps.size() && !steps.get(number).layer().isEmpty();
    }

    private static String module(String name) {
      return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
    }
  }
}
