package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.capsnet.autograd.Variable;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.RandomShift;
import org.capsnet.io.FormatException;
import org.capsnet.loss.ClassWeights;
import org.capsnet.metric.Detection;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.detection.Detectors;
import org.capsnet.model.detection.NonMaximumSuppression;
import org.capsnet.model.detection.ObjectDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.MedicalPrediction;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.EpochReport;
import org.capsnet.train.History;
import org.capsnet.train.Metric;
import org.capsnet.train.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What an application does with a classifier, in as few lines. */
class ClassifierUseTest {

  private static final List<String> NAMES = List.of("dark", "bright");

  @TempDir private Path folder;

  private static ImageClassifier small() {
    return new ImageClassifier(
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 10, 10))
            .with("classes", 2)
            .with("stem", List.of(new Conv(4, 3, 1)))
            .with("primary", new Primary(2, 4, 3, 2))
            .with("classDim", 4)
            .with("decoder", null)
            .build(1),
        NAMES);
  }

  /** A quarter of them bright. */
  private static LabeledImages images(int count, long seed) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * 100];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 4 == 0 ? 1 : 0;
      for (int p = 0; p < 100; p++) {
        pixels[100 * i + p] = (byte) (120 * labels[i] + random.nextInt(120));
      }
    }
    return new LabeledImages(pixels, 1, 10, 10, labels, NAMES);
  }

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(17, 13, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(4);
    for (int y = 0; y < 13; y++) {
      for (int x = 0; x < 17; x++) {
        picture.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return picture;
  }

  private Path file() throws IOException {
    Path file = folder.resolve("picture.png");
    ImageIO.write(picture(), "png", file.toFile());
    return file;
  }

  /** With a loss that takes shares of classes, and labels that are mixed and smoothed. */
  @Test
  void anotherLossAndSharesOfLabelsCanBeTrainedFor() {
    ImageClassifier classifier = small();
    TrainingOptions options =
        TrainingOptions.epochs(30)
            .batch(16)
            .learningRate(0.01)
            .loss((x, shares) -> x.minus(Variable.constant(shares)).square().sum(1))
            .mixUp(0.2)
            .smoothLabels(0.1)
            .quiet();
    History history = classifier.train(images(64, 1), images(32, 2), options);
    assertThat(history.epochs().get(29).metrics()).containsKey("train_classes");
    assertThat(classifier.evaluate(images(64, 3)).accuracy()).isGreaterThan(0.9);
    assertThatThrownBy(
            () ->
                classifier.train(images(64, 1), images(32, 2), TrainingOptions.epochs(1).mixUp(2)))
        .hasMessage("alpha: expected above 0 and at most 1, got 2.0");
  }

  // ---------------------------------------------------------------- asking

  @Test
  void aPictureIsTheSameWhereverItComesFrom() throws IOException {
    Path file = file();
    byte[] bytes = Files.readAllBytes(file);
    ImageClassifier classifier = small();
    double[] expected = Numbers.of(classifier.predict(file).lengths());
    for (Prediction other :
        List.of(
            classifier.predict(bytes),
            classifier.predict(new ByteArrayInputStream(bytes)),
            classifier.predict(picture()))) {
      assertThat(Numbers.of(other.lengths())).isEqualTo(expected);
    }
    assertThatThrownBy(() -> classifier.predict(Arrays.copyOf(bytes, 40)))
        .isInstanceOf(FormatException.class);

    ObjectDetector detector =
        new ObjectDetector(Detectors.dense().build(0), Detectors.NAMES)
            .with(new NonMaximumSuppression(0.9, 0));
    List<Detection> found = detector.predict(file);
    assertThat(detector.predict(bytes)).isEqualTo(found);
    assertThat(detector.predict(new ByteArrayInputStream(bytes))).isEqualTo(found);
    assertThat(detector.predict(picture())).isEqualTo(found);

    MedicalModel medical =
        new MedicalModel(
            MedicalCapsNet.Config.of(new ImageShape(1, 16, 16), 2, 0).build(0),
            NAMES,
            List.of(),
            false);
    double[] lengths = Numbers.of(medical.predict(file).lengths().orElseThrow());
    for (MedicalPrediction other :
        List.of(
            medical.predict(bytes),
            medical.predict(new ByteArrayInputStream(bytes)),
            medical.predict(picture()))) {
      assertThat(Numbers.of(other.lengths().orElseThrow())).isEqualTo(lengths);
      assertThat(other.toString()).matches("diagnosis [01] [0-9.]+ %");
    }
  }

  @Test
  void aPredictionRanksItsClassesAndIsShort() {
    Prediction prediction =
        new Prediction(
            1,
            List.of("a", "b", "c", "d"),
            Nd4j.createFromArray(0.2f, 0.931f, 0.2f, 0.05f),
            Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}}),
            Optional.empty());
    assertThat(prediction.className()).isEqualTo("b");
    assertThat(prediction).hasToString("b 93.1 %, a 20.0 %, c 20.0 %");
    assertThat(prediction.top(2))
        .extracting(Prediction.Ranked::className)
        .containsExactly("b", "a");
    assertThat(prediction.top(9)).extracting(Prediction.Ranked::label).containsExactly(1, 0, 2, 3);
    assertThat(prediction.pose(2)).containsExactly(5, 6);
    assertThatThrownBy(() -> prediction.top(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> prediction.pose(4)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** By type, row and column of the primary capsules, which share themselves out to the classes. */
  @Test
  void couplingsAreThoseOfTheNetwork() {
    ImageClassifier classifier = small();
    INDArray image = images(1, 1).image(0);
    INDArray couplings = classifier.couplings(image);
    assertThat(couplings.shape()).containsExactly(2, 3, 3, 2);
    for (double sum : Numbers.of(couplings.sum(3))) {
      assertThat(sum).isBetween(0.999999, 1.000001);
    }
    CapsNet net = (CapsNet) classifier.net();
    Variable batch = Variable.constant(image.reshape(1, 1, 10, 10));
    INDArray flat = net.classCapsules().coupling(net.classify(batch).voters()).value();
    // Capsule type · 9 + row · 3 + column.
    assertThat(couplings.getDouble(1, 2, 0, 1)).isEqualTo(flat.getDouble(0, 15, 1));
  }

  // ---------------------------------------------------------------- training

  /** Counts epochs. */
  private static final class Counting implements TrainingListener {
    private final List<Integer> epochs = new ArrayList<>();

    @Override
    public void onEpochEnd(EpochReport report) {
      epochs.add(report.epoch());
    }
  }

  @Test
  void oneCallTrainsWithAllThatIsAskedFor() throws IOException {
    ImageClassifier classifier = small();
    Counting counting = new Counting();
    TrainingOptions options =
        TrainingOptions.epochs(90)
            .batch(8)
            .learningRate(0.005)
            .seed(3)
            .augmentation(new RandomShift(1))
            .balanced()
            .trainer(
                t ->
                    t.earlyStopping(
                        EarlyStopping.on(Metric.VALIDATION_ACCURACY, 20).restoringBest()))
            .trainer(
                t ->
                    t.checkpoints(Checkpointing.in(folder.resolve("run")))
                        .resumeIfPresent()
                        .listener(counting))
            .quiet();
    History history = classifier.train(images(40, 1), images(20, 2), options);
    assertThat(counting.epochs).hasSize(history.epochs().size()).hasSizeLessThan(90);
    assertThat(classifier.evaluate(images(20, 3)).accuracy()).isGreaterThan(0.9);
    assertThat(classifier.evaluate(images(20, 3)).getLabelsList()).isEqualTo(NAMES);
    try (var files = Files.list(folder.resolve("run"))) {
      Path checkpoint = files.filter(f -> f.toString().endsWith(".safetensors")).findFirst().get();
      assertThat(ImageClassifier.load(checkpoint).classNames()).isEqualTo(NAMES);
    }
  }

  @Test
  void aTrainingGoesOnWhereItWasAndAsItWas() {
    LabeledImages train = images(40, 1);
    ImageClassifier atOnce = small();
    atOnce.train(train, images(8, 2), TrainingOptions.epochs(3).quiet());
    Checkpointing run = Checkpointing.in(folder.resolve("run"));
    small()
        .train(
            train,
            images(8, 2),
            TrainingOptions.epochs(1).quiet().trainer(t -> t.checkpoints(run)));

    ImageClassifier resumed = small();
    TrainingOptions rest =
        TrainingOptions.epochs(3).quiet().trainer(t -> t.checkpoints(run).resumeIfPresent());
    History history = resumed.train(train, images(8, 2), rest);

    assertThat(history.epochs()).hasSize(3);
    assertThat(Numbers.of(resumed.net().state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(atOnce.net().state()));
    assertThatThrownBy(() -> small().train(train, images(8, 2), rest.balanced()))
        .hasMessageContaining("weights of the classes");
    assertThatThrownBy(() -> small().train(images(40, 3), images(8, 2), rest))
        .hasMessageContaining("training data image digest");
  }

  @Test
  void weightsCountInTheLoss() {
    LabeledImages train = images(40, 1);
    double[] balanced = ClassWeights.inverseFrequency(train.classCounts());
    assertThat(balanced).containsExactly(20 / 30.0, 2);
    List<double[]> trained = new ArrayList<>();
    for (TrainingOptions options :
        List.of(
            TrainingOptions.epochs(1).quiet(),
            TrainingOptions.epochs(1).quiet().balanced(),
            TrainingOptions.epochs(1).quiet().classWeights(balanced),
            TrainingOptions.epochs(1).quiet().seed(1),
            TrainingOptions.epochs(1).quiet().augmentation(new RandomShift(2)),
            TrainingOptions.epochs(1).quiet().batch(10),
            TrainingOptions.epochs(1).quiet().learningRate(0.1))) {
      ImageClassifier classifier = small();
      classifier.train(train, images(8, 2), options);
      trained.add(Numbers.of(classifier.net().state().get("classes.weight")));
    }
    assertThat(trained.get(2)).isEqualTo(trained.get(1));
    trained.remove(2);
    assertThat(trained.stream().map(Arrays::toString).distinct()).hasSize(trained.size());
  }

  @Test
  void imagesOfAnotherKindAreRefused() {
    ImageClassifier classifier = small();
    LabeledImages others = new LabeledImages(new byte[121], 1, 11, 11, new int[1], NAMES);
    LabeledImages named = images(4, 1).relabel(Map.of("dark", "d", "bright", "b"));
    TrainingOptions options = TrainingOptions.epochs(1).quiet();
    for (LabeledImages wrong : List.of(others, named)) {
      String why =
          wrong == others ? "images: expected [batch, 1, 10, 10], got [1, 1, 11, 11]" : "classes: ";
      assertThatThrownBy(() -> classifier.evaluate(wrong)).hasMessageContaining(why);
      assertThatThrownBy(() -> classifier.train(wrong, 1)).hasMessageContaining(why);
      assertThatThrownBy(() -> classifier.train(images(4, 1), wrong, options))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(why);
    }
    LabeledImages dark = images(4, 1).subset(1, 2, 3);
    assertThatThrownBy(
            () -> classifier.train(dark, dark, TrainingOptions.epochs(1).quiet().balanced()))
        .hasMessageContaining("at least 1 sample of each class");
  }

  // ---------------------------------------------------------------- choosing classes

  private static LabeledImages animals() {
    return new LabeledImages(
        new byte[] {0, 1, 2, 3, 4, 5},
        1,
        1,
        1,
        new int[] {0, 1, 2, 2, 1, 0},
        List.of("cat", "dog", "lion"));
  }

  private static void assertHolds(
      LabeledImages images, List<String> names, int[] labels, int... pixels) {
    assertThat(images.classNames()).isEqualTo(names);
    assertThat(IntStream.range(0, images.count()).map(images::label))
        .containsExactly(Arrays.stream(labels).boxed().toArray(Integer[]::new));
    assertThat(IntStream.range(0, images.count()).map(i -> images.byteImage(i).get(0, 0, 0)))
        .containsExactly(Arrays.stream(pixels).boxed().toArray(Integer[]::new));
  }

  @Test
  void classesAreReallyDropped() {
    assertHolds(
        animals().ofClasses("lion", "cat"),
        List.of("lion", "cat"),
        new int[] {1, 0, 0, 1},
        0,
        2,
        3,
        5);
    assertHolds(
        animals().relabel(Map.of("dog", "pet", "cat", "pet", "lion", "wild")),
        List.of("pet", "wild"),
        new int[] {0, 0, 1, 1, 0, 0},
        0,
        1,
        2,
        3,
        4,
        5);
    assertHolds(
        animals().relabel(Map.of("lion", "cat", "dog", "dog")),
        List.of("dog", "cat"),
        new int[] {0, 1, 1, 0},
        1,
        2,
        3,
        4);
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> animals().ofClasses("cow"),
            () -> animals().ofClasses("cat", "cat"),
            () -> animals().relabel(Map.of("cow", "pet")))) {
      assertThatThrownBy(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[cat, dog, lion]");
    }
  }
}
