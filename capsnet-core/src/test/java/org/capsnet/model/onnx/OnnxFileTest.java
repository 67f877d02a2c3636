package org.capsnet.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import onnx.OnnxMl.ModelProto;
import onnx.OnnxMl.NodeProto;
import onnx.OnnxMl.StringStringEntryProto;
import onnx.OnnxMl.TensorProto;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.model.Architecture;
import org.capsnet.model.Network;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.insight.Outputs;
import org.capsnet.nn.Checkpointed;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.OnnxSession;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What stands in an exported file, and what cannot be exported. */
class OnnxFileTest {

  @TempDir private Path folder;

  private static CapsNet.Config small() {
    return (CapsNet.Config) SmallNetworks.all().get(0);
  }

  private static CapsNet evaluating(CapsNet.Config config) {
    CapsNet net = config.build(1);
    net.eval();
    return net;
  }

  private static ModelProto read(Path file) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(file));
  }

  private static Map<String, String> metadata(ModelProto model) {
    return model.getMetadataPropsList().stream()
        .collect(
            Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
  }

  @Test
  void namesAndProvenanceStandInTheMetadata() throws IOException {
    Path file = folder.resolve("digits.onnx");
    ImageClassifier model = new ImageClassifier(small().build(1), List.of("a", "ü", "c"));
    OnnxModel.export(model, file, Map.of("provenance.data", "drawings"));
    Map<String, String> kept = metadata(read(file));
    assertThat(kept)
        .containsEntry("capsnet.classes", "[\"a\",\"ü\",\"c\"]")
        .containsEntry("capsnet.network", model.metadata().get("capsnet.network"))
        .containsEntry("provenance.data", "drawings")
        .containsEntry(
            "capsnet.preprocessing",
            "{\"channels\":[\"grey\"],\"height\":16,\"width\":16,\"range\":[0,1],"
                + "\"resize\":\"stretch\"}");
    assertThatThrownBy(
            () -> OnnxModel.export(model, file, Map.of("capsnet.classes", "[\"other\"]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("metadata: capsnet.classes: expected [\"a\",\"ü\",\"c\"], got");
    OnnxModel.export(model, file, model.metadata()); // what its own file says
    assertThat(metadata(read(file))).doesNotContainKey("provenance.data");
  }

  @Test
  void theInterfaceSpeaks() throws Exception {
    CapsNet net = evaluating(small());
    Path file = folder.resolve("net.onnx");
    OnnxModel.export(net, file);
    try (OnnxSession session = OnnxSession.of(file)) {
      OrtSession ort = session.session();
      assertThat(ort.getInputInfo()).containsOnlyKeys("images");
      assertThat(shape(ort.getInputInfo().get("images"))).containsExactly(-1, 1, 16, 16);
      assertThat(ort.getOutputInfo())
          .containsOnlyKeys("lengths", "poses", "reconstruction", "coupling");
      assertThat(shape(ort.getOutputInfo().get("lengths"))).containsExactly(-1, 3);
      assertThat(shape(ort.getOutputInfo().get("poses"))).containsExactly(-1, 3, 6);
      assertThat(shape(ort.getOutputInfo().get("reconstruction"))).containsExactly(-1, 1, 16, 16);
      assertThat(shape(ort.getOutputInfo().get("coupling"))).containsExactly(-1, 64, 3);
      assertThat(ort.getMetadata().getProducerName()).isEqualTo("capsnet");
    }
  }

  private static long[] shape(NodeInfo info) {
    return ((TensorInfo) info.getInfo()).getShape();
  }

  /** Each once, under its name in a saved file; routing adds nothing of the size of votes. */
  @Test
  void weightsStandInTheFileOnce() throws IOException {
    CapsNet net = evaluating(CapsNet.Config.paper());
    Path file = folder.resolve("capsnet.onnx");
    OnnxModel.export(net, file);
    long weights = 4 * net.parameterCount();
    assertThat(Files.size(file)).isBetween(weights, weights + weights / 5);
    List<TensorProto> arrays = read(file).getGraph().getInitializerList();
    assertThat(arrays).extracting(TensorProto::getName).containsAll(net.parameters().keySet());
    assertThat(arrays)
        .filteredOn(array -> !net.parameters().containsKey(array.getName()))
        .allSatisfy(array -> assertThat(array.getSerializedSize()).isLessThan(200));
  }

  /** The coupling is that of the forward pass, and its lines are not written a second time. */
  @Test
  void nothingIsComputedTwice() throws IOException {
    Path file = folder.resolve("net.onnx");
    OnnxModel.export(evaluating(small()), file);
    List<NodeProto> nodes = read(file).getGraph().getNodeList();
    assertThat(nodes).filteredOn(node -> node.getOpType().equals("Softmax")).hasSize(3);
    assertThat(nodes).filteredOn(node -> node.getOpType().equals("Conv")).hasSize(2);
    assertThat(nodes)
        .extracting(NodeProto::getName)
        .contains("classes/softmax", "stem.0/conv2dRelu");
  }

  @Test
  void theSameNetworkGivesTheSameBytes() throws IOException {
    Path one = folder.resolve("one.onnx");
    Path other = folder.resolve("other.onnx");
    OnnxModel.export(evaluating(small()), one);
    OnnxModel.export(evaluating(small()), other);
    assertThat(one).hasSameBinaryContentAs(other);
  }

  @Test
  void doublesAreWrittenAsFloats() throws Exception {
    CapsNet net = small().build(Init.seed(1).type(DataType.DOUBLE));
    net.eval();
    Path file = folder.resolve("net.onnx");
    OnnxModel.export(net, file);
    INDArray images = Nd4j.ones(2, 1, 16, 16).muli(0.3);
    try (OnnxSession session = OnnxSession.of(file)) {
      INDArray got = session.run(images).get("lengths");
      INDArray own =
          net.classify(Variable.constant(images.castTo(DataType.DOUBLE)))
              .classes()
              .activation()
              .value();
      assertThat(got.sub(own.castTo(DataType.FLOAT)).amaxNumber().doubleValue()).isLessThan(1e-5);
    }
  }

  /** Samples of two vectors, and a layer whose intermediates are computed again in training. */
  private record OwnSizes(int length) implements Architecture<OwnNetwork, OwnSizes> {

    @Override
    public Shape input() {
      return Shape.of(2, length);
    }

    @Override
    public OwnNetwork build(Init init) {
      return new OwnNetwork(this, init);
    }
  }

  private static final class OwnNetwork extends Network<OwnSizes> {

    private final Checkpointed<Capsules, Capsules> layer;

    OwnNetwork(OwnSizes sizes, Init init) {
      super(sizes, init);
      DynamicRouting routing = new DynamicRouting(2);
      layer =
          child(
              "layer",
              new Checkpointed<>(
                  new CapsuleLayer(sizes.input(), 3, 4, new DenseVotes(), routing, init)));
    }

    Capsules forward(Variable vectors) {
      return layer.forward(Capsules.ofLength(new SabourSquash().squash(vectors)));
    }
  }

  @Test
  void aNetworkOfOnesOwnIsExportedByWhatItSays() throws Exception {
    OwnNetwork net = new OwnSizes(5).build(1);
    net.eval();
    Path file = folder.resolve("own.onnx");
    OnnxModel.export(net, file, Map.of(), x -> Map.of("found", net.forward(x).pose()));
    assertThat(metadata(read(file))).isEmpty();
    INDArray vectors = Nd4j.linspace(-1, 1, 40, DataType.FLOAT).reshape(4, 2, 5);
    try (OnnxSession session = OnnxSession.of(file)) {
      assertThat(session.session().getInputNames()).containsExactly("input");
      INDArray own = net.forward(Variable.constant(vectors)).pose().value();
      assertThat(session.run(vectors).get("found").sub(own).amaxNumber().doubleValue())
          .isLessThan(1e-5);
    }
    assertThatThrownBy(() -> Outputs.of(net, Variable.constant(vectors)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("OwnNetwork: expected a network that classifies, detects or");
  }

  // ---------------------------------------------------------------- what is refused

  private void refuses(Network<?> net, Function<Variable, Variable> output, String message)
      throws IOException {
    Path file = folder.resolve("refused.onnx");
    Files.writeString(file, "before");
    assertThatThrownBy(
            () -> OnnxModel.export(net, file, Map.of(), x -> Map.of("y", output.apply(x))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
    assertThat(file).hasContent("before");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  /** An operation of somebody's own. */
  private static Variable own(Variable x) {
    return Variable.of(
        "cube", x.value().mul(x.value()).muli(x.value()), (g, needed) -> new INDArray[] {g}, x);
  }

  @Test
  void anOperationWithoutACounterpartIsNamedWithItsLayer() throws IOException {
    Routing routing = in -> Capsules.ofLength(own(in.votes()).sum(1).times(1e-6));
    CapsNet net = evaluating(small().with("routing", routing).with("decoder", null));
    refuses(
        net,
        x -> net.classify(x).classes().activation(),
        "operation cube of layer classes: has no counterpart in ONNX");
    refuses(net, x -> own(x), "operation cube of the network: has no counterpart in ONNX");
  }

  @Test
  void numbersThatWereReadOffTheImagesAreNoConstants() throws IOException {
    CapsNet net = evaluating(small());
    refuses(
        net,
        x -> x.times(Variable.constant(x.value().mul(2))),
        "operation times of the network: reads numbers that depend on the samples");
    refuses(
        net,
        x -> {
          Variable found = net.classify(x).classes().pose();
          return found.plus(Variable.constant(found.value().max(0)));
        },
        "operation plus of layer classes: reads numbers that depend on the samples");
    refuses(
        net,
        x -> x.times(x.value().meanNumber().doubleValue()),
        "operation times of the network: expected the same computation of any samples, got");
    // A choice that is the same for all images between, but not for bright and dark ones.
    refuses(
        net,
        x ->
            x.times(
                Variable.constant(
                    x.value().mean(1, 2, 3).gt(0.7).castTo(x.dataType()).reshape(-1, 1, 1, 1))),
        "operation times of the network: reads numbers that depend on the samples");
    refuses(
        net,
        x -> x.slice(0, 0, x.size(0) - 1),
        "operation slice of the network: expected the same computation of any samples, got");
    refuses(
        net,
        x -> x.size(0) == 2 ? x : x.exp(),
        "outputs: expected the same computation of any samples, got");
  }

  @Test
  void anOutputIsNotNamedAsTheInput() throws IOException {
    CapsNet net = evaluating(small());
    assertThatThrownBy(
            () ->
                OnnxModel.export(
                    net, folder.resolve("net.onnx"), Map.of(), x -> Map.of("images", x.exp())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two of the inputs and outputs are named images");
  }

  @Test
  void theNetworkHasToBeInEvaluationModeWithAllItsParts() throws IOException {
    Path file = folder.resolve("net.onnx");
    CapsNet net = small().build(1);
    assertThatThrownBy(() -> OnnxModel.export(net, file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the network is in training mode");
    net.eval();
    net.encoder().train();
    assertThatThrownBy(() -> OnnxModel.export(net, file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is in training mode: call eval() of the whole network first");
    assertThat(file).doesNotExist();
  }

  @Test
  void outputsNeedNames() throws IOException {
    CapsNet net = evaluating(small());
    Path file = folder.resolve("net.onnx");
    for (Map<String, Variable> none :
        List.of(Map.<String, Variable>of(), Map.of("", Variable.constant(Nd4j.ones(1))))) {
      assertThatThrownBy(() -> OnnxModel.export(net, file, Map.of(), x -> none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("outputs: expected names, got [");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void theCallerMaySayWhatImagesHaveToBe() throws IOException {
    CapsNet net = evaluating(small());
    Path file = folder.resolve("net.onnx");
    OnnxModel.export(
        net, file, Map.of("capsnet.preprocessing", "standardized"), x -> Map.of("y", x.exp()));
    assertThat(metadata(read(file))).containsEntry("capsnet.preprocessing", "standardized");
  }

  @Test
  void weightsBeyondWhatTheFormatHoldsAreRefusedBeforeAnyWork() {
    CapsNet net =
        CapsNet.Config.paper().with("classDim", 6000).build(Init.shapesOnly(DataType.FLOAT));
    net.eval();
    Path file = folder.resolve("net.onnx");
    assertThatThrownBy(() -> OnnxModel.export(net, file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "weights: expected at most 2,080,374,783 bytes, which an ONNX file holds, got ");
    assertThat(file).doesNotExist();
  }
}
