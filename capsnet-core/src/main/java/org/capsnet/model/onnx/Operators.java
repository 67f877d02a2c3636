package org.capsnet.model.onnx;

import static org.capsnet.model.onnx.GraphBuilder.attribute;
import static org.capsnet.model.onnx.GraphBuilder.attributes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.TensorProto;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.model.onnx.Step.Size;

/** The operators of ONNX that the operations of this library are. */
final class Operators {

  /** Operations that are an operator without attributes. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("plus", "Add"),
          Map.entry("minus", "Sub"),
          Map.entry("times", "Mul"),
          Map.entry("dividedBy", "Div"),
          Map.entry("negate", "Neg"),
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("sqrt", "Sqrt"),
          Map.entry("abs", "Abs"),
          Map.entry("relu", "Relu"),
          Map.entry("tanh", "Tanh"),
          Map.entry("matmul", "MatMul"));

  /** The attribute or setting of an axis. */
  private static final String AXIS = "axis";

  /** The least of floats, above which every logit lies. */
  private static final double LEAST = -Float.MAX_VALUE;

  private final GraphBuilder graph;
  private final Sizes sizes;
  private final Map<String, Operator> others = new HashMap<>();

  /** How an operation is written. */
  private interface Operator {

    /** Adds nodes to the graph, and returns the name of the result. */
    String write(Step step, List<String> inputs);
  }

  /**
   * For a graph.
   *
   * @param graph that nodes are added to
   * @param input the name of the samples in it
   */
  Operators(GraphBuilder graph, String input) {
    this.graph = graph;
    sizes = new Sizes(graph, input);
    others.put("sigmoid", this::sigmoid);
    others.put("detach", (step, in) -> in.get(0));
    others.put("square", (step, in) -> graph.node("Mul", List.of(in.get(0), in.get(0))));
    others.put("pow", (step, in) -> withNumbers("Pow", step, in, "exponent"));
    others.put("clamp", (step, in) -> withNumbers("Clip", step, in, "min", "max"));
    others.put(
        "leakyRelu",
        (step, in) -> graph.node("LeakyRelu", in, attribute("alpha", step.number("slope"))));
    others.put("sum", (step, in) -> reduced("ReduceSum", step, in));
    others.put("max", (step, in) -> reduced("ReduceMax", step, in));
    others.put("softmax", (step, in) -> alongAxis("Softmax", step, in));
    others.put("logSoftmax", (step, in) -> alongAxis("LogSoftmax", step, in));
    others.put("concat", (step, in) -> alongAxis("Concat", step, in));
    others.put("reshape", (step, in) -> reshaped(in.get(0), step.sizes()));
    others.put("permute", (step, in) -> permuted(in.get(0), step.integers("axes")));
    others.put("slice", this::sliced);
    others.put("conv2d", this::convolved);
    others.put("conv2dRelu", (step, in) -> graph.node("Relu", List.of(convolved(step, in))));
    others.put("convTranspose2d", this::transposed);
    others.put("maxpool2d", (step, in) -> graph.node("MaxPool", in, window(step)));
    others.put("avgpool2d", this::averaged);
    others.put("unfold", this::unfolded);
    others.put("largest", this::largest);
    others.put("reached", (step, in) -> reached("add", 0, step, in.get(0)));
    others.put("largestReached", this::largestReached);
  }

  /** The operations that have a counterpart. */
  Set<String> names() {
    Set<String> all = new TreeSet<>(SAME.keySet());
    all.addAll(others.keySet());
    return all;
  }

  /**
   * Writes a step.
   *
   * @param step an operation
   * @param inputs the names of what it reads
   * @return the name of its result
   * @throws IllegalArgumentException if ONNX has no counterpart
   */
  String write(Step step, List<String> inputs) {
    graph.enter(step);
    String same = SAME.get(step.operation());
    if (same != null) {
      return step.has("number")
          ? withNumbers(same, step, inputs, "number")
          : graph.node(same, inputs);
    }
    Operator other = others.get(step.operation());
    if (other == null) {
      throw new IllegalArgumentException(
          step.where() + ": has no counterpart in ONNX; compose it of others while Tracing.on()");
    }
    return other.write(step, inputs);
  }

  /** An array that no operation makes, of whatever size the samples make it. */
  String write(Step step, Constant constant) {
    graph.enter(step);
    String value = graph.array(constant.value());
    if (constant.axis() == Constant.FIXED) {
      return value;
    }
    if (constant.axis() == Constant.UNIFORM) {
      return graph.node("Expand", List.of(value, sizes.of(step.sizes())));
    }
    // What a sample has, once for each of them, along an axis of their own before that of theirs.
    List<Size> apart = new ArrayList<>(step.sizes());
    apart.set(constant.axis(), new Size(1, true));
    apart.add(constant.axis() + 1, new Size(step.sizes().get(constant.axis()).number(), false));
    long[] one = apart.stream().mapToLong(size -> size.perSample() ? 1 : size.number()).toArray();
    String spread = graph.node("Reshape", List.of(value, graph.integers(one)));
    return reshaped(graph.node("Expand", List.of(spread, sizes.of(apart))), step.sizes());
  }

  // ---------------------------------------------------------------- numbers

  private String withNumbers(String type, Step step, List<String> inputs, String... settings) {
    List<String> all = new ArrayList<>(inputs);
    for (String setting : settings) {
      all.add(graph.number(step.number(setting)));
    }
    return graph.node(type, all);
  }

  private String reduced(String type, Step step, List<String> inputs) {
    long[] axes = step.integers("axes");
    if (axes.length == 0) {
      return inputs.get(0); // of a scalar
    }
    boolean keeps = (boolean) step.settings().get("keepAxes");
    return graph.node(
        type, List.of(inputs.get(0), graph.integers(axes)), attribute("keepdims", keeps ? 1 : 0));
  }

  private String alongAxis(String type, Step step, List<String> inputs) {
    return graph.node(type, inputs, attribute(AXIS, step.integer(AXIS)));
  }

  /**
   * By its formula: of ONNX Runtime's operator the error is about 1e-7 whatever the result, and
   * routing divides by small activations and takes their logarithm.
   */
  private String sigmoid(Step step, List<String> inputs) {
    String power = graph.node("Exp", List.of(graph.node("Neg", inputs)));
    String one = graph.number(1);
    return graph.node("Div", List.of(one, graph.node("Add", List.of(one, power))));
  }

  // ---------------------------------------------------------------- shapes

  private String reshaped(String x, List<Size> to) {
    return graph.node("Reshape", List.of(x, sizes.ofReshape(to)));
  }

  private String permuted(String x, long... axes) {
    return graph.node("Transpose", List.of(x), attributes("perm", axes));
  }

  private String sliced(Step step, List<String> inputs) {
    return graph.node(
        "Slice",
        List.of(
            inputs.get(0),
            graph.integers(step.integer("from")),
            graph.integers(step.integer("to")),
            graph.integers(step.integer(AXIS))));
  }

  // ---------------------------------------------------------------- images

  private String convolved(Step step, List<String> inputs) {
    return graph.node("Conv", inputs, stepping(step).toArray(AttributeProto[]::new));
  }

  private String transposed(Step step, List<String> inputs) {
    List<AttributeProto> all = stepping(step);
    long added = step.integer("outputPadding");
    all.add(attributes("output_padding", added, added));
    return graph.node("ConvTranspose", inputs, all.toArray(AttributeProto[]::new));
  }

  private static List<AttributeProto> stepping(Step step) {
    Conv2dSpec spec = (Conv2dSpec) step.settings().get("spec");
    return new ArrayList<>(
        List.of(
            attributes("dilations", spec.dilationH(), spec.dilationW()),
            attribute("group", spec.groups()),
            attributes("pads", spec.paddingH(), spec.paddingW(), spec.paddingH(), spec.paddingW()),
            attributes("strides", spec.strideH(), spec.strideW())));
  }

  private static AttributeProto[] window(Step step) {
    long kernel = step.integer("kernel");
    long stride = step.integer("stride");
    long padding = step.integer("padding");
    return new AttributeProto[] {
      attributes("kernel_shape", kernel, kernel),
      attributes("pads", padding, padding, padding, padding),
      attributes("strides", stride, stride)
    };
  }

  private String averaged(Step step, List<String> inputs) {
    AttributeProto[] window = window(step);
    return graph.node(
        "AveragePool", inputs, window[0], window[1], window[2], attribute("count_include_pad", 1));
  }

  /** Rows, then columns, each as often as kernels see it. */
  private String unfolded(Step step, List<String> inputs) {
    Conv2dSpec spec = (Conv2dSpec) step.settings().get("spec");
    long height = step.integer("kernelHeight");
    long width = step.integer("kernelWidth");
    long rows = step.sizes().get(4).number();
    long columns = step.sizes().get(5).number();
    String padded =
        graph.node(
            "Pad",
            List.of(
                inputs.get(0),
                graph.integers(
                    0, 0, spec.paddingH(), spec.paddingW(), 0, 0, spec.paddingH(), spec.paddingW()),
                graph.number(0)));
    String ofRows =
        graph.integers(seen(height, rows, spec.dilationH(), spec.strideH()), height, rows);
    String ofColumns =
        graph.integers(seen(width, columns, spec.dilationW(), spec.strideW()), width, columns);
    String seen = graph.node("Gather", List.of(padded, ofRows), attribute(AXIS, 2));
    seen = graph.node("Gather", List.of(seen, ofColumns), attribute(AXIS, 4));
    return permuted(seen, 0, 1, 2, 4, 3, 5);
  }

  private static long[] seen(long kernel, long positions, long dilation, long stride) {
    return LongStream.range(0, kernel * positions)
        .map(i -> i / positions * dilation + i % positions * stride)
        .toArray();
  }

  // ---------------------------------------------------------------- choices

  /** 1 where the number of a class is that of the largest, the first of equals. */
  private String largest(Step step, List<String> inputs) {
    String chosen = graph.node("ArgMax", inputs, attribute(AXIS, 1), attribute("keepdims", 1));
    long classes = step.sizes().get(1).number();
    long[] shape = new long[step.rank() - 1];
    Arrays.fill(shape, 1);
    shape[0] = classes;
    String numbers = graph.integers(LongStream.range(0, classes).toArray(), shape);
    String same = graph.node("Equal", List.of(chosen, numbers));
    return graph.node(
        "Cast", List.of(same), attribute("to", TensorProto.DataType.FLOAT.getNumber()));
  }

  private String largestReached(Step step, List<String> inputs) {
    String ofVoters =
        graph.node(
            "ReduceMax", List.of(inputs.get(0), graph.integers(2)), attribute("keepdims", 0));
    return reached("max", LEAST, step, ofVoters);
  }

  /**
   * Of all voters that are one input capsule the sum or the maximum, given to each of them. Not by
   * ScatterND, which threads of ONNX Runtime write to the same element of at once.
   *
   * @param reduction of ScatterElements
   * @param start what each capsule begins with
   * @param step states who the voters are
   * @param x {@code [samples · positions, in]}
   */
  private String reached(String reduction, double start, Step step, String x) {
    long[] voters = step.integers("voters");
    long capsules = LongStream.of(voters).max().orElse(0) + 1;
    Size all = step.sizes().get(0); // samples · positions, whatever the samples are
    long positions = voters.length / step.sizes().get(1).number();
    Size samples = new Size(all.number() / positions, all.perSample());
    Size each = new Size(voters.length, false);
    String byVoter = permuted(reshaped(x, List.of(samples, each)), 1, 0);
    String none =
        graph.node(
            "Expand",
            List.of(graph.number(start), sizes.of(List.of(new Size(capsules, false), samples))));
    String numbers =
        graph.node(
            "Expand",
            List.of(graph.integers(voters, voters.length, 1), sizes.of(List.of(each, samples))));
    String ofCapsules =
        graph.node(
            "ScatterElements",
            List.of(none, numbers, byVoter),
            attribute(AXIS, 0),
            attribute("reduction", reduction));
    String given =
        graph.node("Gather", List.of(ofCapsules, graph.integers(voters)), attribute(AXIS, 0));
    return reshaped(permuted(given, 1, 0), step.sizes());
  }
}
