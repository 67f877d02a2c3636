package org.capsnet.model.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Tracing;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Network;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a network did with some samples: every operation, in an order in which each follows its
 * inputs.
 *
 * @param made the operations, and what they began with
 * @param outputs the numbers of those that are the results, by name
 */
record Trace(List<Made> made, Map<String, Integer> outputs) {

  /** The operation that stands for the samples. */
  static final String INPUT = "input";

  /** Operations of a variable that none made. */
  static final String CONSTANT = "constant";

  /** A parameter or a buffer. */
  static final String STATE = "state";

  /**
   * A variable, without what it weighs.
   *
   * @param operation its name
   * @param settings what it depends on beside its inputs
   * @param inputs the numbers of what it was made of
   * @param shape its sizes
   * @param value of a constant, a copy; of a parameter or buffer the array itself; else null
   * @param name of a parameter or buffer; else null
   */
  record Made(
      String operation,
      Map<String, Object> settings,
      List<Integer> inputs,
      List<Long> shape,
      INDArray value,
      String name) {}

  /**
   * Runs a network on random samples.
   *
   * @param net the network
   * @param samples how many; it is the seed, too
   * @param outputs computes what is wanted, by name
   */
  static Trace of(Network<?> net, int samples, Function<Variable, Map<String, Variable>> outputs) {
    try (Scope scope = Scope.open()) {
      INDArray batch = samples(net, samples);
      return Tracing.of(
          () -> {
            Variable input = Variable.constant(batch);
            return new Recorder(net, input).record(outputs.apply(input));
          });
    }
  }

  private static INDArray samples(Network<?> net, int samples) {
    long[] each = net.architecture().input().sizes();
    long[] shape = new long[each.length + 1];
    shape[0] = samples;
    System.arraycopy(each, 0, shape, 1, each.length);
    Random random = new Random(samples);
    int numbersOfOne = Math.toIntExact(net.architecture().input().numbers());
    double[] numbers = random.doubles((long) samples * numbersOfOne).toArray();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = lit(numbers[i], i / numbersOfOne);
    }
    return Nd4j.createFromArray(numbers).reshape(shape).castTo(net.type());
  }

  /** Samples unlike each other, dark, bright and between, so that a threshold shows. */
  private static double lit(double number, int sample) {
    double dark = number * number * number * number;
    return switch (sample) {
      case 0 -> dark;
      case 1 -> 1 - dark;
      default -> number;
    };
  }

  /** Numbers variables as they are come upon. */
  private static final class Recorder {

    private final IdentityHashMap<INDArray, String> names = new IdentityHashMap<>();
    private final IdentityHashMap<Variable, Integer> numbers = new IdentityHashMap<>();
    private final List<Made> made = new ArrayList<>();

    Recorder(Network<?> net, Variable input) {
      net.state().forEach((name, array) -> names.put(array, name));
      numbers.put(input, 0);
      made.add(new Made(INPUT, Map.of(), List.of(), shape(input), null, null));
    }

    Trace record(Map<String, Variable> outputs) {
      Map<String, Integer> results = new LinkedHashMap<>();
      outputs.forEach(
          (name, output) -> {
            Variable.computedBefore(output).forEach(this::add);
            results.put(name, numbers.get(output));
          });
      return new Trace(made, results);
    }

    private void add(Variable variable) {
      if (!numbers.containsKey(variable)) {
        numbers.put(variable, made.size());
        made.add(variable.inputs().isEmpty() ? begun(variable) : computed(variable));
      }
    }

    private Made computed(Variable variable) {
      return new Made(
          variable.operation(),
          variable.settings(),
          variable.inputs().stream().map(numbers::get).toList(),
          shape(variable),
          null,
          null);
    }

    private static List<Long> shape(Variable variable) {
      return Arrays.stream(variable.shape()).boxed().toList();
    }

    private Made begun(Variable variable) {
      INDArray value = variable.value();
      String name = names.get(value);
      return name == null
          ? new Made(
              CONSTANT, Map.of(), List.of(), shape(variable), Scope.copyDetached(value), null)
          : new Made(STATE, Map.of(), List.of(), shape(variable), value, name);
    }
  }
}
