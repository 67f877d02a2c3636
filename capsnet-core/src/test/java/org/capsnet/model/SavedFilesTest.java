package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.capsnet.io.Architectures;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.metric.Detection;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.model.detection.NonMaximumSuppression;
import org.capsnet.model.detection.ObjectDetector;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.MedicalPrediction;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Files of every kind as the first version wrote them ({@code src/test/resources/saved/first}):
 * they load, and tell what they told then; and what was done to them by somebody else is refused.
 */
class SavedFilesTest {

  private static final String CAPSNET = "capsnet";
  private static final String DETECTOR = "detector";
  private static final String GRID_DETECTOR = "grid-detector";
  private static final String MEDICAL = "medical";
  private static final String SEGCAPS = "segcaps";
  private static final String PREDICTIONS = "predictions";

  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          CAPSNET, "capsnet.architecture",
          DETECTOR, "capsnet.capsuleDetector",
          GRID_DETECTOR, "capsnet.gridCapsuleDetector",
          MEDICAL, "capsnet.medical",
          SEGCAPS, "capsnet.segcaps");

  @TempDir private Path folder;

  @BeforeEach
  void copyFiles() throws IOException {
    for (String kind : ARCHITECTURES.keySet()) {
      copy(kind);
    }
    copy(PREDICTIONS);
  }

  private void copy(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            SavedFilesTest.class.getResourceAsStream("/saved/first/" + name + ".safetensors"))) {
      Files.copy(in, file(name));
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private static Object load(String kind, Path file) throws IOException {
    return switch (kind) {
      case CAPSNET -> ImageClassifier.load(file);
      case DETECTOR, GRID_DETECTOR -> ObjectDetector.load(file);
      default -> MedicalModel.load(file);
    };
  }

  /** {@code [1, 12, 12]}: what the files were asked about. */
  private static INDArray image() {
    INDArray image = Nd4j.create(DataType.FLOAT, 1, 12, 12);
    for (int i = 0; i < image.length(); i++) {
      image.putScalar(0, i / 12, i % 12, i * 37 % 101 / 100.0);
    }
    return image;
  }

  // ---------------------------------------------------------------- as they are

  private Map<String, INDArray> told() throws IOException {
    return Safetensors.read(file(PREDICTIONS)).tensors();
  }

  private static void assertSame(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(Numbers.of(actual)).containsExactly(Numbers.of(expected), within(1e-6));
  }

  @Test
  void aClassifierTellsWhatItTold() throws IOException {
    Map<String, INDArray> told = told();
    ImageClassifier classifier = ImageClassifier.load(file(CAPSNET));
    assertThat(classifier.classNames()).containsExactly("a b", "ü\"x");
    Prediction now = classifier.predict(image());
    assertSame(now.lengths(), told.get("capsnet.lengths"));
    assertSame(now.poses(), told.get("capsnet.poses"));
    assertSame(now.reconstruction().orElseThrow(), told.get("capsnet.reconstruction"));
  }

  @ParameterizedTest
  @ValueSource(strings = {DETECTOR, GRID_DETECTOR})
  void aDetectorFindsWhatItFound(String kind) throws IOException {
    ObjectDetector detector =
        ObjectDetector.load(file(kind)).with(new NonMaximumSuppression(0.9, 0));
    List<Detection> found = detector.predict(image());
    double[][] numbers =
        found.stream()
            .map(
                one ->
                    new double[] {
                      one.label(),
                      one.score(),
                      one.box().centerX(),
                      one.box().centerY(),
                      one.box().width(),
                      one.box().height()
                    })
            .toArray(double[][]::new);
    assertSame(Nd4j.create(numbers), told().get(kind + ".detections"));
  }

  @ParameterizedTest
  @ValueSource(strings = {MEDICAL, SEGCAPS})
  void aMedicalModelTellsWhatItTold(String kind) throws IOException {
    Map<String, INDArray> told = told();
    MedicalModel model = MedicalModel.load(file(kind));
    MedicalPrediction now = model.predict(image());
    assertThat(now.lengths().isPresent()).isEqualTo(kind.equals(MEDICAL));
    now.lengths().ifPresent(lengths -> assertSame(lengths, told.get(kind + ".lengths")));
    assertSame(now.mask().orElseThrow(), told.get(kind + ".mask"));
    assertSame(now.reconstruction().orElseThrow(), told.get(kind + ".reconstruction"));
  }

  private static void save(Object model, Path file) throws IOException {
    if (model instanceof ImageClassifier classifier) {
      classifier.save(file);
    } else if (model instanceof ObjectDetector detector) {
      detector.save(file);
    } else {
      ((MedicalModel) model).save(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CAPSNET, DETECTOR, GRID_DETECTOR, MEDICAL, SEGCAPS})
  void whatIsSavedAgainHasTheFormOfToday(String kind) throws IOException {
    Safetensors.Contents before = Safetensors.read(file(kind));
    Path again = folder.resolve("again.safetensors");
    save(load(kind, file(kind)), again);
    Safetensors.Contents after = Safetensors.read(again);
    Map<String, String> expected = new HashMap<>(before.metadata());
    expected.remove(ARCHITECTURES.get(kind));
    expected.put(Architectures.KEY, after.metadata().get(Architectures.KEY));
    assertThat(after.metadata()).isEqualTo(expected);
    assertThat(Architectures.read(after.metadata(), Architecture.class))
        .isEqualTo(Architectures.read(before.metadata(), Architecture.class));
    assertThat(after.tensors()).isEqualTo(before.tensors());
    load(kind, again);
  }

  // ---------------------------------------------------------------- as somebody changed them

  private Path changed(
      String kind, Consumer<Map<String, INDArray>> tensors, Consumer<Map<String, String>> metadata)
      throws IOException {
    Safetensors.Contents contents = Safetensors.read(file(kind));
    Map<String, INDArray> arrays = new HashMap<>(contents.tensors());
    Map<String, String> texts = new HashMap<>(contents.metadata());
    tensors.accept(arrays);
    metadata.accept(texts);
    Path changed = folder.resolve("changed.safetensors");
    Safetensors.write(changed, arrays, texts);
    return changed;
  }

  private void assertRefused(String kind, Path file, String why) {
    assertThatThrownBy(() -> load(kind, file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining(why);
  }

  private void assertRefused(String kind, UnaryOperator<String> change, String why)
      throws IOException {
    Path file =
        changed(
            kind,
            tensors -> {},
            metadata -> {
              String before = metadata.get(ARCHITECTURES.get(kind));
              String after = change.apply(before);
              assertThat(after).isNotEqualTo(before);
              metadata.put(ARCHITECTURES.get(kind), after);
            });
    assertRefused(kind, file, why);
  }

  /** A few bytes that ask for terabytes: nothing may be made to find that out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "capsnet | classDim | 2147483647",
        "capsnet | classDim | 1073741823",
        "capsnet | classes | 2147483647",
        "capsnet | kernel | 2147483647",
        "capsnet | height | 2147483647",
        "detector | classDim | 2147483647",
        "detector | classDim | 8388608",
        "detector | boxHidden | 2147483647",
        "detector | classes | 2147483647",
        "detector | height | 2147483647",
        "grid-detector | classDim | 8388608",
        "grid-detector | classes | 2147483647",
        "grid-detector | kernel | 2147483647",
        "grid-detector | primaryDim | 6",
        "grid-detector | width | 178956971",
        "medical | classDim | 2147483647",
        "medical | classDim | 1073741823",
        "medical | classes | 1073741823",
        "medical | masks | 2147483647",
        "medical | kernel | 2147483647",
        "segcaps | maskDim | 2147483647",
        "segcaps | masks | 14913080",
        "segcaps | dim | 2147483647",
        "segcaps | types | 2147483647",
      })
  void sizesAreCountedNotMade(String kind, String field, int size) throws IOException {
    assertRefused(
        kind, json -> json.replaceAll("\"" + field + "\":\\d+", "\"" + field + "\":" + size), "");
  }

  /** The weights of these do not depend on the size of the image. */
  @ParameterizedTest
  @CsvSource({
    "segcaps, 46341, 46341, numbers of an image",
    "segcaps, 46340, 46340, numbers of the masks",
    "segcaps, 32000, 32000, of the Java heap",
    "medical, 46341, 46341, numbers of an image",
    "grid-detector, 46341, 46341, numbers of an image",
    "grid-detector, 46340, 46340, numbers of the boxes",
    "grid-detector, 32000, 32000, numbers of the boxes",
    "detector, 65536, 65536, numbers of an image",
    "capsnet, 65536, 65536, numbers of an image"
  })
  void anImageThatNoMemoryHoldsIsRefused(String kind, int height, int width, String why)
      throws IOException {
    assertRefused(
        kind,
        json ->
            json.replaceAll("\"height\":\\d+", "\"height\":" + height)
                .replaceAll("\"width\":\\d+", "\"width\":" + width),
        why);
  }

  @ParameterizedTest
  @ValueSource(strings = {CAPSNET, DETECTOR, GRID_DETECTOR, MEDICAL, SEGCAPS})
  void textThatIsNoArchitectureIsRefused(String kind) throws IOException {
    assertRefused(kind, json -> json + "{}", "Trailing token");
    assertRefused(kind, json -> json + " more", "more");
    assertRefused(kind, json -> "{\"channels\":1," + json.substring(1), "Duplicate field");
    assertRefused(kind, json -> json.replaceAll("\"masks\":\\d|\"classes\":\\d", "\"x\":1"), "");
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertRefused(kind, json -> "{\"x\":" + deep + "," + json.substring(1), "nesting depth");
    assertRefused(kind, json -> deep, "nesting depth");
    assertRefused(kind, json -> json.replaceFirst(":12", ":" + "9".repeat(1_000_000)), "umber");
    assertRefused(
        kind, json -> json.replaceAll("\"(stem|stages|levels)\":\\[", "\"$1\":{},\"x\":["), "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,true] | expected a list of texts",
        "[\"a\",null] | expected a list of texts",
        "[\"a\",[\"b\"]] | expected a list of texts",
        "{\"0\":\"a\",\"1\":\"b\"} | expected a list of texts",
        "[\"a\",\"b\"] and more | and",
        "[\"a\"] | expected 2, got 1",
      })
  void namesThatAreNoTextsAreRefused(String names, String why) throws IOException {
    for (String kind : List.of(CAPSNET, DETECTOR, MEDICAL)) {
      Path file = changed(kind, t -> {}, metadata -> metadata.put("capsnet.classes", names));
      assertRefused(kind, file, why);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CAPSNET, DETECTOR, GRID_DETECTOR, MEDICAL, SEGCAPS})
  void weightsThatAreNoNumbersAreRefused(String kind) throws IOException {
    List<String> names = List.copyOf(Safetensors.read(file(kind)).tensors().keySet());
    for (String name : List.of(names.get(0), names.get(names.size() - 1))) {
      for (DataType type : List.of(DataType.BOOL, DataType.INT64, DataType.UINT8)) {
        Path file = changed(kind, t -> t.computeIfPresent(name, (k, a) -> a.castTo(type)), m -> {});
        assertRefused(kind, file, name + ": expected FLOAT, DOUBLE, HALF or BFLOAT16, got " + type);
      }
      for (double value : List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)) {
        Path file = changed(kind, t -> setLast(t.get(name), value), m -> {});
        assertRefused(kind, file, name + ": expected finite numbers");
      }
      Path file =
          changed(
              kind,
              t -> t.computeIfPresent(name, (k, a) -> a.castTo(DataType.DOUBLE).addi(1e300)),
              m -> {});
      assertRefused(kind, file, name + ": expected finite numbers");
    }
  }

  private static void setLast(INDArray array, double value) {
    array.reshape(array.length()).putScalar(array.length() - 1, value);
  }

  @Test
  void aNegativeVarianceIsRefused() throws IOException {
    Path file =
        changed(
            MEDICAL,
            tensors -> setLast(tensors.get("features.0.1.running_var"), -1e-3),
            metadata -> {});
    assertRefused(MEDICAL, file, "running_var: expected variances of 0 or more");
  }

  /** Sizes that no tensor shows, as paddings are, are held against the memory there is. */
  @Test
  void paddingsThatNoMemoryWouldHoldAreRefused() throws IOException {
    CapsNet.Config padded =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 12, 12))
            .with("classes", 2)
            .with("stem", List.of(new Conv(3, 3, 2, 0), new Conv(3, 3, 1, 30_000)))
            .with("decoder", null);
    CapsNet.Config small =
        new CapsNet.Config(
            padded.image(),
            2,
            padded.stem(),
            new Primary(2, 3, 3, 60_000),
            4,
            padded.votes(),
            padded.routing(),
            null);
    Path file = folder.resolve("padded.safetensors");
    small.build(0).save(file);
    assertThatThrownBy(() -> org.capsnet.model.Network.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("the network makes at least ");
  }

  @Test
  void whatIsSaidBesideANetworkIsNoArchitecture() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("primary", new Primary(1, 2, 9, 2))
            .with("decoder", null)
            .build(0);
    assertThatThrownBy(() -> net.save(folder.resolve("net"), Map.of("capsnet.architecture", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("metadata: expected keys other than those of architectures");
  }
}
