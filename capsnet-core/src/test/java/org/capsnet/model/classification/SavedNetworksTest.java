package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Network;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Files of the published networks as they were first written ({@code
 * src/test/resources/saved/networks}), small and a little trained: they load, and predict what they
 * predicted then.
 */
class SavedNetworksTest {

  private static final double ROUNDING = 1e-5;

  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name + ".safetensors");
    try (InputStream in =
        Objects.requireNonNull(
            SavedNetworksTest.class.getResourceAsStream("/saved/networks/" + name + ".safetensors"),
            name)) {
      Files.copy(in, file);
    }
    return file;
  }

  /** {@code [1, 16, 16]}: what the files were asked about. */
  private static INDArray image() {
    INDArray image = Nd4j.create(DataType.FLOAT, 1, 16, 16);
    for (int i = 0; i < image.length(); i++) {
      image.putScalar(0, i / 16, i % 16, i * 37 % 101 / 100.0);
    }
    return image;
  }

  private static void assertSame(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(Numbers.of(actual)).containsExactly(Numbers.of(expected), within(ROUNDING));
  }

  @ParameterizedTest
  @CsvSource({
    "efficient, EfficientCapsNet",
    "matrix, MatrixCapsNet",
    "self-routing, SelfRoutingCapsNet",
    "hvc, HvcCapsNet",
    "path, PathCapsNet",
    "deep-caps, DeepCaps",
    "attention, AttentionCapsNet",
    "resnet, ResNet",
  })
  void predictsWhatItPredicted(String name, String type) throws IOException {
    Map<String, INDArray> predicted = Safetensors.read(file("predictions")).tensors();
    try (ImageClassifier classifier = ImageClassifier.load(file(name))) {
      assertThat(classifier.net().getClass().getSimpleName()).isEqualTo(type);
      assertThat(classifier.classNames()).containsExactly("a", "b", "c");
      Prediction now = classifier.predict(image());
      assertSame(now.lengths(), predicted.get(name + ".lengths"));
      assertSame(now.poses(), predicted.get(name + ".poses"));
      INDArray drawn = predicted.get(name + ".reconstruction");
      assertThat(now.reconstruction().isPresent()).isEqualTo(drawn != null);
      now.reconstruction().ifPresent(picture -> assertSame(picture, drawn));
    }
  }

  /** In the form of today, to the last bit: weights, statistics, counters and names. */
  @ParameterizedTest
  @CsvSource({"efficient", "matrix", "self-routing", "hvc", "path", "deep-caps", "attention"})
  void isSavedAgainAsItWas(String name) throws IOException {
    Path first = file(name);
    Path again = folder.resolve("again.safetensors");
    try (ImageClassifier classifier = ImageClassifier.load(first)) {
      classifier.save(again);
    }
    assertThat(Safetensors.read(again).tensors()).isEqualTo(Safetensors.read(first).tensors());
    assertThat(Network.load(again, Network.class).architecture())
        .isEqualTo(Network.load(first, Network.class).architecture());
  }

  /** Each prediction is of a class that is no tie, so that the file says more than its sizes. */
  @Test
  void theFilesAreOfNetworksThatHaveLearned() throws IOException {
    Map<String, INDArray> predicted = Safetensors.read(file("predictions")).tensors();
    predicted.forEach(
        (name, array) -> {
          if (name.endsWith(".lengths")) {
            double range = array.maxNumber().doubleValue() - array.minNumber().doubleValue();
            assertThat(range).as(name).isGreaterThan(0.01);
          }
        });
  }
}
