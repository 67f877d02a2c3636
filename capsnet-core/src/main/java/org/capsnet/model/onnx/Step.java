package org.capsnet.model.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A step of a network's computation, for any number of samples.
 *
 * @param operation its name
 * @param settings what it depends on beside its inputs
 * @param inputs the numbers of the steps that it reads
 * @param sizes of its result
 * @param layer the path of the module that it belongs to, empty for the network itself
 */
record Step(
    String operation,
    Map<String, Object> settings,
    List<Integer> inputs,
    List<Size> sizes,
    String layer) {

  /**
   * The size of an axis.
   *
   * @param number of elements; of each sample, if it grows with them
   * @param perSample whether it grows with the number of samples
   */
  record Size(long number, boolean perSample) {}

  int rank() {
    return sizes.size();
  }

  long integer(String setting) {
    return ((Number) settings.get(setting)).longValue();
  }

  double number(String setting) {
    return ((Number) settings.get(setting)).doubleValue();
  }

  long[] integers(String setting) {
    return Arrays.stream((int[]) settings.get(setting)).asLongStream().toArray();
  }

  boolean has(String setting) {
    return settings.containsKey(setting);
  }

  /** The operation and where it stands, for messages. */
  String where() {
    return where(operation, layer);
  }

  static String where(String operation, String layer) {
    return layer.isEmpty()
        ? "operation %s of the network".formatted(operation)
        : "operation %s of layer %s".formatted(operation, layer);
  }
}
