package org.capsnet.model;

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
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.FeatureExtractor.Stage;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.Numbers;
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

  @TempDir private Path folder;

  private static INDArray images(Detector net, int batch) {
    BackboneArchitecture a = net.backbone();
    return Nd4j.rand(a.type(), batch, a.channels(), a.height(), a.width());
  }

  static Stream<Detector> all() {
    return Stream.of(
        Detectors.dense().seed(3).build(),
        Detectors.dense().decoder(9, 7).type(DataType.DOUBLE).build(),
        Detectors.dense().decoder().routing(new DynamicRouting(1).withoutBias()).build(),
        Detectors.grid().seed(3).build(),
        Detectors.grid().kernel(3).type(DataType.DOUBLE).build());
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
    Detector dense =
        CapsuleDetector.builder().image(channels, height, width).classes(classes).build();
    Detector grid =
        GridCapsuleDetector.builder().image(channels, height, width).classes(classes).build();
    assertThat(List.of(dense.rows(), dense.columns())).containsExactly(1, 1);
    assertThat(List.of(grid.rows(), grid.columns())).containsExactly(rows, columns);
    for (Detector net : List.of(dense, grid)) {
      INDArray x = images(net, 2);
      Detector.Output out = net.forward(Variable.constant(x));
      assertThat(out.classes().activation().shape())
          .containsExactly(2, classes, net.rows(), net.columns());
      assertThat(out.boxes().shape()).containsExactly(2, classes, 4, net.rows(), net.columns());
      INDArray labels = Nd4j.zeros(2, classes, 5, net.rows(), net.columns());
      labels.putScalar(new int[] {0, 0, 0, 0, 0}, 1);
      DetectionObjective.standard(net).loss(new DataSet(x, labels), Step.FIRST).total().backward();
      net.parameters()
          .forEach((name, p) -> assertThat(p.variable().hasGradient()).as(name).isTrue());
    }
  }

  /** 80 pixels in halves until at most 16 are left, channels doubling up to 128. */
  @Test
  void theStandardBackboneSuitsTheImage() {
    BackboneArchitecture a = BackboneArchitecture.standard(1, 80, 80);
    assertThat(a.stages())
        .containsExactly(
            new Stage(32, 5, 2),
            new Stage(64, 3, 2),
            new Stage(64, 3, 1),
            new Stage(128, 3, 2),
            new Stage(128, 3, 1));
    assertThat(a.primaryCapsules()).isEqualTo(1600);
    BackboneArchitecture cells = BackboneArchitecture.standard(3, 192, 256);
    assertThat(cells.gridHeight()).isEqualTo(12);
    assertThat(cells.gridWidth()).isEqualTo(16);
    assertThat(cells.stages()).hasSize(7).startsWith(new Stage(16, 5, 2));
    assertThat(BackboneArchitecture.standard(1, 2, 16).gridWidth()).isEqualTo(8);
  }

  @Test
  void keysOfTheStateAreReadable() {
    assertThat(Detectors.dense().decoder(9).build().parameters().keySet())
        .contains(
            "backbone.features.0.0.weight",
            "backbone.primary.conv.weight",
            "classes.weight",
            "classes.bias",
            "boxes.layers.0.weight",
            "boxes.layers.2.bias",
            "decoder.2.bias");
    assertThat(Detectors.grid().build().parameters().keySet())
        .contains("classes.votes.weight", "classes.votes.bias");
  }

  @Test
  void wrongSizesAreToldWhatWasExpected() {
    assertThatThrownBy(() -> Detectors.dense().classes(0).architecture())
        .hasMessage("classes: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.dense().image(1, 0, 4).architecture())
        .hasMessage("image height: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.grid().stages().architecture())
        .hasMessage("stages: expected at least one, got none");
    assertThatThrownBy(() -> Detectors.grid().kernel(2).architecture())
        .hasMessage("kernel: expected an odd number, got 2");
    assertThatThrownBy(() -> Detectors.dense().decoder(0).architecture())
        .hasMessage("decoder size: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.grid().type(DataType.INT32).architecture())
        .hasMessage("type: expected FLOAT or DOUBLE, got INT");
    assertThatThrownBy(() -> Detectors.grid().boxHidden(0).architecture())
        .hasMessage("hidden size of the box head: expected at least 1, got 0");
    assertThatThrownBy(() -> Detectors.grid().build().forward(Variable.constant(Nd4j.zeros(2, 3))))
        .hasMessage("images: expected [batch, 1, 16, 24], got [2, 3]");
  }

  @Test
  void sameSeedSameNetwork() {
    assertThat(Detectors.grid().seed(5).build().state())
        .isEqualTo(Detectors.grid().seed(5).build().state())
        .isNotEqualTo(Detectors.grid().seed(6).build().state());
  }

  /** Kept from the first of two classes alone, the image does not depend on the second. */
  @Test
  void drawsFromTheCapsulesThatAreThere() {
    CapsuleDetector net = Detectors.dense().decoder(9).build();
    Detector.Output out = net.forward(Variable.constant(images(net, 1)));
    INDArray first = Nd4j.createFromArray(1f, 0f).reshape(1, 2, 1, 1);
    INDArray drawn = net.reconstruct(out.classes(), first).orElseThrow().value();
    assertThat(drawn.shape()).containsExactly(1, 16 * 24);
    INDArray decoded = net.parameters().get("decoder.0.weight").value();
    for (int column = 6; column < 12; column++) { // those that read the pose of the second class
      decoded.putColumn(column, Nd4j.valueArrayOf(9, 7f));
    }
    assertThat(net.reconstruct(out.classes(), first).orElseThrow().value()).isEqualTo(drawn);
    assertThat(net.reconstruct(out.classes(), Nd4j.ones(1, 2, 1, 1)).orElseThrow().value())
        .isNotEqualTo(drawn);
    assertThat(Detectors.dense().build().reconstruct(out.classes(), first)).isEmpty();
  }

  // ---------------------------------------------------------------- files

  @ParameterizedTest
  @MethodSource("all")
  void aFileGivesTheSameNetworkBack(Detector net) throws IOException {
    Path file = folder.resolve("net.safetensors");
    net.save(file);
    Detector loaded =
        net instanceof CapsuleDetector
            ? CapsuleDetector.load(file)
            : GridCapsuleDetector.load(file);
    assertThat(loaded.backbone()).isEqualTo(net.backbone());
    assertThat(loaded.head()).isEqualTo(net.head());
    assertThat(Numbers.of(loaded.state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(net.state()));
    assertThat(loaded.training()).isFalse();
    if (net instanceof CapsuleDetector dense) {
      assertThat(((CapsuleDetector) loaded).architecture()).isEqualTo(dense.architecture());
    } else {
      assertThat(((GridCapsuleDetector) loaded).architecture())
          .isEqualTo(((GridCapsuleDetector) net).architecture());
    }
  }

  @Test
  void aFileOfSomethingElseIsRefusedByName() throws IOException {
    Path file = folder.resolve("other.safetensors");
    CapsuleDetector net = Detectors.dense().build();
    net.save(file);
    assertThatThrownBy(() -> GridCapsuleDetector.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": holds no GridCapsuleDetector but another network, capsule-detector");
    assertThatThrownBy(() -> CapsNet.load(file)).isInstanceOf(FormatException.class);
    String written = Safetensors.read(file).metadata().get(Architectures.KEY);
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
            written.replace("\"primaryDim\":4", "\"primaryDim\":5"),
            written.replace("\"boxHidden\":8", "\"boxHidden\":-8"),
            written.replace("dynamic", "magic"))) {
      Safetensors.write(file, net.state(), Map.of(Architectures.KEY, json));
      assertThatThrownBy(() -> CapsuleDetector.load(file))
          .as(json)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("other.safetensors");
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> CapsuleDetector.load(file)).isInstanceOf(FormatException.class);
  }
}
