package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.Sharing;
import org.capsnet.capsule.Votes;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Written;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class CapsNetTest {

  private static final Map<String, String> GOLDEN_NAMES = new LinkedHashMap<>();

  static {
    GOLDEN_NAMES.put("stem.0.weight", "conv_w");
    GOLDEN_NAMES.put("stem.0.bias", "conv_b");
    GOLDEN_NAMES.put("primary.conv.weight", "primary_w");
    GOLDEN_NAMES.put("primary.conv.bias", "primary_b");
    GOLDEN_NAMES.put("classes.weight", "caps_w");
    GOLDEN_NAMES.put("decoder.0.weight", "fc1_w");
    GOLDEN_NAMES.put("decoder.0.bias", "fc1_b");
    GOLDEN_NAMES.put("decoder.2.weight", "fc2_w");
    GOLDEN_NAMES.put("decoder.2.bias", "fc2_b");
    GOLDEN_NAMES.put("decoder.4.weight", "fc3_w");
    GOLDEN_NAMES.put("decoder.4.bias", "fc3_b");
  }

  private static CapsNet.Config small() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 14, 14))
        .with("classes", 3)
        .with("stem", List.of(new Conv(8, 5, 1)))
        .with("primary", new Primary(4, 3, 5, 2))
        .with("classDim", 6)
        .with("decoder", List.of(10, 12));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void agreesWithGoldenValuesFromImageToEveryGradient(DataType type) {
    Golden golden = Golden.read("capsnet_small");
    CapsNet net =
        small().with("routing", new DynamicRouting(3).withoutBias()).build(Init.seed(0).type(type));
    net.loadState(
        GOLDEN_NAMES.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> golden.get(e.getValue()))));
    INDArray x = golden.get("x", type);
    INDArray labels = OneHot.of(golden.get("label").toIntVector(), 3, type);

    Classification out = net.classify(Variable.constant(x));
    golden.assertClose("primary_capsules", out.voters().flat().pose().value());
    golden.assertClose("class_capsules", out.classes().pose().value());
    golden.assertClose("length", out.classes().activation().value());
    golden.assertClose("reconstruction", net.reconstruct(out.classes(), labels).value());

    Loss objective = ClassificationObjective.standard(net).loss(new DataSet(x, labels), Step.FIRST);
    golden.assertClose("loss", objective.total().value().reshape(1));
    objective.total().backward();
    GOLDEN_NAMES.forEach(
        (ours, theirs) ->
            golden.assertClose(theirs + "_grad", net.parameters().get(ours).variable().gradient()));
  }

  @Test
  void capsulesVoteAsIsChosen(@TempDir Path folder) throws IOException {
    Votes shared = new DenseVotes(Sharing.ALL, false);
    CapsNet net = small().with("votes", shared).build(3);
    assertThat(net.parameters().get("classes.weight").value().shape()).containsExactly(3, 6, 3);
    Path file = folder.resolve("shared.safetensors");
    net.save(file);
    CapsNet read = (CapsNet) Network.load(file);
    assertThat(read.architecture().votes()).isEqualTo(shared);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 1, 14, 14);
    net.eval();
    read.eval();
    assertThat(read.classify(Variable.constant(images)).classes().pose().value())
        .isEqualTo(net.classify(Variable.constant(images)).classes().pose().value());
    assertThat(small().with("votes", null).votes()).isEqualTo(new DenseVotes());
  }

  @Test
  void ofThePaperHasEightMillionParametersUnderReadableNames() {
    CapsNet net = CapsNet.Config.paper().build(0);
    assertThat(net.parameterCount()).isEqualTo(8_215_568 + 160);
    assertThat(net.state().keySet())
        .containsExactly(
            "stem.0.weight",
            "stem.0.bias",
            "primary.conv.weight",
            "primary.conv.bias",
            "classes.weight",
            "classes.bias",
            "decoder.0.weight",
            "decoder.0.bias",
            "decoder.2.weight",
            "decoder.2.bias",
            "decoder.4.weight",
            "decoder.4.bias");
    assertThat(net.encoder().output()).isEqualTo(Shape.of(32, 8, 6, 6));
  }

  /** Sizes that other repositories fail at: colour, oblong, other kernels, other classes. */
  @ParameterizedTest
  @CsvSource({
    "1, 28, 28, 10, 9, 9, 2",
    "3, 32, 32, 5, 9, 9, 2",
    "3, 24, 40, 2, 5, 3, 1",
    "4, 17, 17, 7, 9, 9, 2",
    "1, 9, 30, 3, 1, 9, 3"
  })
  void anySizeTrainsAndDraws(
      int channels, int height, int width, int classes, int k1, int k2, int stride) {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(channels, height, width))
            .with("classes", classes)
            .with("stem", List.of(new Conv(6, k1, 1)))
            .with("primary", new Primary(2, 4, k2, stride))
            .with("decoder", List.of(11))
            .build(0);
    INDArray x = Nd4j.rand(DataType.FLOAT, 3, channels, height, width);
    INDArray labels = OneHot.of(new int[] {0, 1, 1}, classes, DataType.FLOAT);
    Loss objective = ClassificationObjective.standard(net).loss(new DataSet(x, labels), Step.FIRST);
    objective.total().backward();
    net.parameters().forEach((name, p) -> assertThat(p.variable().hasGradient()).as(name).isTrue());
    Classification out = net.classify(Variable.constant(x));
    assertThat(out.voters().grid()).containsExactly(net.encoder().output().from(2));
    assertThat(net.reconstruct(out.classes(), Masking.longest(out.classes())).shape())
        .containsExactly(3, (long) channels * height * width);
  }

  @Test
  void aCombinationThatLeavesNoCapsuleSaysWhichLayerWhyAndWhatWouldFit() {
    assertThatThrownBy(
            () -> CapsNet.Config.paper().with("image", new ImageShape(1, 14, 14)).build(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "primary capsules: a 9×9 kernel does not fit the 6×6 features that a 14×14 image leaves"
                + " there; images of at least 17×17 would fit, or here a kernel of at most 6");
    assertThatThrownBy(
            () -> CapsNet.Config.paper().with("image", new ImageShape(1, 8, 100)).build(0))
        .hasMessageStartingWith("stem convolution 1: a 9×9 kernel does not fit the 8×100 features");
    assertThat(
            CapsNet.Config.paper()
                .with("image", new ImageShape(1, 17, 17))
                .build(0)
                .encoder()
                .output())
        .isEqualTo(Shape.of(32, 8, 1, 1));
    assertThatThrownBy(() -> CapsNet.Config.paper().with("classes", 1))
        .hasMessage("classes: expected at least 2, got 1");
    assertThatThrownBy(() -> Init.seed(0).type(DataType.INT32))
        .hasMessage("type: expected FLOAT or DOUBLE, got INT");
  }

  @Test
  void wrongImagesAndLabelsAreToldWhatWasExpected() {
    CapsNet net = small().build(0);
    CapsNet undrawn = small().with("decoder", null).build(0);
    INDArray x = Nd4j.zeros(DataType.FLOAT, 2, 1, 14, 14);
    assertThatThrownBy(() -> net.classify(Variable.constant(Nd4j.zeros(32, 784))))
        .hasMessage("images: expected [batch, 1, 14, 14], got [32, 784]");
    assertThatThrownBy(
            () ->
                ClassificationObjective.standard(net)
                    .loss(new DataSet(x, Nd4j.zeros(2, 4)), Step.FIRST))
        .hasMessage("labels: expected [2, 3], got [2, 4]");
    assertThatThrownBy(
            () ->
                ClassificationObjective.standard(net)
                    .loss(new DataSet(x, Nd4j.ones(2, 3).mul(9)), Step.FIRST))
        .hasMessage("labels: expected values from 0 to 1, got 9.0 to 9.0");
    assertThatThrownBy(
            () ->
                undrawn.reconstruct(undrawn.classify(Variable.constant(x)).classes(), Nd4j.eye(3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this network has no decoder");
  }

  /** As the decoder's own path does for the capsule that it keeps. */
  @Test
  void drawsWhatTheDecoderMakesOfACapsule() {
    CapsNet net = small().build(4);
    net.eval();
    INDArray x = GradientCheck.random(new Random(2), 1, 1, 14, 14).castTo(DataType.FLOAT);
    Classification out = net.classify(Variable.constant(x));
    INDArray expected =
        net.reconstruct(out.classes(), OneHot.of(new int[] {2}, 3, DataType.FLOAT)).value();
    INDArray pose = out.classes().pose().value().slice(0).getRow(2);
    ImageClassifier classifier = new ImageClassifier(net, List.of("a", "b", "c"));
    INDArray drawn = classifier.draw(2, pose);
    assertThat(drawn.shape()).containsExactly(1, 14, 14);
    assertThat(drawn.reshape(1, 196)).isEqualTo(expected);
    assertThat(classifier.draw(1, pose)).isNotEqualTo(drawn);
    assertThatThrownBy(() -> classifier.draw(3, pose)).hasMessage("label: expected 0 to 2, got 3");
    assertThatThrownBy(() -> classifier.draw(0, Nd4j.zeros(7)))
        .hasMessageContaining("expected [batch, 18], got [1, 21]");
  }

  @Test
  void sameSeedSameNetwork() {
    assertThat(small().build(5).state()).isEqualTo(small().build(5).state());
    assertThat(small().build(5).state()).isNotEqualTo(small().build(6).state());
  }

  @Test
  void aFileGivesTheSameNetworkBack(@TempDir Path folder) throws IOException {
    for (CapsNet net :
        List.of(
            small().build(3),
            small().with("decoder", null).build(Init.seed(0).type(DataType.DOUBLE)),
            small().with("routing", new DynamicRouting(1).withLeak().withoutBias()).build(0))) {
      Path file = folder.resolve("net.safetensors");
      net.save(file);
      CapsNet loaded = Network.load(file, CapsNet.class);
      assertThat(loaded.architecture()).isEqualTo(net.architecture());
      assertThat(loaded.state()).isEqualTo(net.state());
      assertThat(loaded.training()).isFalse();
    }
  }

  @Test
  void aFileOfSomethingElseIsRefusedByName(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("other.safetensors");
    Safetensors.write(file, Map.of("a", Nd4j.ones(2)), Map.of());
    assertThatThrownBy(() -> Network.load(file, CapsNet.class))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("other.safetensors")
        .hasMessageContaining("capsnet.network");
    CapsNet net = small().build(0);
    for (String json : List.of("{", "{}", "[1]", "{\"channels\": 1e99}")) {
      Safetensors.write(file, net.state(), Map.of(Written.KEY, json));
      assertThatThrownBy(() -> Network.load(file, CapsNet.class))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("other.safetensors");
    }
    String huge =
        Written.of(CapsNet.Config.paper().with("image", new ImageShape(1, 10_000, 10_000)));
    Safetensors.write(file, net.state(), Map.of(Written.KEY, huge));
    assertThatThrownBy(() -> Network.load(file, CapsNet.class))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(": expected [");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    assertThatThrownBy(() -> Network.load(file, CapsNet.class)).isInstanceOf(FormatException.class);
  }

  /** Counted by hand from the sizes of the paper's layers. */
  @Test
  void theSummaryOfThePapersNetworkHasItsParametersAndMultiplyAdds() {
    long stem = 81 * 256 * 400;
    long primary = 81 * 256 * 256 * 36;
    long votes = 1152 * 10 * 16 * 8;
    // Three weighed sums, and the agreement with two of them.
    long routing = 5 * 1152 * 10 * 16;
    long decoder = 160 * 512 + 512 * 1024 + 1024 * 784;
    Summary paper = CapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).summary();
    assertThat(paper.multiplyAdds())
        .isEqualTo(stem + primary + votes + routing + decoder)
        .isEqualTo(203_202_560);
    assertThat(paper.toString())
        .containsPattern("stem.0 +\\[256, 20, 20] +20,992 ")
        .containsPattern("primary +\\[32, 8, 6, 6] ")
        .containsPattern("classes +\\[10, 16] +1,474,720 ")
        .containsPattern("total +8,215,728 .* 203,202,560\n");
    CapsNet net = small().build(0);
    assertThat(net.summary().parameters()).isEqualTo(net.parameterCount());
  }
}
