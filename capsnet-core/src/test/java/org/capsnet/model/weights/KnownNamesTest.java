package org.capsnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.io.FormatException;
import org.capsnet.io.Npz;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks with weights in the names and layouts of others compute what PyTorch does by their code:
 * {@code foreign/generate.py} among the resources.
 */
class KnownNamesTest {

  private static final Path FOREIGN = Path.of("src/test/resources/foreign");

  @TempDir private Path folder;

  private static Map<String, INDArray> expected() throws IOException {
    return Npz.read(FOREIGN.resolve("x.npz"));
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    INDArray difference = actual.castTo(DataType.DOUBLE).sub(expected.castTo(DataType.DOUBLE));
    assertThat(difference.amaxNumber().doubleValue()).isCloseTo(0, within(1e-5));
  }

  static EfficientCapsNet.Config efficient() {
    return EfficientCapsNet.Config.smallNorb()
        .with("image", new ImageShape(2, 20, 18))
        .with("classes", 3)
        .with("stem", List.of(new Conv(4, 5, 2), new Conv(6, 3, 1), new Conv(8, 3, 2)))
        .with("dim", 4)
        .with("classDim", 5);
  }

  private static CapsNet.Config capsNet(int iterations) {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(2, 12, 10))
        .with("classes", 3)
        .with("stem", List.of(new Conv(5, 3, 1)))
        .with("primary", new Primary(3, 4, 3, 2))
        .with("classDim", 5)
        .with("routing", new DynamicRouting(iterations))
        .with("decoder", List.of(7, 9));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofTheAuthorsOfEfficientCapsNet(DataType type) throws IOException {
    EfficientCapsNet net = efficient().build(Init.seed(1).type(type));
    Weights.load(net, FOREIGN.resolve("efficient.h5"), KnownNames.efficientCapsNet(efficient()));
    net.eval();
    Map<String, INDArray> expected = expected();
    Variable x = Variable.constant(expected.get("efficient_x").castTo(type));
    assertClose(net.classify(x).classes().pose().value(), expected.get("efficient_poses"));
  }

  @Test
  void thePublishedNetworkHasTheParametersOfItsFile() {
    EfficientCapsNet net = EfficientCapsNet.Config.smallNorb().build(0);
    assertThat(net.parameterCount()).isEqualTo(151_664);
    assertThat(net.summary().parameters()).isEqualTo(151_664);
    assertThatThrownBy(() -> KnownNames.efficientCapsNet(EfficientCapsNet.Config.paper()))
        .hasMessageContaining("norm: expected INSTANCE, as that of Config.smallNorb(), got BATCH");
  }

  @Test
  void ofCapsNetKeras() throws IOException {
    CapsNet.Config config = capsNet(3);
    CapsNet net = config.build(1);
    Weights.load(net, FOREIGN.resolve("keras.h5"), KnownNames.capsNetKeras(config));
    assertComputes(net, "keras");
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch.safetensors", "torch.npz"})
  void ofPyTorch(String file) throws IOException {
    CapsNet.Config config = capsNet(3); // two of theirs
    CapsNet net = config.build(1);
    Weights.load(net, FOREIGN.resolve(file), KnownNames.capsNetTorch(config));
    assertComputes(net, "torch");
  }

  private static void assertComputes(CapsNet net, String what) throws IOException {
    net.eval();
    Map<String, INDArray> expected = expected();
    Classifier.Classification found = net.classify(Variable.constant(expected.get(what + "_x")));
    assertClose(found.classes().pose().value(), expected.get(what + "_poses"));
    INDArray longest = Nd4j.zeros(DataType.FLOAT, 2, 3);
    INDArray lengths = found.classes().activation().value();
    for (int i = 0; i < 2; i++) {
      longest.putScalar(i, Nd4j.argMax(lengths.getRow(i)).getInt(0), 1);
    }
    INDArray drawn = net.reconstruct(found.classes(), longest).value();
    INDArray image = expected.get(what + "_reconstruction");
    assertClose(drawn.reshape('c', image.shape()), image);
  }

  @Test
  void withoutADecoderTheirsIsLeft() throws IOException {
    CapsNet.Config config = capsNet(3).with("decoder", null);
    Weights.load(config.build(1), FOREIGN.resolve("keras.h5"), KnownNames.capsNetKeras(config));
    Weights.load(config.build(1), FOREIGN.resolve("torch.npz"), KnownNames.capsNetTorch(config));
  }

  /** Learned logits at which routing begins are what ours lacks. */
  @Test
  void aLearnedBeginningOfRoutingIsRefused() throws IOException {
    Map<String, INDArray> state =
        new LinkedHashMap<>(Safetensors.read(FOREIGN.resolve("torch.safetensors")).tensors());
    state.get("caps_net.digitCaps.routing_module.b").putScalar(0, 1, 0.5);
    Path file = folder.resolve("trained.safetensors");
    Safetensors.write(file, state, Map.of());
    CapsNet.Config config = capsNet(3);
    CapsNet net = config.build(1);
    Map<String, ?> before = Numbers.of(net.state());
    assertThatThrownBy(() -> Weights.load(net, file, KnownNames.capsNetTorch(config)))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file
                + ": it does not fit this CapsNet: not 0, and without a counterpart:"
                + " caps_net.digitCaps.routing_module.b");
    assertThat(Numbers.of(net.state())).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void onlyNetworksOfTheirKind() {
    CapsNet.Config two = capsNet(3).with("stem", List.of(new Conv(5, 3, 1), new Conv(5, 3, 1)));
    assertThatThrownBy(() -> KnownNames.capsNetKeras(two))
        .hasMessage("stem convolutions: expected 1, got 2");
  }
}
