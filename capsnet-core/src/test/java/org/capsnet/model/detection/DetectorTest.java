package org.capsnet.model.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.Written;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class DetectorTest {

  private static final DetectorSizes SIZES = Detectors.SIZES;

  @TempDir private Path folder;

  private static INDArray images(Detector net, int batch) {
    long[] image = net.network().architecture().input().sizes();
    return Nd4j.rand(net.network().type(), batch, image[0], image[1], image[2]);
  }

  static Stream<Detector> all() {
    return Stream.of(
        Detectors.dense().build(3),
        drawing(SIZES, 9, 7).build(Init.seed(0).type(DataType.DOUBLE)),
        drawing(SIZES).with("sizes.routing", new DynamicRouting(1).withoutBias()).build(0),
        Detectors.grid().build(3),
        new GridCapsuleDetector.Config(SIZES, 3).build(Init.seed(0).type(DataType.DOUBLE)));
  }

  private static CapsuleDetector.Config drawing(DetectorSizes sizes, Integer... hidden) {
    return new CapsuleDetector.Config(sizes, List.of(hidden));
  }

  // ---------------------------------------------------------------- sizes

  /** Any image: colour, oblong, of odd sizes, smaller than a kernel. */
  @ParameterizedTest
  @CsvSource({
    "1, 80, 80, 10, 10, 10",
    "3, 96, 128, 3, 12, 16",
    "3, 37, 50, 1, 10, 13",
    "1, 3, 5, 2, 2, 3"
  })
  void anySizeTrains(int channels, int height, int width, int classes, int rows, int columns) {
    ImageShape image = new ImageShape(channels, height, width);
    Detector dense = CapsuleDetector.Config.of(image, classes).build(0);
    Detector grid = GridCapsuleDetector.Config.of(image, classes).build(0);
    assertThat(List.of(dense.rows(), dense.columns())).containsExactly(1, 1);
    assertThat(List.of(grid.rows(), grid.columns())).containsExactly(rows, columns);
    for (Detector net : List.of(dense, grid)) {
      INDArray x = images(net, 2);
      Detector.Output out = net.detect(Variable.constant(x));
      assertThat(out.classes().activation().shape())
          .containsExactly(2, classes, net.rows(), net.columns());
      assertThat(out.boxes().shape()).containsExactly(2, classes, 4, net.rows(), net.columns());
      INDArray labels = Nd4j.zeros(2, classes, 5, net.rows(), net.columns());
      labels.putScalar(new int[] {0, 0, 0, 0, 0}, 1);
      DetectionObjective.standard(net).loss(new DataSet(x, labels), Step.FIRST).total().backward();
      net.network()
          .parameters()
          .forEach((name, p) -> assertThat(p.variable().hasGradient()).as(name).isTrue());
    }
  }

  /** 80 pixels in halves until at most 16 are left, channels doubling up to 128. */
  @Test
  void theStandardBackboneSuitsTheImage() {
    DetectorSizes a = DetectorSizes.of(new ImageShape(1, 80, 80), 10);
    assertThat(a.stages())
        .containsExactly(
            Conv.same(32, 5, 2),
            Conv.same(64, 3, 2),
            Conv.same(64, 3, 1),
            Conv.same(128, 3, 2),
            Conv.same(128, 3, 1));
    assertThat(primary(a)).isEqualTo(Shape.of(16, 8, 10, 10));
    DetectorSizes cells = DetectorSizes.of(new ImageShape(3, 192, 256), 3);
    assertThat(primary(cells)).isEqualTo(Shape.of(16, 8, 12, 16));
    assertThat(cells.stages()).hasSize(7).startsWith(Conv.same(16, 5, 2));
    assertThat(primary(DetectorSizes.of(new ImageShape(1, 2, 16), 1)).size(3)).isEqualTo(8);
  }

  private static Shape primary(DetectorSizes sizes) {
    GridCapsuleDetector net =
        new GridCapsuleDetector.Config(sizes, 1).build(Init.shapesOnly(DataType.FLOAT));
    return ((Block<?, ?>) net.children().get("backbone")).output();
  }

  @Test
  void keysOfTheStateAreReadable() {
    assertThat(drawing(SIZES, 9).build(0).parameters().keySet())
        .contains(
            "backbone.features.0.0.weight",
            "backbone.primary.conv.weight",
            "classes.weight",
            "classes.bias",
            "boxes.layers.0.weight",
            "boxes.layers.2.bias",
            "decoder.2.bias");
    assertThat(Detectors.grid().build(0).parameters().keySet())
        .contains("classes.votes.weight", "classes.votes.bias");
  }

  @Test
  void wrongSizesAreToldWhatWasExpected() {
    assertThatThrownBy(() -> DetectorSizes.of(SIZES.image(), 0))
        .hasMessage("classes: expected at least 1, got 0");
    assertThatThrownBy(() -> new ImageShape(1, 0, 4))
        .hasMessage("image height: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.dense().with("sizes.stages", List.of()))
        .hasMessage("stages: expected at least one, got none");
    assertThatThrownBy(() -> new GridCapsuleDetector.Config(SIZES, 2))
        .hasMessage("kernel: expected an odd number, got 2");
    assertThatThrownBy(
            () -> Detectors.grid().with("sizes.stages", List.of(new Conv(4, 17, 1))).build(0))
        .hasMessageStartingWith(
            "stem convolution 1: a 17×17 kernel does not fit the 16×24 features that a 16×24 image"
                + " leaves there; images of at least 17×17 would fit");
    assertThatThrownBy(() -> drawing(SIZES, 0))
        .hasMessage("decoder size: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.dense().with("sizes.boxHidden", 0))
        .hasMessage("hidden size of the box head: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.grid().build(0).detect(Variable.constant(Nd4j.zeros(2, 3))))
        .hasMessage("images: expected [batch, 1, 16, 24], got [2, 3]");
  }

  @Test
  void sameSeedSameNetwork() {
    assertThat(Detectors.grid().build(5).state())
        .isEqualTo(Detectors.grid().build(5).state())
        .isNotEqualTo(Detectors.grid().build(6).state());
  }

  /** Kept from the first of two classes alone, the image does not depend on the second. */
  @Test
  void drawsFromTheCapsulesThatAreThere() {
    CapsuleDetector net = drawing(SIZES, 9).build(0);
    Detector.Output out = net.detect(Variable.constant(images(net, 1)));
    INDArray first = Nd4j.createFromArray(1f, 0f).reshape(1, 2, 1, 1);
    INDArray drawn = net.reconstruct(out.classes(), first).value();
    assertThat(drawn.shape()).containsExactly(1, 16 * 24);
    INDArray decoded = net.parameters().get("decoder.0.weight").value();
    for (int column = 6; column < 12; column++) { // those that read the pose of the second class
      decoded.putColumn(column, Nd4j.valueArrayOf(9, 7f));
    }
    assertThat(net.reconstruct(out.classes(), first).value()).isEqualTo(drawn);
    assertThat(net.reconstruct(out.classes(), Nd4j.ones(1, 2, 1, 1)).value()).isNotEqualTo(drawn);
    CapsuleDetector undrawn = Detectors.dense().build(0);
    assertThat(undrawn.reconstructs()).isFalse();
    assertThatThrownBy(() -> undrawn.reconstruct(out.classes(), first))
        .hasMessage("this network has no decoder");
  }

  // ---------------------------------------------------------------- files

  @ParameterizedTest
  @MethodSource("all")
  void aFileGivesTheSameNetworkBack(Detector net) throws IOException {
    Path file = folder.resolve("net.safetensors");
    net.network().save(file);
    Network<?> loaded = Network.load(file, Detector.class).network();
    assertThat(loaded.architecture()).isEqualTo(net.network().architecture());
    assertThat(Numbers.of(loaded.state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(net.network().state()));
    assertThat(loaded.training()).isFalse();
  }

  @Test
  void aFileOfSomethingElseIsRefusedByName() throws IOException {
    Path file = folder.resolve("other.safetensors");
    CapsuleDetector net = Detectors.dense().build(0);
    net.save(file);
    assertThatThrownBy(() -> Network.load(file, GridCapsuleDetector.class))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": holds a CapsuleDetector, which is no GridCapsuleDetector");
    assertThatThrownBy(() -> Network.load(file, CapsNet.class)).isInstanceOf(FormatException.class);
    String written = Safetensors.read(file).metadata().get(Written.KEY);
    byte[] bytes = Files.readAllBytes(file);

    for (String json :
        List.of(
            "{",
            "{}",
            "[1]",
            written.replace("\"classes\":2", "\"classes\":3"),
            written.replace("\"classes\":2", "\"classes\":2000000000"),
            written.replace("\"classDim\":6", "\"classDim\":2000000000"),
            written.replace("\"height\":16", "\"height\":2000000000"),
            written.replace("\"dim\":4", "\"dim\":5"),
            written.replace("\"boxHidden\":8", "\"boxHidden\":-8"),
            written.replace("dynamic", "magic"))) {
      Safetensors.write(file, net.state(), Map.of(Written.KEY, json));
      assertThatThrownBy(() -> Network.load(file, CapsuleDetector.class))
          .as(json)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("other.safetensors");
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Network.load(file, CapsuleDetector.class))
        .isInstanceOf(FormatException.class);
  }
}
