package org.capsnet.model.onnx;

import static org.capsnet.model.onnx.GraphBuilder.attribute;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.model.onnx.Step.Size;

/** Sizes as arrays in a graph, where they may depend on the number of samples. */
final class Sizes {

  private final GraphBuilder graph;
  private final String input;

  /**
   * For a graph.
   *
   * @param graph that nodes are added to
   * @param input the name of the samples, whose first axis counts them
   */
  Sizes(GraphBuilder graph, String input) {
    this.graph = graph;
    this.input = input;
  }

  /** The sizes of a reshape, of which one may be open. */
  String ofReshape(List<Size> sizes) {
    return sizes.stream().filter(Size::perSample).count() > 1
        ? of(sizes)
        : graph.integers(
            sizes.stream().mapToLong(size -> size.perSample() ? -1 : size.number()).toArray());
  }

  /** All sizes, as numbers. */
  String of(List<Size> sizes) {
    if (sizes.stream().noneMatch(Size::perSample)) {
      return graph.integers(sizes.stream().mapToLong(Size::number).toArray());
    }
    List<String> each = new ArrayList<>();
    for (Size size : sizes) {
      each.add(size.perSample() ? grown(size.number()) : graph.integers(size.number()));
    }
    return each.size() == 1 ? each.get(0) : graph.node("Concat", each, attribute("axis", 0));
  }

  private String grown(long perSample) {
    String samples =
        graph.node("Shape", List.of(input), attribute("start", 0), attribute("end", 1));
    return perSample == 1
        ? samples
        : graph.node("Mul", List.of(samples, graph.integers(perSample)));
  }
}
