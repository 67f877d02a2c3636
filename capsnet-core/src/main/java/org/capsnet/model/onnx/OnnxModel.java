package org.capsnet.model.onnx;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.OperatorSetIdProto;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;
import onnx.OnnxMl.TensorShapeProto;
import onnx.OnnxMl.TypeProto;
import onnx.OnnxMl.ValueInfoProto;
import org.capsnet.autograd.Variable;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.Json;
import org.capsnet.model.ImageModel;
import org.capsnet.model.Network;
import org.capsnet.model.insight.Outputs;
import org.capsnet.model.onnx.Step.Size;
import org.capsnet.nn.Shape;

/**
 * Networks as ONNX models, which ONNX Runtime and many other tools run, without this library and
 * without a JVM.
 *
 * <pre>{@code
 * OnnxModel.export(classifier, Path.of("digits.onnx"));
 * }</pre>
 *
 * <p>The input is {@code images [batch, channels, height, width]}, from 0 to 1, of any number of
 * images and of the size that the network is for; samples of other axes are called {@code input}.
 * Outputs are what the network says, each where it has it:
 *
 * <ul>
 *   <li>{@code lengths [batch, classes]} and {@code poses [batch, classes, dim]} of class capsules;
 *       of a network that detects, with rows and columns behind these
 *   <li>{@code reconstruction [batch, channels, height, width]}, of a classifier as drawn from the
 *       longest capsule
 *   <li>{@code coupling [batch, voters, classes]}
 *   <li>{@code boxes [batch, classes, 4, rows, columns]}, before any is left out
 *   <li>{@code masks [batch, masks, height, width]}, scores
 * </ul>
 *
 * <p>Routing is unrolled. Numbers are floats, whatever those of the network are. The operators are
 * those of {@linkplain #OPSET opset 18}, the lowest in which maxima can be scattered, as routing
 * over a grid needs. Weights stand in the file itself, which bounds it to 2 GB. The metadata has
 * what a saved file has, the names of the classes among it under {@code capsnet.classes}, as JSON,
 * and what images have to be under {@code capsnet.preprocessing}, unless the caller says it.
 *
 * <p>The network runs twice on a few random images in the course of it, by the plain twins of
 * kernels, and takes the memory of a training step of as many.
 */
public final class OnnxModel {

  /** The version of ONNX's operators that models use. */
  public static final int OPSET = 18;

  /** The version of the format, which came with those operators. */
  private static final int FORMAT = 8;

  /** What a message of Protocol Buffers holds, with room for the graph. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private static final String PREPROCESSING = "capsnet.preprocessing";

  /** Two traces differ in whatever depends on the number of samples. */
  private static final int FEW = 2;

  private static final int MORE = 3;

  private OnnxModel() {}

  /**
   * Writes a model with the names of what it finds.
   *
   * @param model any classifier, detector or medical model
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException as {@link #export(Network, Path, Map, Function)}, or if
   *     something in the architecture has no name in files
   */
  public static void export(ImageModel<?, ?> model, Path file) throws IOException {
    export(model, file, Map.of());
  }

  /**
   * Writes a model, and what else is said of it.
   *
   * @param model any classifier, detector or medical model
   * @param file replaced as a whole or not at all
   * @param more text by key, such as where the model comes from: all that its own file says, as
   *     {@link org.capsnet.io.Safetensors#read} gives it, may be handed on
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException as {@link #export(ImageModel, Path)}, or if a key is one of
   *     the model's own and says something else
   */
  public static void export(ImageModel<?, ?> model, Path file, Map<String, String> more)
      throws IOException {
    export(
        model.net(), file, both(model.metadata(), more), images -> Outputs.of(model.net(), images));
  }

  /**
   * Writes a network that classifies, detects or segments.
   *
   * @param net the network, in evaluation mode
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException as {@link #export(Network, Path, Map, Function)}, or if the
   *     network can do something else, or something in the architecture has no name in files
   * @throws IllegalStateException if it is in training mode
   */
  public static void export(Network<?> net, Path file) throws IOException {
    export(net, file, Map.of());
  }

  /**
   * Writes a network that classifies, detects or segments, and what else is said of it: what its
   * images have to be, under {@code capsnet.preprocessing}, where they do not go from 0 to 1.
   *
   * @param net the network, in evaluation mode
   * @param file replaced as a whole or not at all
   * @param more text by key
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException as {@link #export(Network, Path)}, or if a key is one of the
   *     network's own and says something else
   * @throws IllegalStateException if it is in training mode
   */
  public static void export(Network<?> net, Path file, Map<String, String> more)
      throws IOException {
    export(net, file, both(net.metadata(), more), images -> Outputs.of(net, images));
  }

  private static Map<String, String> both(Map<String, String> own, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(more);
    own.forEach(
        (key, value) -> {
          String other = all.put(key, value);
          if (other != null && !other.equals(value)) {
            throw new IllegalArgumentException(
                "metadata: %s: expected %s, got %s".formatted(key, value, other));
          }
        });
    return all;
  }

  /**
   * Writes any network.
   *
   * @param net the network, in evaluation mode
   * @param file replaced as a whole or not at all
   * @param metadata text by key
   * @param outputs computes from {@code [batch, axes of a sample..]} what the model is to say, by
   *     name, in the order of the map; called twice. What it reads off the values of arrays, and
   *     does not compute by operations, is refused where it differs between the random images that
   *     the network is run on; a branch that all of them take alike stays as it was
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if an operation has no counterpart in ONNX, if what is
   *     computed depends on samples otherwise than by operations, or if the weights take more than
   *     2 GB
   * @throws IllegalStateException if the network is in training mode
   */
  public static void export(
      Network<?> net,
      Path file,
      Map<String, String> metadata,
      Function<Variable, Map<String, Variable>> outputs)
      throws IOException {
    net.requireEvaluationMode();
    requireRoom(net);
    Computation computation =
        Computation.of(Trace.of(net, FEW, outputs), Trace.of(net, MORE, outputs));
    if (computation.outputs().isEmpty() || computation.outputs().containsKey("")) {
      throw new IllegalArgumentException(
          "outputs: expected names, got " + computation.outputs().keySet());
    }
    ModelProto model = model(net, computation, described(net, metadata));
    AtomicFiles.write(file, model::writeTo);
  }

  private static void requireRoom(Network<?> net) {
    long numbers =
        net.stateShapes().values().stream()
            .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
            .reduce(0, Math::addExact);
    long bytes = Math.multiplyExact(numbers, Float.BYTES);
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "weights: expected at most %,d bytes, which an ONNX file holds, got %,d"
              .formatted(MOST_BYTES, bytes));
    }
  }

  private static Map<String, String> described(Network<?> net, Map<String, String> metadata) {
    Map<String, String> all = new TreeMap<>(metadata);
    Shape input = net.architecture().input();
    if (ofImages(input)) {
      Map<String, Object> images = new LinkedHashMap<>();
      images.put("channels", colours(input.size(0)));
      images.put("height", input.size(1));
      images.put("width", input.size(2));
      images.put("range", List.of(0, 1));
      images.put("resize", "stretch");
      all.putIfAbsent(PREPROCESSING, Json.write(images));
    }
    return all;
  }

  private static List<String> colours(long channels) {
    if (channels == 3) {
      return List.of("red", "green", "blue");
    }
    return channels == 1 ? List.of("grey") : Collections.nCopies((int) channels, "any");
  }

  private static boolean ofImages(Shape input) {
    return input.rank() == 3;
  }

  // ---------------------------------------------------------------- writing

  private static ModelProto model(
      Network<?> net, Computation computation, Map<String, String> metadata) {
    GraphBuilder graph = new GraphBuilder();
    String input = ofImages(net.architecture().input()) ? "images" : "input";
    graph.reserve(input);
    computation.outputs().keySet().forEach(graph::reserve);
    List<String> names = written(computation, new Operators(graph, input), graph, input);
    String name = net.getClass().getSimpleName();
    graph.proto().setName(name.isEmpty() ? "network" : name);
    graph.proto().addInput(value(input, computation.steps().get(0)));
    computation
        .outputs()
        .forEach(
            (output, number) -> {
              graph.output(output, names.get(number));
              graph.proto().addOutput(value(output, computation.steps().get(number)));
            });
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName("capsnet")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph.proto());
    metadata.forEach(
        (key, text) ->
            model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    return model.build();
  }

  /** The names of the results of all steps. */
  private static List<String> written(
      Computation computation, Operators operators, GraphBuilder graph, String input) {
    List<String> names = new ArrayList<>();
    names.add(input);
    for (int i = 1; i < computation.steps().size(); i++) {
      Step step = computation.steps().get(i);
      Constant constant = computation.constants().get(i);
      if (constant == null) {
        names.add(operators.write(step, step.inputs().stream().map(names::get).toList()));
      } else if (computation.names().containsKey(i)) {
        names.add(graph.state(computation.names().get(i), constant.value()));
      } else {
        names.add(operators.write(step, constant));
      }
    }
    return names;
  }

  private static ValueInfoProto value(String name, Step step) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Size size : step.sizes()) {
      TensorShapeProto.Dimension.Builder axis = shape.addDimBuilder();
      if (!size.perSample()) {
        axis.setDimValue(size.number());
      } else {
        axis.setDimParam(size.number() == 1 ? "batch" : size.number() + " batch");
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
