package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.onnx.OnnxModel;
import org.capsnet.model.weights.KnownNames;
import org.capsnet.model.weights.Layout;
import org.capsnet.model.weights.NameMap;
import org.capsnet.model.weights.Weights;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.OnnxSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights of other tools, and for them. {@code docs/weights.md} takes its code from here. */
class WeightsTest {

  private static final Path FOREIGN = Path.of("src/test/resources/foreign");

  @TempDir private Path folder;

  private static CapsNet.Config config() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(2, 12, 10))
        .with("classes", 3)
        .with("stem", List.of(new Conv(5, 3, 1)))
        .with("primary", new Primary(3, 4, 3, 2))
        .with("classDim", 5)
        .with("decoder", List.of(7, 9));
  }

  @Test
  void whatTheAuthorsPublished() throws Exception {
    Path file = Files.copy(FOREIGN.resolve("efficient.h5"), folder.resolve("smallnorb.h5"));
    EfficientCapsNet.Config config =
        EfficientCapsNet.Config.smallNorb()
            .with("image", new ImageShape(2, 20, 18))
            .with("classes", 3)
            .with("stem", List.of(new Conv(4, 5, 2), new Conv(6, 3, 1), new Conv(8, 3, 2)))
            .with("dim", 4)
            .with("classDim", 5);

    EfficientCapsNet net = config.build(0);
    Weights.load(net, file, KnownNames.efficientCapsNet(config));
    net.eval(); // it predicts

    Path onnx = folder.resolve("smallnorb.onnx");
    String images = "each camera with a mean of 0 and a deviation of 1 over the data set";
    OnnxModel.export(net, onnx, Map.of("capsnet.preprocessing", images));

    assertThat(net.parameterCount()).isEqualTo(1068);
    assertThat(net.state()).isNotEqualTo(config.build(0).state());
    try (OnnxSession session = OnnxSession.of(onnx)) {
      assertThat(session.session().getMetadata().getCustomMetadata())
          .containsEntry("capsnet.preprocessing", images)
          .containsKey("capsnet.network");
      INDArray pairs = Nd4j.rand(DataType.FLOAT, 3, 2, 20, 18);
      INDArray lengths = net.classify(Variable.constant(pairs)).classes().activation().value();
      assertThat(session.run(pairs).get("lengths").distance2(lengths)).isLessThan(1e-5);
    }
  }

  @Test
  void fromKerasAndFromPyTorch() throws Exception {
    CapsNet.Config config = config();
    Path keras = FOREIGN.resolve("keras.h5");
    Path torch = FOREIGN.resolve("torch.safetensors");

    CapsNet fromKeras = config.build(0);
    Weights.load(fromKeras, keras, KnownNames.capsNetKeras(config));

    CapsNet.Config more = config.with("routing", new DynamicRouting(4)); // three of theirs
    CapsNet fromTorch = more.build(0);
    Weights.load(fromTorch, torch, KnownNames.capsNetTorch(more));

    assertThat(fromKeras.parameterCount()).isEqualTo(fromTorch.parameterCount());
  }

  @Test
  void namesOfOnesOwn() throws Exception {
    CapsNet.Config config = config().with("decoder", null);
    Path file = FOREIGN.resolve("keras.h5");

    Layout votes =
        Layout.reshaped(3, 4 * 3, 3, 5, 4) // [classes, places, types, classDim, dim]
            .then(Layout.permuted(2, 1, 0, 3, 4))
            .then(Layout.reshaped(3 * 4 * 3, 3, 5, 4)); // [capsules, classes, classDim, dim]
    NameMap names =
        NameMap.NONE
            .takeInOrder(
                "*conv*/kernel:0",
                List.of("stem.0.weight", "primary.conv.weight"),
                Layout.KERAS_CONVOLUTION)
            .takeInOrder("*conv*/bias:0", List.of("stem.0.bias", "primary.conv.bias"), Layout.SAME)
            .take("digitcaps/digitcaps/W:0", "classes.weight", votes)
            .zero("classes.bias") // which Keras has not
            .leave("decoder/*");
    CapsNet net = config.build(0);
    Weights.load(net, file, names);

    CapsNet same = config.build(1);
    Weights.load(same, file, KnownNames.capsNetKeras(config));
    assertThat(net.state()).isEqualTo(same.state());
  }

  @Test
  void outToPython() throws Exception {
    CapsNet net = config().build(0);
    Path npz = folder.resolve("capsnet.npz");
    Path safetensors = folder.resolve("capsnet.safetensors");

    Weights.write(npz, net);
    Weights.write(safetensors, net);
    Map<String, INDArray> arrays = Weights.read(npz);

    Weights.load(net, npz);
    assertThat(arrays.keySet()).isEqualTo(net.state().keySet());
    assertThat(Weights.read(safetensors)).isEqualTo(arrays);
  }
}
