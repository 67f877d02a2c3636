package org.capsnet.capsule;

import java.util.Arrays;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a layer gets from its routing to learn, held to what the routing says of it. */
final class RoutingParameters {

  private RoutingParameters() {}

  /**
   * The initial values.
   *
   * @throws IllegalArgumentException if they are not of the names and shapes that the routing
   *     states: networks are counted by these
   */
  static Map<String, INDArray> initial(
      Routing routing, long in, long out, long dim, DataType type) {
    Map<String, INDArray> initial = routing.initialParameters(in, out, dim, type);
    Map<String, long[]> shapes = routing.parameterShapes(in, out, dim);
    boolean same = initial.keySet().equals(shapes.keySet());
    for (Map.Entry<String, INDArray> entry : initial.entrySet()) {
      same = same && Arrays.equals(entry.getValue().shape(), shapes.get(entry.getKey()));
    }
    if (!same) {
      throw new IllegalArgumentException(
          "%s: its initial parameters %s are not those that it states, %s"
              .formatted(routing.getClass().getSimpleName(), initial.keySet(), shapes.keySet()));
    }
    return initial;
  }
}
