package org.capsnet.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.OnnxMl.AttributeProto;
import onnx.OnnxMl.GraphProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.TensorProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * A graph of ONNX that grows node by node. What is there already is not made twice: the same
 * operation of the same inputs, or the same small array, has one name.
 */
final class GraphBuilder {

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<NodeProto, String> nodes = new HashMap<>();
  private final Map<TensorProto, String> tensors = new HashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  /** Where the nodes stand that are made next. */
  private String place = "";

  /** The graph as it is so far, for what else belongs to it. */
  GraphProto.Builder proto() {
    return graph;
  }

  /** Keeps a name for what is known by it outside: the samples, a result. */
  void reserve(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException("two of the inputs and outputs are named " + name);
    }
  }

  /** Names what is made next after a layer and the operation of it that is being written. */
  void enter(Step step) {
    place = step.layer().isEmpty() ? step.operation() : step.layer() + "/" + step.operation();
  }

  /**
   * A node with one output.
   *
   * @param type an operator of ONNX
   * @param inputs names
   * @param attributes in a fixed order
   * @return the name of its output
   */
  String node(String type, List<String> inputs, AttributeProto... attributes) {
    NodeProto bare =
        NodeProto.newBuilder()
            .setOpType(type)
            .addAllInput(inputs)
            .addAllAttribute(Arrays.asList(attributes))
            .build();
    return nodes.computeIfAbsent(
        bare,
        made -> {
          String name = unused(place);
          graph.addNode(made.toBuilder().setName(name).addOutput(name));
          return name;
        });
  }

  /** Gives a result the name that it has outside. */
  void output(String name, String from) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName("output/" + name)
            .addInput(from)
            .addOutput(name));
  }

  private String unused(String wanted) {
    String name = wanted;
    for (int use = 2; !names.add(name); use++) {
      name = wanted + "_" + use;
    }
    return name;
  }

  // ---------------------------------------------------------------- arrays

  /** A parameter or a buffer, under its own name if that is free, as floats. */
  String state(String name, INDArray value) {
    return states.computeIfAbsent(
        name,
        own -> {
          String free = unused(own);
          graph.addInitializer(floats(value).toBuilder().setName(free));
          return free;
        });
  }

  /** An array of floats, of the sizes that it has. */
  String array(INDArray value) {
    return small(floats(value));
  }

  /** A number. */
  String number(double value) {
    return small(floats(new float[] {(float) value}));
  }

  /** Whole numbers, a list. */
  String integers(long... values) {
    return integers(values, values.length);
  }

  /** Whole numbers of given sizes. */
  String integers(long[] values, long... sizes) {
    ByteBuffer bytes = littleEndian(Math.multiplyExact(values.length, Long.BYTES));
    bytes.asLongBuffer().put(values);
    return small(tensor(TensorProto.DataType.INT64, bytes, sizes));
  }

  private String small(TensorProto bare) {
    return tensors.computeIfAbsent(
        bare,
        made -> {
          String name = unused("constant");
          graph.addInitializer(made.toBuilder().setName(name));
          return name;
        });
  }

  private static TensorProto floats(INDArray array) {
    INDArray dense = array.castTo(DataType.FLOAT).dup('c');
    return floats(dense.reshape(-1).toFloatVector(), array.shape());
  }

  private static TensorProto floats(float[] values, long... sizes) {
    ByteBuffer bytes = littleEndian(Math.multiplyExact(values.length, Float.BYTES));
    bytes.asFloatBuffer().put(values);
    return tensor(TensorProto.DataType.FLOAT, bytes, sizes);
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorProto tensor(TensorProto.DataType type, ByteBuffer bytes, long... sizes) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(type.getNumber())
            .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
    Arrays.stream(sizes).forEach(tensor::addDims);
    return tensor.build();
  }

  // ---------------------------------------------------------------- attributes

  static AttributeProto attribute(String name, long value) {
    return named(name, AttributeProto.AttributeType.INT).setI(value).build();
  }

  static AttributeProto attribute(String name, double value) {
    return named(name, AttributeProto.AttributeType.FLOAT).setF((float) value).build();
  }

  static AttributeProto attribute(String name, String value) {
    return named(name, AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto attributes(String name, long... values) {
    AttributeProto.Builder attribute = named(name, AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  private static AttributeProto.Builder named(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}
