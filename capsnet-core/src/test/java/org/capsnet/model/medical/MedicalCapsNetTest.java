package org.capsnet.model.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.medical.MedicalNetwork.Findings;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.Written;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

public class MedicalCapsNetTest {

  private static MedicalCapsNet.Config tiny() {
    return MedicalCapsNet.Config.of(new ImageShape(2, 5, 3), 2, 3)
        .with("stages", List.of(Conv.same(2, 3, 1), Conv.same(3, 3, 2)))
        .with("primary", Primary.same(2, 2, 3, 2))
        .with("classDim", 3);
  }

  private static Init init() {
    return Init.seed(1).type(DataType.DOUBLE);
  }

  public static INDArray images(Network<?> net, int batch, long seed) {
    long[] image = net.architecture().input().sizes();
    INDArray random = GradientCheck.random(new Random(seed), batch, image[0], image[1], image[2]);
    return random.muli(1.0 / 3).addi(0.5).castTo(net.type());
  }

  /** A bias of zero would leave a rectifier of zeros at its kink, where it has no slope. */
  static void awayFromKinks(Network<?> net) {
    Random random = new Random(8);
    net.parameters()
        .values()
        .forEach(p -> p.value().addi(GradientCheck.random(random, p.value().shape()).muli(0.3)));
  }

  private static Findings examine(MedicalCapsNet net, INDArray images) {
    return net.examine(Variable.constant(images));
  }

  private static Capsules primary(MedicalCapsNet net, INDArray images) {
    return net.primaryCapsules(Variable.constant(images));
  }

  /** The poses behind the gate. */
  private static INDArray gated(MedicalCapsNet net, INDArray images) {
    Optional<Capsules> diagnosis = examine(net, images).diagnosis();
    return net.gated(primary(net, images), diagnosis).value();
  }

  // ---------------------------------------------------------------- sizes

  /** Odd, even, oblong, smaller than a kernel, strides of 1 to 3. */
  @ParameterizedTest
  @CsvSource({
    "1, 28, 28, 2, 2",
    "3, 29, 31, 2, 2",
    "3, 17, 40, 3, 1",
    "1, 1, 1, 2, 2",
    "2, 13, 7, 1, 3",
    "1, 2, 5, 3, 3"
  })
  void masksAndReconstructionsHaveTheSizeOfTheImage(
      int channels, int height, int width, int stride, int primaryStride) {
    MedicalCapsNet net =
        tiny()
            .with("image", new ImageShape(channels, height, width))
            .with(
                "stages", List.of(Conv.same(2, 3, 1), Conv.same(3, 3, stride), Conv.same(4, 5, 2)))
            .with("primary", Primary.same(2, 3, 3, primaryStride))
            .build(init());
    Findings out = examine(net, images(net, 2, 4));
    assertThat(out.masks().orElseThrow().shape()).containsExactly(2, 3, height, width);
    assertThat(out.drawn().orElseThrow().shape()).containsExactly(2, channels, height, width);
    assertThat(primary(net, images(net, 2, 4)).grid())
        .containsExactly(
            ceil(ceil(ceil(height, stride), 2), primaryStride),
            ceil(ceil(ceil(width, stride), 2), primaryStride));
    assertThat(out.diagnosis().orElseThrow().pose().shape()).containsExactly(2, 2, 3);
  }

  private static long ceil(long size, int stride) {
    return (size + stride - 1) / stride;
  }

  @Test
  void partsThatAreLeftOutAreNotThere() {
    MedicalCapsNet diagnosing = tiny().with("masks", 0).with("reconstructs", false).build(init());
    assertThat(diagnosing.children().keySet()).containsExactly("features", "primary", "diagnosis");
    Findings diagnosis = examine(diagnosing, images(diagnosing, 1, 2));
    assertThat(diagnosis.diagnosis()).isPresent();
    assertThat(diagnosis.masks()).isEmpty();
    assertThat(diagnosis.reconstruction()).isEmpty();

    MedicalCapsNet segmenting = tiny().with("classes", 0).build(init());
    assertThat(segmenting.children().keySet())
        .containsExactly("features", "primary", "segmentation", "reconstruction");
    INDArray images = images(segmenting, 1, 2);
    assertThat(gated(segmenting, images)).isEqualTo(primary(segmenting, images).features().value());
    Findings found = examine(segmenting, images);
    assertThat(found.diagnosis()).isEmpty();
    assertThat(found.masks()).isPresent();
    assertThat(found.reconstruction()).isPresent();
    assertThatThrownBy(() -> segmenting.classify(Variable.constant(images)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this network makes no diagnosis");

    assertThat(tiny().build(init()).children().keySet())
        .containsExactly(
            "features", "primary", "diagnosis", "gate", "segmentation", "reconstruction");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 5 | 3 | 2 | 3 | image channels: expected at least 1, got 0",
        "1 | 0 | 3 | 2 | 3 | image height: expected at least 1, got 0",
        "1 | 5 | 3 | 1 | 3 | classes: expected 0, or 2 or more, got 1",
        "1 | 5 | 3 | 2 | 1 | masks: expected 0, or 2 or more, got 1",
        "1 | 5 | 3 | 2 | -1 | masks: expected 0, or 2 or more, got -1",
        "1 | 5 | 3 | 0 | 0 | a network for neither diagnosis nor segmentation",
      })
  void sizesOutOfRangeAreRefused(
      int channels, int height, int width, int classes, int masks, String why) {
    assertThatThrownBy(
            () ->
                tiny()
                    .with("image", new ImageShape(channels, height, width))
                    .with("classes", classes)
                    .with("masks", masks)
                    .build(init()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  @Test
  void stagesAndCapsulesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> tiny().with("stages", List.of(Conv.same(2, 3, 2))).build(init()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("stages: expected a first one of stride 1");
    assertThatThrownBy(() -> tiny().with("primary", new Primary(2, 2, 3, 2)).build(init()))
        .hasMessageStartingWith("primary capsules: a 3×3 kernel does not fit the 3×2 features");
    assertThatThrownBy(() -> tiny().with("stages", List.of()).build(init()))
        .hasMessageStartingWith("stages: expected a first one of stride 1");
    assertThatThrownBy(
            () ->
                examine(
                    tiny().build(init()),
                    images(tiny().with("image", new ImageShape(2, 3, 5)).build(init()), 1, 1)))
        .hasMessage("images: expected [batch, 2, 5, 3], got [1, 2, 3, 5]");
  }

  // ---------------------------------------------------------------- what it computes

  /** One step up, worked out with the operations that it is made of. */
  @Test
  void theDecoderMergesWhatComesFromBelowWithTheFeatures() {
    MedicalCapsNet net =
        tiny()
            .with("image", new ImageShape(2, 3, 3))
            .with("stages", List.of(Conv.same(2, 3, 1)))
            .with("primary", Primary.same(2, 2, 3, 2))
            .with("classes", 0)
            .build(init());
    net.eval();
    INDArray images = images(net, 1, 5);
    Map<String, INDArray> state = net.state();
    Variable map = new FeatureExtractorProbe(net, images).firstMap();
    Variable up =
        Convolution.convTranspose2d(
                primary(net, images).features(),
                Variable.constant(state.get("segmentation.up0.weight")),
                Variable.constant(state.get("segmentation.up0.bias")),
                Conv2dSpec.UNIT.withStride(2),
                0)
            .slice(2, 0, 3)
            .slice(3, 0, 3);
    Variable merged =
        Convolution.conv2d(
                Variable.concat(1, up, map),
                Variable.constant(state.get("segmentation.merge0.0.weight")),
                Variable.constant(state.get("segmentation.merge0.0.bias")),
                Conv2dSpec.UNIT.withPadding(1))
            .dividedBy(Math.sqrt(1 + 1e-5))
            .relu();
    Variable logits =
        Convolution.conv2d(
            merged,
            Variable.constant(state.get("segmentation.head.weight")),
            Variable.constant(state.get("segmentation.head.bias")),
            Conv2dSpec.UNIT);
    assertThat(
            examine(net, images).masks().orElseThrow().value().equalsWithEps(logits.value(), 1e-12))
        .isTrue();
  }

  /** The features of a network in evaluation mode, by hand. */
  private record FeatureExtractorProbe(MedicalCapsNet net, INDArray images) {

    Variable firstMap() {
      return Convolution.conv2d(
              Variable.constant(images),
              Variable.constant(net.state().get("features.0.0.weight")),
              Variable.constant(net.state().get("features.0.0.bias")),
              Conv2dSpec.UNIT.withPadding(1))
          .dividedBy(Math.sqrt(1 + 1e-5))
          .relu();
    }
  }

  /**
   * With weights of zero the gate is the logistic function of its biases, whatever the image: 1/2
   * where they are 0, shut where they are very negative.
   */
  @Test
  void theGateOpensAndShutsTheChannelsOfThePoses() {
    MedicalCapsNet net = tiny().build(init());
    net.eval();
    INDArray images = images(net, 2, 3);
    net.parameters().get("gate.weight").value().assign(0);
    INDArray bias = net.parameters().get("gate.bias").value();
    bias.assign(0);
    bias.putScalar(1, Math.log(3)); // the logistic function is 3/4
    bias.putScalar(2, -1000);
    double[] open = {0.5, 0.75, 0, 0.5};
    INDArray poses = primary(net, images).features().value();
    INDArray gated = gated(net, images);
    for (int c = 0; c < 4; c++) {
      INDArray expected = poses.slice(c, 1).mul(open[c]);
      assertThat(gated.slice(c, 1).equalsWithEps(expected, 1e-12)).isTrue();
    }
    assertThat(poses.norm2Number().doubleValue()).isGreaterThan(0.01);

    INDArray before = Scope.copyDetached(examine(net, images).masks().orElseThrow().value());
    bias.assign(-1000); // all shut: only the skip connections are left
    INDArray shut = examine(net, images).masks().orElseThrow().value();
    assertThat(shut.equalsWithEps(before, 1e-9)).isFalse();
  }

  @Test
  void theGateListensToTheDiagnosis() {
    MedicalCapsNet net = tiny().build(init());
    net.eval();
    INDArray images = images(net, 1, 3);
    INDArray before = Scope.copyDetached(gated(net, images));
    net.parameters().get("diagnosis.bias").value().addi(1);
    assertThat(gated(net, images).equalsWithEps(before, 1e-9)).isFalse();
  }

  @Test
  void gradientsAreTheSlopesOfTheWholeNetwork() {
    MedicalCapsNet net =
        tiny()
            .with("image", new ImageShape(1, 3, 2))
            .with("stages", List.of(Conv.same(1, 3, 1), Conv.same(2, 1, 2)))
            .with("primary", Primary.same(2, 2, 1, 1))
            .with("masks", 2)
            .with("routing", new DynamicRouting(2))
            .build(init());
    awayFromKinks(net);
    INDArray images = images(net, 2, 6);
    GradientCheck.checkParameters(
        net,
        () -> {
          Findings out = examine(net, images);
          return Variable.concat(
              0,
              out.diagnosis().orElseThrow().activation().reshape(-1),
              out.masks().orElseThrow().reshape(-1),
              out.drawn().orElseThrow().reshape(-1));
        });
  }

  // ---------------------------------------------------------------- saving

  @TempDir private Path folder;

  @Test
  void whatIsSavedAndLoadedPredictsTheSame() throws Exception {
    Path file = folder.resolve("net.safetensors");
    for (MedicalCapsNet net :
        List.of(
            tiny().build(init()),
            tiny().with("classes", 0).with("reconstructs", false).build(init()),
            tiny().with("masks", 0).build(1))) {
      INDArray images = images(net, 3, 7);
      examine(net, images); // the running statistics are of training mode
      net.eval();
      net.save(file);
      MedicalCapsNet loaded = Network.load(file, MedicalCapsNet.class);
      assertThat(loaded.architecture()).isEqualTo(net.architecture());
      assertThat(loaded.training()).isFalse();
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        Variable same = Variable.constant(images);
        Findings expected = net.examine(same);
        Findings actual = loaded.examine(same);
        assertSame(actual.masks().orElse(same), expected.masks().orElse(same));
        assertSame(actual.drawn().orElse(same), expected.drawn().orElse(same));
        assertThat(actual.diagnosis().isPresent()).isEqualTo(expected.diagnosis().isPresent());
        actual
            .diagnosis()
            .ifPresent(d -> assertSame(d.pose(), expected.diagnosis().orElseThrow().pose()));
      }
    }
  }

  private static void assertSame(Variable actual, Variable expected) {
    assertThat(Numbers.of(actual.value())).isEqualTo(Numbers.of(expected.value()));
  }

  @Test
  void filesThatAreNotOneAreRefused() throws Exception {
    Path file = folder.resolve("other.safetensors");
    CapsNet.Config.paper()
        .with("image", new ImageShape(1, 28, 28))
        .with("primary", new Primary(1, 2, 9, 2))
        .with("decoder", null)
        .build(0)
        .save(file);
    assertThatThrownBy(() -> Network.load(file, MedicalCapsNet.class))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": holds a CapsNet, which is no MedicalCapsNet");

    Path lying = folder.resolve("lying.safetensors");
    MedicalCapsNet net = tiny().build(init());
    String huge =
        net.metadata()
            .get(Written.KEY)
            .replace("\"height\":5,\"width\":3", "\"height\":20000,\"width\":20000");
    Safetensors.write(lying, net.state(), Map.of(Written.KEY, huge));
    assertThatThrownBy(() -> Network.load(lying, MedicalCapsNet.class))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(": expected [");

    Path cut = folder.resolve("cut.safetensors");
    net.save(cut);
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> Network.load(cut, MedicalCapsNet.class))
        .isInstanceOf(FormatException.class);
  }

  @Test
  void labelsOfAnotherLayoutAreRefused() {
    MedicalCapsNet net = tiny().build(init());
    INDArray images = images(net, 2, 3);
    DataSet batch = new DataSet(images, Nd4j.zeros(DataType.DOUBLE, 2, 9));
    assertThatThrownBy(() -> MedicalObjective.standard(net, false).loss(batch, Step.FIRST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels: expected [2, 47], got [2, 9]");
  }
}
