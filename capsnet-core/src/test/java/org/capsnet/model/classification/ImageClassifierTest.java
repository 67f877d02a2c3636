package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.capsnet.autograd.Scope;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.OnFault;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.testing.Drawings;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.SafetensorsFile;
import org.capsnet.testing.Written;
import org.capsnet.train.History;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

class ImageClassifierTest {

  private static final int SIZE = 16;
  private static final int COUNT = 20;
  private static final String ARCHITECTURE = "capsnet.network";
  private static final String CLASSES = "capsnet.classes";

  @TempDir private static Path pictures;

  private static ImageFolder.Result own;
  private static ImageClassifier trained;

  @TempDir private Path folder;

  @BeforeAll
  static void trainOnOwnPictures() throws IOException {
    Drawings.write(pictures, COUNT);
    own = ImageFolder.read(pictures, 3, SIZE, SIZE, OnFault.FAIL);
    CapsNet net = small().build(1);
    Trainer.of(ClassificationObjective.standard(net))
        .updater(new Adam(0.003))
        .epochs(40)
        .fit(ImageIterator.builder(own.images(), 5).shuffle().seed(1).build());
    trained = new ImageClassifier(net, own.images().classNames());
  }

  /** The largest of lengths of which one is NaN would be another one. */
  @Test
  void aNetworkThatGivesNaNTellsNothing() {
    CapsNet net = small().build(1);
    ImageClassifier broken = new ImageClassifier(net, List.of("a", "b", "c"));
    net.parameters().get("classes.weight").value().putScalar(0, Double.NaN);
    assertThatThrownBy(() -> broken.predictBatch(Nd4j.ones(DataType.FLOAT, 2, 3, SIZE, SIZE)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("lengths: expected numbers, got NaN");
  }

  @Test
  void pixelsThatAreNoNumbersAreRefused() {
    INDArray images = Nd4j.ones(DataType.FLOAT, 2, 3, SIZE, SIZE);
    images.putScalar(new int[] {1, 2, 3, 4}, Double.NaN);
    assertThatThrownBy(() -> trained.predictBatch(images))
        .hasMessage("images: expected values from 0 to 1, got NaN");
  }

  private static CapsNet.Config small() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(3, SIZE, SIZE))
        .with("classes", 3)
        .with("stem", List.of(new Conv(8, 5, 1)))
        .with("primary", new Primary(4, 4, 5, 2))
        .with("classDim", 6)
        .with("decoder", List.of(16));
  }

  /** All images of the folder, {@code [20, 3, 16, 16]}. */
  private static INDArray batch() {
    return ImageIterator.builder(own.images(), COUNT).build().next().getFeatures();
  }

  /** All that a prediction says, to the last bit. */
  private static List<Object> numbers(Prediction p) {
    List<Object> all = new ArrayList<>(List.of(p.label(), p.className(), p.confidence()));
    all.add(Numbers.of(p.lengths()));
    all.add(Numbers.of(p.poses()));
    p.reconstruction().ifPresent(image -> all.add(Numbers.of(image)));
    return all;
  }

  private static void assertSame(Prediction actual, Prediction expected) {
    assertThat(numbers(actual)).usingRecursiveComparison().isEqualTo(numbers(expected));
  }

  // ---------------------------------------------------------------- one's own pictures

  @Test
  void learnsPicturesOfMixedSizesAndTellsThemByName() throws IOException {
    assertThat(own.images().classNames()).isEqualTo(Drawings.CLASSES);
    assertThat(own.files()).hasSize(COUNT);
    assertThat(own.files().stream().map(file -> file.toString().replaceAll(".*\\.", "")))
        .contains("png", "jpg", "bmp");
    var all = ImageIterator.builder(own.images(), 7).build();
    assertThat(trained.evaluate(all).accuracy()).isEqualTo(1);
    assertThat(trained.evaluate(all).getLabelsList()).isEqualTo(Drawings.CLASSES);
    for (Path file : own.files()) {
      Prediction prediction = trained.predict(file);
      assertThat(prediction.className()).isEqualTo(file.getParent().getFileName().toString());
      assertThat(trained.classNames().get(prediction.label())).isEqualTo(prediction.className());
      assertThat(prediction.confidence()).isBetween(0.5, 1.0);
    }
  }

  @Test
  void aPredictionSaysAllThatTheCapsulesSay() {
    Prediction p = trained.predict(own.images().image(0));
    assertThat(p.lengths().shape()).containsExactly(3);
    assertThat(p.poses().shape()).containsExactly(3, 6);
    assertThat(p.reconstruction().orElseThrow().shape()).containsExactly(3, SIZE, SIZE);
    for (int k = 0; k < 3; k++) {
      double length = p.poses().slice(k).norm2Number().doubleValue();
      assertThat(Math.abs(p.lengths().getDouble(k) - length)).isLessThan(1e-4);
      assertThat(p.lengths().getDouble(k)).isLessThanOrEqualTo(p.confidence());
    }
    assertThat(p.reconstruction().orElseThrow().minNumber().doubleValue()).isNotNegative();
    assertThat(p.reconstruction().orElseThrow().maxNumber().doubleValue()).isLessThanOrEqualTo(1);
  }

  @Test
  void withoutADecoderNothingIsReconstructed() {
    ImageClassifier plain =
        new ImageClassifier(small().with("decoder", null).build(0), Drawings.CLASSES);
    assertThat(plain.predict(own.images().image(0)).reconstruction()).isEmpty();
  }

  @Test
  void sizesItselfForTheImagesAndTrains() throws IOException {
    LabeledImages images = ImageFolder.read(pictures, 3, 20, 18, OnFault.FAIL).images();
    ImageClassifier classifier = ImageClassifier.forImages(images);
    assertThat(classifier.image().height()).isEqualTo(20);
    assertThat(classifier.image().width()).isEqualTo(18);
    History history = classifier.train(images, 5); // one step each
    assertThat(history.epochs()).hasSize(5);
    assertThat(classifier.evaluate(ImageIterator.builder(images, COUNT).build()).accuracy())
        .isEqualTo(1);
    Prediction p = classifier.predict(own.files().get(0));
    assertThat(p.reconstruction().orElseThrow().shape()).containsExactly(3, 20, 18);
  }

  @Test
  void predictsImagesOfAnyNumericTypeAndLayout() {
    INDArray image = own.images().image(4);
    Prediction expected = trained.predict(image);
    assertSame(trained.predict(image.castTo(DataType.DOUBLE)), expected);
    assertSame(trained.predict(image.dup('f')), expected);
    assertSame(trained.predict(image.permute(1, 2, 0).dup().permute(2, 0, 1)), expected);
  }

  @Test
  void manyImagesAtOnceGiveOnePredictionEach() {
    INDArray many = Nd4j.concat(0, batch(), batch(), batch(), batch(), batch(), batch(), batch());
    List<Prediction> predictions = trained.predictBatch(many);
    assertThat(predictions).hasSize(7 * COUNT);
    for (int i = 0; i < predictions.size(); i++) {
      assertThat(predictions.get(i).label()).isEqualTo(own.images().label(i % COUNT));
    }
  }

  @Test
  void aPredictionOutlivesTheScopeItWasMadeIn() {
    Prediction expected = trained.predict(own.images().image(1));
    Prediction inside;
    try (Scope scope = Scope.open()) {
      inside = trained.predict(own.images().image(1));
    }
    try (Scope scope = Scope.open()) {
      Nd4j.ones(100_000);
    }
    assertSame(inside, expected);
  }

  // ---------------------------------------------------------------- files

  private Path saved() throws IOException {
    Path file = folder.resolve("drawings.safetensors");
    trained.save(file);
    return file;
  }

  @Test
  void whatWasSavedAndLoadedPredictsTheSameNumbers() throws IOException {
    ImageClassifier loaded = ImageClassifier.load(saved());
    assertThat(loaded.classNames()).isEqualTo(Drawings.CLASSES);
    assertThat(loaded.net().architecture()).isEqualTo(trained.net().architecture());
    for (Path file : own.files()) {
      assertSame(loaded.predict(file), trained.predict(file));
    }
  }

  @Test
  void anIndependentReaderFindsWeightsArchitectureAndNames() throws IOException {
    SafetensorsFile file = SafetensorsFile.read(saved());
    file.assertHolds(trained.net().state());
    assertThat(file.metadata()).containsOnlyKeys(ARCHITECTURE, CLASSES);
    assertThat(file.metadata().get(ARCHITECTURE))
        .contains("\"height\":16", "\"classes\":3", "\"kind\":\"dynamic\",\"iterations\":3");
    assertThat(file.metadata().get(CLASSES))
        .isEqualTo("[\"blue stripes\",\"green squares\",\"red circles\"]");
  }

  @Test
  void classNamesOfAnyKindComeBack() throws IOException {
    List<String> names = List.of("Ärmel \"1\"\n", "", "鳥");
    Path file = folder.resolve("names.safetensors");
    new ImageClassifier(small().build(1), names).save(file);
    assertThat(ImageClassifier.load(file).classNames()).isEqualTo(names);
  }

  @Test
  void aNetworkWithoutNamesIsReferredToItsOwnLoader() throws IOException {
    Path file = folder.resolve("net.safetensors");
    trained.net().save(file);
    assertThatThrownBy(() -> ImageClassifier.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file
                + ": holds a network alone, which Network.load reads: its metadata lacks"
                + " capsnet.classes");
    assertThat(Network.load(file, CapsNet.class).state()).isEqualTo(trained.net().state());
  }

  private void assertRefused(UnaryOperator<Map<String, String>> change, String... why)
      throws IOException {
    Safetensors.Contents contents = Safetensors.read(saved());
    Path file = folder.resolve("bad.safetensors");
    Safetensors.write(file, contents.tensors(), change.apply(new TreeMap<>(contents.metadata())));
    assertThatThrownBy(() -> ImageClassifier.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContainingAll(why);
  }

  private static UnaryOperator<Map<String, String>> with(String key, String value) {
    return metadata -> {
      metadata.put(key, value);
      return metadata;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "{", "{}", "3", "\"a\"", "[\"a\", null, \"c\"]", "[[1], 2, 3]"})
  void namesThatAreNoListAreRefused(String names) throws IOException {
    assertRefused(with(CLASSES, names), "class names");
  }

  @Test
  void filesThatHoldNoWholeClassifierAreRefused() throws IOException {
    assertRefused(metadata -> Map.of(), "lacks " + ARCHITECTURE);
    assertRefused(with(CLASSES, "[\"a\",\"b\"]"), "class names: expected 3, got 2");
    assertRefused(with(ARCHITECTURE, ""), "not an architecture");
    assertRefused(with(ARCHITECTURE, "capsnet"), "not an architecture");
    assertRefused(with(ARCHITECTURE, "null"), "not an architecture");
    String other = Written.of(small().with("classDim", 7));
    assertRefused(with(ARCHITECTURE, other), "classes.weight: expected [");
    String turned = Written.of(small().with("primary", new Primary(2, 8, 5, 2)));
    assertRefused(with(ARCHITECTURE, turned), "");
    Path cut = folder.resolve("cut.safetensors");
    byte[] whole = Files.readAllBytes(saved());
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ImageClassifier.load(cut))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(cut + ": ");
    assertThatThrownBy(() -> ImageClassifier.load(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  // ---------------------------------------------------------------- wrong use

  @Test
  void wrongShapesAreToldWhatWasExpected() {
    assertThatThrownBy(() -> trained.predict(Nd4j.zeros(SIZE, SIZE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image: expected [3, 16, 16], got [16, 16]");
    assertThatThrownBy(() -> trained.predict(Nd4j.zeros(1, SIZE, SIZE)))
        .hasMessage("image: expected [3, 16, 16], got [1, 16, 16]");
    assertThatThrownBy(() -> trained.predictBatch(Nd4j.zeros(3, SIZE, SIZE)))
        .hasMessage("images: expected [batch, 3, 16, 16], got [3, 16, 16]");
    assertThatThrownBy(() -> new ImageClassifier(small().build(1), List.of("a", "b")))
        .hasMessage("class names: expected 3, got 2");
  }

  @Test
  void anUnreadablePictureIsNamed() throws IOException {
    Path text = Files.writeString(folder.resolve("text.png"), "not a picture");
    assertThatThrownBy(() -> trained.predict(text))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(text + ": ");
    assertThatThrownBy(() -> trained.predict(folder.resolve("none.png")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aNetworkInTrainingDoesNotPredict() {
    ImageClassifier classifier = new ImageClassifier(small().build(1), Drawings.CLASSES);
    classifier.net().train();
    assertThatThrownBy(() -> classifier.predict(own.images().image(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the network is in training mode: call eval() first");
    classifier.net().eval();
    assertThat(classifier.predict(own.images().image(0)).label()).isBetween(0, 2);
  }

  @Test
  void imagesThatDoNotFitTheNetworkAreNotTrainedOn() throws IOException {
    ImageClassifier classifier = new ImageClassifier(small().build(1), Drawings.CLASSES);
    LabeledImages larger = ImageFolder.read(pictures, 3, 18, 20, OnFault.FAIL).images();
    assertThatThrownBy(() -> classifier.train(larger, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images: expected [batch, 3, 16, 16], got [20, 3, 18, 20]");
    assertThatThrownBy(() -> classifier.evaluate(ImageIterator.builder(larger, 8).build()))
        .hasMessage("images: expected [batch, 3, 16, 16], got [8, 3, 18, 20]");
    LabeledImages fewer =
        new LabeledImages(new byte[3 * SIZE * SIZE], 3, SIZE, SIZE, new int[1], List.of("a", "b"));
    assertThatThrownBy(() -> classifier.train(fewer, 1))
        .hasMessage("classes: expected " + Drawings.CLASSES + ", got [a, b]");
    assertThatThrownBy(() -> classifier.predictBatch(batch().mul(255)))
        .hasMessageMatching("images: expected values from 0 to 1, got 0.0 to 2\\d\\d\\.\\d+");
    assertThatThrownBy(() -> classifier.train(own.images(), 0))
        .hasMessage("epochs: expected at least 1, got 0");
    assertThatThrownBy(
            () ->
                ImageClassifier.forImages(
                    ImageFolder.read(pictures, 3, 12, 12, OnFault.FAIL).images()))
        .hasMessageContaining("images of at least 17×17 would fit");
    assertThat(classifier.net().training()).isFalse();
  }

  // ---------------------------------------------------------------- threads and memory

  @Test
  void sixteenThreadsAgreeWithOne() throws Exception {
    INDArray batch = batch();
    List<Prediction> single = new ArrayList<>();
    List<List<Prediction>> batches = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      single.add(trained.predict(own.images().image(i)));
      batches.add(trained.predictBatch(from(batch, i)));
    }
    int threads = 16;
    CyclicBarrier together = new CyclicBarrier(threads);
    List<Callable<Integer>> work = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t;
      work.add(
          () -> {
            together.await();
            for (int i = first; i < first + 3; i++) {
              int image = i % COUNT;
              assertSame(trained.predict(own.images().image(image)), single.get(image));
              List<Prediction> many = trained.predictBatch(from(batch, image));
              for (int k = 0; k < many.size(); k++) {
                assertSame(many.get(k), batches.get(image).get(k));
              }
            }
            return first;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Integer> done : pool.invokeAll(work)) {
        assertThat(done.get()).isNotNegative();
      }
    } finally {
      pool.shutdown();
    }
  }

  private static INDArray from(INDArray batch, int first) {
    return batch.get(NDArrayIndex.interval(first, batch.size(0)));
  }

  @Test
  void predictingTakesNoMoreMemoryThanItsFirstBatches() throws Exception {
    ExecutorService fresh = Executors.newSingleThreadExecutor();
    try {
      fresh.submit(this::predictAgainAndAgain).get();
    } finally {
      fresh.shutdown();
    }
  }

  private void predictAgainAndAgain() {
    INDArray batch = batch();
    trained.predict(own.images().image(0));
    trained.predictBatch(batch);
    trained.predictBatch(batch);
    List<Long> before = workspaceSizes();
    assertThat(before.stream().mapToLong(Long::longValue).sum()).isPositive();
    for (int i = 0; i < 30; i++) {
      trained.predictBatch(i % 3 == 0 ? from(batch, i % COUNT) : batch);
    }
    assertThat(workspaceSizes()).isEqualTo(before);
  }

  private static List<Long> workspaceSizes() {
    return Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread().stream()
        .map(MemoryWorkspace::getCurrentSize)
        .toList();
  }
}
