package org.capsnet.model.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.medical.SegCaps.Level;
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
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

class SegCapsTest {

  @TempDir private Path folder;

  private static SegCaps.Config tiny() {
    return SegCaps.Config.of(new ImageShape(1, 3, 4), 2)
        .with("stem", Conv.same(2, 3, 1))
        .with("kernel", 3)
        .with("levels", List.of(new Level(1, 2), new Level(2, 2), new Level(2, 3)))
        .with("masks", 2)
        .with("maskDim", 2)
        .with("reconstruction", List.of(2));
  }

  private static Init init() {
    return Init.seed(1).type(DataType.DOUBLE);
  }

  private static INDArray images(SegCaps net, int batch) {
    return MedicalCapsNetTest.images(net, batch, 3);
  }

  /** Odd and even, oblong, and down to a single pixel. */
  @ParameterizedTest
  @CsvSource({"1, 16, 16", "3, 13, 18", "2, 7, 5", "1, 1, 1", "1, 2, 9"})
  void masksHaveTheSizeOfTheImage(int channels, int height, int width) {
    SegCaps net =
        tiny()
            .with("image", new ImageShape(channels, height, width))
            .with("masks", 3)
            .with("maskDim", 2)
            .build(init());
    INDArray images = images(net, 2);
    Capsules pixels = net.forward(Variable.constant(images));
    assertThat(pixels.pose().shape()).containsExactly(2, 3, 2, height, width);
    assertThat(pixels.activation().value().maxNumber().doubleValue()).isLessThan(1);
    MedicalNetwork.Findings found = net.examine(Variable.constant(images));
    assertThat(found.diagnosis()).isEmpty();
    assertThat(found.drawn().orElseThrow().shape()).containsExactly(2, channels, height, width);
  }

  @Test
  void gradientsAreTheSlopesOfTheWholeNetwork() {
    SegCaps net =
        tiny()
            .with("image", new ImageShape(1, 2, 3))
            .with("kernel", 1)
            .with("levels", List.of(new Level(1, 2), new Level(2, 1), new Level(1, 2)))
            .with("routing", new DynamicRouting(2))
            .build(init());
    MedicalCapsNetTest.awayFromKinks(net);
    INDArray images = images(net, 1);
    INDArray masks = Nd4j.ones(DataType.DOUBLE, 1, 2, 2, 3);
    GradientCheck.checkParameters(
        net,
        () -> {
          Capsules pixels = net.forward(Variable.constant(images));
          return Variable.concat(
              0, pixels.activation().reshape(-1), net.reconstruct(pixels, masks).reshape(-1));
        });
  }

  /** The capsules of the background, and those that the masks hide, do not count. */
  @Test
  void reconstructsFromTheCapsulesOfTheForegroundAlone() {
    SegCaps net = tiny().with("reconstruction", List.of()).build(init());
    net.eval();
    Capsules pixels = net.forward(Variable.constant(images(net, 1)));
    INDArray masks = Nd4j.ones(DataType.DOUBLE, 1, 2, 3, 4);
    masks.putScalar(new int[] {0, 1, 2, 3}, 0);
    INDArray drawn = net.reconstruct(pixels, masks).value();
    INDArray weight = net.state().get("reconstruction.0.weight"); // [1, masks · dim, 1, 1]
    double bias = net.state().get("reconstruction.0.bias").getDouble(0);
    double sum = bias;
    for (int d = 0; d < 2; d++) {
      sum += weight.getDouble(0, 2 + d, 0, 0) * pixels.pose().value().getDouble(0, 1, d, 1, 2);
    }
    assertThat(drawn.getDouble(0, 0, 1, 2)).isCloseTo(1 / (1 + Math.exp(-sum)), within(1e-12));
    assertThat(drawn.getDouble(0, 0, 2, 3)).isCloseTo(1 / (1 + Math.exp(-bias)), within(1e-12));
    assertThat(masks.sumNumber().doubleValue()).isEqualTo(23); // left as they were
  }

  /**
   * With weights of zero every capsule has a length of 1e-4, and every pixel is drawn as a half.
   */
  @Test
  void theObjectiveSumsItsParts() {
    SegCaps net = tiny().with("image", new ImageShape(1, 2, 3)).build(init());
    net.parameters().values().forEach(p -> p.value().assign(0));
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 1, 12);
    for (int i = 0; i < 6; i++) {
      labels.putScalar(0, i < 2 ? i : 6 + i, 1); // two pixels of background, four of the other
    }
    DataSet batch = new DataSet(Nd4j.ones(DataType.DOUBLE, 1, 1, 2, 3), labels);
    double p = 1e-4; // √1e-8, the length of a capsule of zeros
    double entropy = -(Math.log(p) + Math.log(1 - p)) / 2;
    double dice = ((2 * 2 * p + 1) / (6 * p + 2 + 1) + (2 * 4 * p + 1) / (6 * p + 4 + 1)) / 2;
    double expected = entropy + 1 - dice;
    assertThat(
            MedicalObjective.standard(net, false)
                .loss(batch, Step.FIRST)
                .total()
                .value()
                .getDouble(0))
        .isCloseTo(expected + 0.25, within(1e-6));
    ISchedule one = new FixedSchedule(1);
    MedicalObjective weighed =
        new MedicalObjective(
            net, MarginLoss.standard(), one, new MaskLoss(2, 0), one, new FixedSchedule(4), false);
    assertThat(weighed.loss(batch, Step.FIRST).total().value().getDouble(0))
        .isCloseTo(2 * entropy + 1, within(1e-6));
    assertThat(weighed.loss(batch, Step.FIRST).predictions()).isEmpty();
  }

  @Test
  void whatIsSavedAndLoadedPredictsTheSame() throws Exception {
    Path file = folder.resolve("net.safetensors");
    for (SegCaps net :
        List.of(tiny().build(init()), tiny().with("reconstruction", null).build(init()))) {
      Variable images = Variable.constant(images(net, 2));
      net.forward(images);
      net.eval();
      net.save(file);
      SegCaps loaded = Network.load(file, SegCaps.class);
      assertThat(loaded.architecture()).isEqualTo(net.architecture());
      assertThat(loaded.training()).isFalse();
      assertThat(Numbers.of(loaded.forward(images).pose().value()))
          .isEqualTo(Numbers.of(net.forward(images).pose().value()));
    }
  }

  @Test
  void filesThatAreNotOneAreRefused() throws Exception {
    Path file = folder.resolve("other.safetensors");
    MedicalCapsNet.Config.of(new ImageShape(1, 28, 28), 2, 2).build(init()).save(file);
    assertThatThrownBy(() -> Network.load(file, SegCaps.class))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": holds a MedicalCapsNet, which is no SegCaps");
    SegCaps net = tiny().build(init());
    String huge = net.metadata().get(Written.KEY).replace("\"types\":2", "\"types\":9999");
    Safetensors.write(file, net.state(), Map.of(Written.KEY, huge));
    assertThatThrownBy(() -> Network.load(file, SegCaps.class))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(": expected [");
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> tiny().with("masks", 1).with("maskDim", 2).build(init()))
        .hasMessage("masks: expected at least 2, got 1");
    assertThatThrownBy(() -> tiny().with("masks", 2).with("maskDim", 0).build(init()))
        .hasMessage("mask capsule dimension: expected at least 1, got 0");
    assertThatThrownBy(
            () ->
                tiny()
                    .with("kernel", 4)
                    .with("levels", List.of(new Level(1, 2), new Level(2, 2)))
                    .build(init()))
        .hasMessage("kernel: expected an odd number, got 4");
    assertThatThrownBy(
            () -> tiny().with("kernel", 3).with("levels", List.of(new Level(1, 2))).build(init()))
        .hasMessageStartingWith("levels: expected 2 or more");
    assertThatThrownBy(() -> tiny().with("stem", new Conv(2, 5, 1)).build(init()))
        .hasMessageStartingWith("stem convolution 1: a 5×5 kernel does not fit the 3×4 features");
    assertThatThrownBy(() -> tiny().with("stem", Conv.same(2, 3, 2)).build(init()))
        .hasMessage("stem: expected a stride of 1, got 2");
    assertThatThrownBy(() -> tiny().with("reconstruction", List.of(0)).build(init()))
        .hasMessage("reconstruction channels: expected at least 1, got 0");
    assertThatThrownBy(() -> new Level(0, 1))
        .hasMessage("capsule types: expected at least 1, got 0");
    SegCaps silent = tiny().with("reconstruction", null).build(init());
    Capsules pixels = silent.forward(Variable.constant(images(silent, 1)));
    assertThatThrownBy(() -> silent.reconstruct(pixels, pixels.activation().value()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this network does not reconstruct");
  }
}
