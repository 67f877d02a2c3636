package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Sharing;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.examples.comparison.Contestants;
import org.capsnet.examples.digits.BundledMnist;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.RoutingChoice;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.io.FolderLock;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.SelfRoutingCapsNet;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.UniformRouting;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;

/** The example as it is called from a shell, but for the end of the JVM. */
class MnistExampleTest {

  private static final int TEST_SIZE = 32;
  private static final String[] TINY = {
    "--train-size", "64", "--test-size", "" + TEST_SIZE, "--epochs", "1", "--batch", "16"
  };

  @TempDir private static Path shared;

  private static Outcome digits;

  @TempDir private Path folder;

  private static Outcome run(String... args) {
    return Outcome.of(new MnistExample(), args);
  }

  private static Outcome run(String[] first, Object... more) {
    return run(
        Stream.concat(Arrays.stream(first), Arrays.stream(more).map(Object::toString))
            .toArray(String[]::new));
  }

  @BeforeAll
  static void trainOnAFewDigits() {
    digits = run(TINY, "--out", shared.resolve("digits"));
  }

  private static String accuracyOf(Path out, LabeledImages test) throws IOException {
    ImageClassifier classifier = ImageClassifier.load(out.resolve("model.safetensors"));
    double accuracy =
        classifier
            .evaluate(ImageIterator.builder(test, 10).dataType(classifier.net().type()).build())
            .accuracy();
    return String.format(Locale.ROOT, "test accuracy: %.2f %%", 100 * accuracy);
  }

  // ---------------------------------------------------------------- what it leaves

  @Test
  void endsWithTheAccuracyThatTheSavedModelHas() throws IOException {
    assertThat(digits.lastLine())
        .isEqualTo(accuracyOf(shared.resolve("digits"), BundledMnist.test().take(TEST_SIZE)));
  }

  @Test
  void saysWhatItTrainsOnAndHowEachClassFared() {
    assertThat(digits.out())
        .contains("validation and 32 test images of 28×28 pixels, 10 classes")
        .contains("8,215,728")
        .containsPattern("class +images +precision +recall +F1");
    for (int digit = 0; digit < 10; digit++) {
      assertThat(digits.out()).containsPattern("(?m)^" + digit + " +\\d+ ");
    }
  }

  @Test
  void leavesModelHistoryAndPictures() throws IOException {
    Path out = shared.resolve("digits");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors",
              "history.csv",
              "curves.png",
              "reconstructions.png",
              "perturbations.png",
              "checkpoints");
    }
    CapsNet.Config architecture =
        ((CapsNet) ImageClassifier.load(out.resolve("model.safetensors")).net()).architecture();
    assertThat(architecture).isEqualTo(CapsNet.Config.paper());
    assertThat(Files.readAllLines(out.resolve("history.csv"))).hasSize(2);
    for (String picture : List.of("curves.png", "reconstructions.png", "perturbations.png")) {
      BufferedImage image = ImageIO.read(out.resolve(picture).toFile());
      assertThat(image.getWidth()).as(picture).isBetween(500, 2000);
      assertThat(isOfOneColour(image)).as(picture).isFalse();
    }
    // 16 dimensions in 11 steps, of 28 pixels and a gap at the least.
    BufferedImage perturbations = ImageIO.read(out.resolve("perturbations.png").toFile());
    assertThat(perturbations.getHeight()).isGreaterThan(16 * 28);
    assertThat(perturbations.getWidth()).isGreaterThan(11 * 28);
  }

  private static boolean isOfOneColour(BufferedImage image) {
    int first = image.getRGB(0, 0);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if (image.getRGB(x, y) != first) {
          return false;
        }
      }
    }
    return true;
  }

  /** With every change of images and the average of weights, which resuming has to find again. */
  @Test
  void trainsTheOtherNetwork() throws IOException {
    Path out = folder.resolve("efficient");
    Object[] more = {
      "--network",
      "efficient",
      "--rotate",
      15,
      "--zoom",
      0.1,
      "--shear",
      5,
      "--cut-out",
      4,
      "--moving-average",
      0.9,
      "--schedule",
      "one_cycle",
      "--average-shifts",
      1,
      "--out",
      out
    };
    Outcome outcome = run(TINY, more);
    assertThat(outcome.lastLine()).matches("test accuracy: \\d+\\.\\d\\d %");
    assertThat(outcome.out())
        .contains("1,573,168")
        .containsPattern("test accuracy averaged over 9 shifts: \\d+\\.\\d\\d %");
    assertThat(out.resolve("reconstructions.png")).exists();
    EfficientCapsNet net =
        (EfficientCapsNet) ImageClassifier.load(out.resolve("model.safetensors")).net();
    assertThat(net.architecture()).isEqualTo(EfficientCapsNet.Config.paper());
    assertThat(run(TINY, Stream.concat(Arrays.stream(more), Stream.of("--resume")).toArray()))
        .extracting(Outcome::lastLine)
        .isEqualTo(outcome.lastLine());
  }

  /** With the loss of activations that are no lengths. */
  @Test
  void writesForTensorBoard() throws IOException {
    Path boards = folder.resolve("boards");
    runOnPictures("--epochs", 1, "--tensorboard", boards, "--out", folder.resolve("out"));
    try (Stream<Path> files = Files.list(boards)) {
      Path file = files.findFirst().orElseThrow();
      assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .contains("epoch/validation_loss", "capsules/classes.out", "weights/classes.weight");
    }
    Path taken = Files.createFile(folder.resolve("taken"));
    assertThat(runOnPictures("--tensorboard", taken, "--out", folder.resolve("other")).err())
        .contains("--tensorboard: expected a folder, got " + taken);
  }

  @Test
  void trainsWithAnotherRouting() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome =
        runOnPictures("--epochs", 1, "--routing", "em", "--routing-iterations", 2, "--out", out);
    assertThat(outcome.lastLine()).matches("test accuracy: \\d+\\.\\d\\d %");
    CapsNet net = (CapsNet) ImageClassifier.load(out.resolve("model.safetensors")).net();
    assertThat(net.architecture().routing()).isEqualTo(new EmRouting(2));
    assertThat(Files.readAllLines(out.resolve("history.csv")).get(0)).contains("train_spread");
  }

  @Test
  void matricesCanBeShared() throws IOException {
    Path out = folder.resolve("out");
    runOnPictures("--epochs", 1, "--routing", "uniform", "--share-matrices", "--out", out);
    CapsNet net = (CapsNet) ImageClassifier.load(out.resolve("model.safetensors")).net();
    assertThat(net.architecture().votes()).isEqualTo(new DenseVotes(Sharing.ALL, false));
    assertThat(net.architecture().routing()).isEqualTo(new UniformRouting());
  }

  /** What reads poses would have nothing to go by in those of one number. */
  @Test
  void classCapsulesOfSelfRoutingHaveAPoseForWhatReadsIt() {
    for (RoutingChoice routing : Contestants.allRoutings()) {
      if (routing.name().startsWith("test/")) {
        continue; // of another test
      }
      SelfRoutingCapsNet.Config config =
          (SelfRoutingCapsNet.Config)
              NetworkChoice.SELF_ROUTING.with(SelfRoutingCapsNet.Config.paper(), routing, 2);
      assertThat(config.routing()).isEqualTo(routing.of(2));
      assertThat(config.classDim()).isEqualTo(routing.name().equals("self-routing") ? 1 : 16);
    }
  }

  /** Each of them makes another network, and none of them one that is not a network. */
  @Test
  void whatChangesTheTrainingChangesTheNetwork() throws IOException {
    Set<String> weights = new HashSet<>();
    List<String> ways =
        List.of("", "--flips", "--mix-up 0.3", "--smooth-labels 0.1", "--weight-decay 1");
    for (String way : ways) {
      Path out = folder.resolve("out" + way);
      List<Object> options = new ArrayList<>(List.of("--epochs", 1, "--out", out));
      options.addAll(way.isEmpty() ? List.of() : List.of(way.split(" ")));
      assertThat(runOnPictures(options.toArray()).lastLine()).startsWith("test accuracy");
      ImageClassifier classifier = ImageClassifier.load(TrainingOptions.model(out));
      weights.add(classifier.net().parameters().get("stem.0.weight").value().toStringFull());
    }
    assertThat(weights).hasSize(ways.size());
  }

  @Test
  void aCycleNeedsThreeSteps() {
    Outcome refused =
        run(
            "--train-size 20 --batch 20 --epochs 2 --schedule one_cycle --network efficient --out"
                .split(" "),
            folder.resolve("out"));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("--schedule ONE_CYCLE: expected a training of 3 steps or more, got 2");
  }

  @Test
  void mixedLabelsAreNoneOfTheSpreadLoss() throws IOException {
    for (String option : List.of("--mix-up", "--smooth-labels")) {
      Outcome refused =
          runOnPictures("--routing", "em", option, 0.1, "--out", folder.resolve("out"));
      assertThat(refused.status()).isEqualTo(2);
      assertThat(refused.err().strip())
          .isEqualTo(
              "--mix-up and --smooth-labels: expected a loss that takes shares of classes, got the"
                  + " spread loss");
    }
  }

  @Test
  void aNetworkWithoutADecoderTakesNoWeightOfReconstructions() throws IOException {
    Path out = folder.resolve("out");
    Outcome refused =
        runOnPictures("--network", "resnet", "--reconstruction-weight", 0.1, "--out", out);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err().strip())
        .isEqualTo(
            "--reconstruction-weight: expected a network with a decoder, got RESNET without");
    assertThat(out).doesNotExist();
  }

  @Test
  void severalSeedsAreTrainedOneAfterAnotherAndNotAgain() throws IOException {
    Path out = folder.resolve("out");
    Object[] options = {"--epochs", 1, "--seed", 4, "--seeds", 2, "--out", out};
    Outcome both = runOnPictures(options);
    assertThat(both.lastLine())
        .matches("test accuracy: \\d+\\.\\d\\d ± \\d+\\.\\d\\d % \\(2 runs\\)");
    List<String> table = Files.readAllLines(out.resolve("seeds.csv"));
    assertThat(table).hasSize(3).first().isEqualTo("seed,test_accuracy");
    assertThat(table.get(1)).startsWith("4,");
    assertThat(table.get(2)).startsWith("5,");
    byte[] first = Files.readAllBytes(out.resolve("seed-4/model.safetensors"));
    assertThat(Files.readAllBytes(out.resolve("seed-5/model.safetensors"))).isNotEqualTo(first);
    assertThat(out.resolve("seed-5/curves.png")).isNotEmptyFile();

    Path alone = folder.resolve("alone");
    runOnPictures("--epochs", 1, "--seed", 4, "--out", alone);
    assertThat(out.resolve("seed-4/history.csv")).exists();
    assertThat(alone.resolve("model.safetensors")).hasBinaryContent(first);

    Map<String, String> checkpoints = checkpoints(out.resolve("seed-5"));
    assertThat(runOnPictures(options).status()).isEqualTo(1);
    Object[] resumed = Stream.concat(Arrays.stream(options), Stream.of("--resume")).toArray();
    assertThat(runOnPictures(resumed).lastLine()).isEqualTo(both.lastLine());
    assertThat(checkpoints(out.resolve("seed-5"))).isEqualTo(checkpoints);
  }

  // ---------------------------------------------------------------- resuming

  private static Map<String, String> checkpoints(Path out) throws IOException {
    Map<String, String> times = new TreeMap<>();
    try (Stream<Path> files = Files.list(out.resolve("checkpoints"))) {
      for (Path file : files.toList()) {
        times.put(file.getFileName().toString(), Files.getLastModifiedTime(file).toString());
      }
    }
    return times;
  }

  /** Small pictures, so that the checkpoints are written fast. */
  private Outcome runOnPictures(Object... more) throws IOException {
    Path pictures = folder.resolve("pictures");
    if (!Files.exists(pictures)) {
      drawPictures(pictures);
    }
    String[] first = {
      "--images", pictures.toString(), "--image-size", "18", "--batch", "8", "--shift", "1"
    };
    return run(first, more);
  }

  @Test
  void aFinishedTrainingIsNotTrainedAgainAndALongerOneGoesOn() throws IOException {
    Path out = folder.resolve("out");
    Outcome first = runOnPictures("--epochs", 1, "--out", out);
    byte[] model = Files.readAllBytes(out.resolve("model.safetensors"));
    List<String> history = Files.readAllLines(out.resolve("history.csv"));
    Map<String, String> checkpoints = checkpoints(out);

    Outcome again = runOnPictures("--epochs", 1, "--out", out, "--resume");
    assertThat(again.lastLine()).isEqualTo(first.lastLine());
    assertThat(out.resolve("model.safetensors")).hasBinaryContent(model);
    assertThat(Files.readAllLines(out.resolve("history.csv"))).isEqualTo(history);
    assertThat(checkpoints(out)).isEqualTo(checkpoints);

    assertThat(runOnPictures("--epochs", 2, "--out", out, "--resume").status()).isZero();
    assertThat(Files.readAllLines(out.resolve("history.csv")))
        .hasSize(3)
        .startsWith(history.toArray(String[]::new));

    Outcome other = runOnPictures("--epochs", 3, "--out", out, "--resume", "--dtype", "double");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err().lines().filter(line -> line.contains("another training"))).hasSize(1);
    assertThat(other.err()).doesNotContain("\tat ");
  }

  @Test
  void anUnfinishedTrainingIsNotBegunAnewUnasked() throws IOException {
    Path out = folder.resolve("out");
    assertThat(runOnPictures("--epochs", 1, "--out", out).status()).isZero();
    Path history = out.resolve("history.csv");
    String[] nowhere = {"--images", folder.resolve("nowhere").toString(), "--epochs", "1"};
    assertThat(run(nowhere, "--out", out).status()).isEqualTo(1);
    assertThat(history).exists(); // what could not begin leaves the last one as it is

    Files.delete(history); // as a training that was killed has none
    Map<String, String> checkpoints = checkpoints(out);
    Outcome refused = runOnPictures("--epochs", 1, "--out", out);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err().strip())
        .isEqualTo(
            out
                + " holds an unfinished training:"
                + " --resume continues it, --overwrite starts again");
    assertThat(checkpoints(out)).isEqualTo(checkpoints);

    assertThat(runOnPictures("--epochs", 1, "--out", out, "--overwrite").status()).isZero();
    assertThat(history).exists();
    assertThat(checkpoints(out)).isNotEqualTo(checkpoints);
  }

  @Test
  void aFinishedTrainingIsNotOverwrittenUnasked() throws IOException {
    Path out = shared.resolve("digits");
    byte[] model = Files.readAllBytes(out.resolve("model.safetensors"));
    Outcome refused = run(TINY, "--out", out);
    refused.requireComplaint(
        out
            + " holds a finished training: --resume with more --epochs continues it,"
            + " --overwrite starts again, --out takes another folder");
    assertThat(out.resolve("model.safetensors")).hasBinaryContent(model);
    run(TINY, "--out", out, "--resume", "--overwrite")
        .requireComplaint("--resume and --overwrite: expected one of them, got both");
  }

  @Test
  void aTrainingKilledBeforeItsFirstCheckpointHasNothingToLose() throws IOException {
    Path out = folder.resolve("out");
    Files.createDirectories(out.resolve("checkpoints"));
    assertThat(runOnPictures("--epochs", 1, "--out", out).status()).isZero();
  }

  @Test
  void anOutputFolderIsForOneRunAtATime() throws IOException {
    Path out = folder.resolve("out");
    try (FolderLock lock = FolderLock.of(out)) {
      Outcome refused = runOnPictures("--epochs", 1, "--out", out);
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.err().strip())
          .isEqualTo(out + " is in use by another run, of this process");
    }
    assertThat(out).isEmptyDirectory();
  }

  @Test
  void anotherTrainingIsNotTakenForTheSame() throws IOException {
    Path out = folder.resolve("out");
    assertThat(runOnPictures("--epochs", 1, "--out", out).status()).isZero();
    assertThat(
            ImageClassifier.load(out.resolve("checkpoints").resolve("best.safetensors"))
                .classNames())
        .containsExactly("apple", "leaf", "sky");
    byte[] history = Files.readAllBytes(out.resolve("history.csv"));
    assertRefused(
        runOnPictures("--epochs", 2, "--out", out, "--resume", "--seed", 2),
        "another training: seed: expected 2, got 1",
        "; training data image digest: expected ");
    assertRefused(
        runOnPictures("--epochs", 2, "--out", out, "--resume", "--routing-iterations", 2),
        " capsnet.network: expected …");
    Path pictures = folder.resolve("pictures");
    Files.move(pictures.resolve("apple"), pictures.resolve("cat"));
    assertRefused(
        runOnPictures("--epochs", 2, "--out", out, "--resume"),
        "training data classes: expected [cat, leaf, sky], got [apple, leaf, sky]");
    assertThat(out.resolve("history.csv")).hasBinaryContent(history);
  }

  private static void assertRefused(Outcome outcome, String... differences) {
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines().filter(line -> line.contains("another training")))
        .singleElement()
        .asString()
        .contains(differences);
  }

  /** Ctrl-C gives SIGINT, and {@code kill} SIGTERM: for a JVM they are the same. */
  @Test
  void whenItIsAskedToEndItSavesAndSaysHowToGoOn() throws Exception {
    Path out = folder.resolve("out");
    runOnPictures("--help"); // draws them
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                MnistExample.class.getName(),
                "--images",
                folder.resolve("pictures").toString(),
                "--image-size",
                "18",
                "--batch",
                "8",
                "--shift",
                "1",
                "--epochs",
                "100000",
                "--checkpoint-every",
                "100000",
                "--out",
                out.toString())
            .redirectErrorStream(true)
            .start();
    assumeTrue(process.supportsNormalTermination());
    List<String> said = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
        if (line.contains("epoch 2/100000: begins")) {
          process.toHandle().destroy(); // unlike process.destroy(), it leaves the streams open
        }
      }
    }
    process.waitFor();
    assertThat(said)
        .as("%s", said)
        .filteredOn(
            line ->
                line.matches(
                    "interrupted after \\d+ steps, \\d+ of 100000 epochs: a checkpoint is written,"
                        + " and --resume with the same options continues"))
        .hasSize(1);
    assertThat(out.resolve("model.safetensors")).doesNotExist();
    assertThat(runOnPictures("--epochs", 1, "--out", out, "--resume").lastLine())
        .startsWith("test accuracy");
  }

  // ---------------------------------------------------------------- other images

  static void drawPictures(Path to) throws IOException {
    Random random = new Random(3);
    List<Color> colours = List.of(Color.RED, Color.GREEN, Color.BLUE);
    List<String> names = List.of("apple", "leaf", "sky");
    for (int i = 0; i < 24; i++) {
      BufferedImage picture =
          new BufferedImage(
              15 + random.nextInt(20), 15 + random.nextInt(20), BufferedImage.TYPE_INT_RGB);
      Graphics2D g = picture.createGraphics();
      g.setColor(colours.get(i % 3));
      g.fillRect(random.nextInt(8), random.nextInt(8), 10, 10);
      g.dispose();
      Path file = to.resolve(names.get(i % 3)).resolve(i + (i % 2 == 0 ? ".png" : ".bmp"));
      Files.createDirectories(file.getParent());
      ImageIO.write(picture, i % 2 == 0 ? "png" : "bmp", file.toFile());
    }
  }

  @Test
  void trainsOnOnesOwnPictures() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome = runOnPictures("--epochs", 2, "--train-size", 15, "--out", out);
    assertThat(outcome.lastLine()).matches("test accuracy: \\d+\\.\\d\\d %");
    assertThat(outcome.out())
        .contains("12 training, 3 validation and 6 test images of 18×18 pixels, 3 classes")
        .contains("apple");
    ImageClassifier classifier = ImageClassifier.load(out.resolve("model.safetensors"));
    assertThat(classifier.classNames()).containsExactly("apple", "leaf", "sky");
    assertThat(classifier.image().channels()).isEqualTo(3);
    assertThat(
            classifier
                .predict(folder.resolve("pictures").resolve("sky").resolve("2.png"))
                .className())
        .isIn(classifier.classNames());
  }

  @Test
  void trainsOnIdxFilesOfAFolder() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    writeIdx(data, "train", 20, false);
    writeIdx(data, "t10k", 10, true);
    Path out = folder.resolve("out");
    String[] args = {"--data", data.toString(), "--epochs", "1", "--batch", "10"};
    Outcome outcome = run(args, "--out", out, "--routing-iterations", 1, "--dtype", "double");
    assertThat(outcome.lastLine()).matches("test accuracy: \\d+\\.\\d\\d %");
    assertThat(outcome.out()).contains("and 10 test images of 18×18 pixels, 10 classes");
    CapsNet net = (CapsNet) ImageClassifier.load(out.resolve("model.safetensors")).net();
    assertThat(net.type()).isEqualTo(DataType.DOUBLE);
    assertThat(net.architecture().routing()).isEqualTo(new DynamicRouting(1));
  }

  /** Squares that grow with their label, in the format of MNIST. */
  private static void writeIdx(Path to, String part, int count, boolean packed) throws IOException {
    int side = 18;
    ByteBuffer images = ByteBuffer.allocate(16 + count * side * side);
    images.putInt(0x803).putInt(count).putInt(side).putInt(side);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      int label = i % 10;
      labels.put((byte) label);
      for (int p = 0; p < side * side; p++) {
        boolean inside = p / side <= label + 3 && p % side <= label + 3;
        images.put((byte) (inside ? 255 : 0));
      }
    }
    String ending = packed ? ".gz" : "";
    write(to.resolve(part + "-images-idx3-ubyte" + ending), images.array(), packed);
    write(to.resolve(part + "-labels-idx1-ubyte" + ending), labels.array(), packed);
  }

  private static void write(Path file, byte[] content, boolean packed) throws IOException {
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream out = packed ? new GZIPOutputStream(plain) : plain) {
      out.write(content);
    }
  }

  // ---------------------------------------------------------------- arguments

  @Test
  void helpListsEveryOption() {
    Outcome help = run("--help");
    assertThat(help.status()).isZero();
    List<String> names = new ArrayList<>();
    new CommandLine(new MnistExample())
        .getCommandSpec()
        .options()
        .forEach(
            option -> {
              names.add(option.longestName());
              assertThat(option.hidden()).as(option.longestName()).isFalse();
              assertThat(option.description()).as(option.longestName()).isNotEmpty();
            });
    assertThat(names)
        .contains(
            "--epochs",
            "--batch",
            "--routing-iterations",
            "--reconstruction-weight",
            "--data",
            "--full",
            "--images",
            "--seed",
            "--out",
            "--resume",
            "--dtype");
    assertThat(help.out()).contains(names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs 0 | --epochs: expected at least 1, got 0",
        "--batch 0 | --batch: expected at least 1, got 0",
        "--learning-rate 0 | --learning-rate: expected above 0.0, got 0.0",
        "--learning-rate NaN | --learning-rate: expected above 0.0, got NaN",
        "--shift -1 | --shift: expected at least 0, got -1",
        "--rotate 181 | --rotate: expected 0 to 180, got 181.0",
        "--zoom 1 | --zoom: expected 0 to below 1, got 1.0",
        "--shear NaN | --shear: expected 0 to below 90, got NaN",
        "--rotate 5 --warp-share 0 | --warp-share: expected above 0, at most 1, got 0.0",
        "--warp-share 0.5 | --warp-share: expected one of --rotate, --zoom and --shear beside it, got 0.5",
        "--cut-out -1 | --cut-out: expected at least 0, got -1",
        "--erase 1.5 | --erase: expected 0 to 1, got 1.5",
        "--mix-up 1.5 | --mix-up: expected 0 to 1, got 1.5",
        "--smooth-labels 1 | --smooth-labels: expected 0 to below 1, got 1.0",
        "--weight-decay -1 | --weight-decay: expected at least 0.0, got -1.0",
        "--seeds 0 | --seeds: expected at least 1, got 0",
        "--seed 9223372036854775807 --seeds 2 | --seed: expected at most 9223372036854775805 where"
            + " --seeds is 2, got 9223372036854775807",
        "--moving-average 1 | --moving-average: expected 0 to below 1, got 1.0",
        "--average-shifts -1 | --average-shifts: expected at least 0, got -1",
        "--schedule linear | Invalid value for option '--schedule': expected one of [EXPONENTIAL,"
            + " COSINE, ONE_CYCLE]",
        "--network lenet | Invalid value for option '--network': expected one of [CAPSNET,"
            + " EFFICIENT, MATRIX, SELF_ROUTING, HVC, PATH, DEEP, ATTENTION, RESNET]",
        "--network efficient --routing-iterations 3 | --routing-iterations: expected a routing with"
            + " iterations, got self-attention",
        "--network path --share-matrices | --share-matrices: expected the network CAPSNET, got"
            + " PATH",
        "--network hvc --routing em | --routing: expected a network with a routing to choose, got"
            + " HVC",
        "--network resnet --routing-iterations 2 | --routing-iterations: expected a routing with"
            + " iterations, got RESNET",
        "--routing majority | Invalid value for option '--routing': expected one of attention,"
            + " deepcaps, dynamic, em, fan-in,",
        "--routing em:warmth=2 | --routing em:warmth=2: not a routing: ",
        "--routing dynamic:leaky | Invalid value for option '--routing': expected as name or"
            + " name:setting=value, each setting once, got dynamic:leaky",
        "--routing-iterations 0 | --routing-iterations: expected at least 1, got 0",
        "--reconstruction-weight -1 | --reconstruction-weight: expected at least 0.0, got -1.0",
        "--grey | --grey: expected --images beside it, got none",
        "--image-size 40 | --image-size: expected --images or --dataset SMALLNORB beside it, got 40",
        "--network matrix --margin 0 | --margin: expected above 0, up to 1, got 0.0",
        "--network matrix --margin NaN | --margin: expected above 0, up to 1, got NaN",
        "--margin 0.5 | --margin: expected EM routing, which has a spread loss, got dynamic",
        "--network resnet --margin 0.5 | --margin: expected EM routing, which has a spread loss, got"
            + " RESNET",
        "--checkpoint-every -1 | --checkpoint-every: expected at least 0, got -1",
        "--dtype half | --dtype: expected FLOAT or DOUBLE, got HALF",
        "--image-size 0 | --image-size: expected at least 1, got 0",
        "--validation 1.5 | --validation: expected above 0, below 1, got 1.5",
        "--validation 0 | --validation: expected above 0, below 1, got 0.0",
        "--train-size 0 | --train-size: expected at least 1, got 0",
        "--train-size 20000 | --train-size: expected at most 10000, got 20000",
        "--train-size 2 | training images: expected two or more of each class",
        "--test-size -1 | --test-size: expected at least 1, got -1",
        "--test-size 2001 | --test-size: expected at most 2000, got 2001",
        "--images . --full | Error: --full, --images=FOLDER are mutually exclusive",
        "--test-images . | --test-images: expected --images beside it, got .",
        "--images nowhere | nowhere: expected a folder with one sub-folder for each class",
        "--data nowhere | nowhere: expected a folder with the four IDX files",
        "--dataset FASHION | --dataset FASHION is not bundled: add --full or --data PLACE",
        "--dataset cifar10 | --dataset CIFAR10 is not bundled: add --data PLACE",
        "--dataset coil20 --full | --full: expected --dataset MNIST, FASHION or AFFNIST, got"
            + " COIL20",
        "--dataset smallnorb --data . --image-size 97 | --image-size: expected at most 96, that of"
            + " SMALLNORB, got 97",
        "--average-shifts 28 | --average-shifts: expected less than the images' side 28, got 28",
        "--dataset fashion --images . | --dataset: expected none with --images, got FASHION",
        "--dataset cifar10 --data nowhere | nowhere is not a folder: expected data_batch_1.bin,",
        "--dataset smallnorb --data nowhere | nowhere is not a folder: expected smallnorb-5x46789x",
        "--epochs many | Invalid value for option '--epochs': 'many' is not an int",
        "--dataset letters | Invalid value for option '--dataset': expected one of [MNIST,"
            + " FASHION, AFFNIST, CIFAR10, SMALLNORB, COIL20]",
        "--epoch | Unknown option: '--epoch'",
        "--out | Missing required parameter for option '--out'",
        "stray | Unmatched argument at index 2: 'stray'",
      })
  void wrongArgumentsAreToldInOneLine(String args, String message) {
    List<String> all = new ArrayList<>(List.of(args.split(" ")));
    if (!all.contains("--out")) {
      all.addAll(0, List.of("--out", folder.resolve("out").toString()));
    }
    Outcome outcome = run(all.toArray(String[]::new));
    outcome.requireComplaint(message);
  }

  @Test
  void anOutputFolderThatIsAFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Outcome outcome = run("--out", file.toString());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().strip())
        .isEqualTo(file + ": there is a file where a folder should be");
  }

  @Test
  void picturesForTheTestMayHaveAFolderOfTheirOwn() throws IOException {
    Path test = folder.resolve("test");
    drawPictures(test);
    Files.delete(PictureFiles.pictures(test.resolve("apple")).get(0));
    Outcome outcome =
        runOnPictures(
            "--epochs",
            1,
            "--validation",
            0.25,
            "--out",
            folder.resolve("out"),
            "--test-images",
            test);
    assertThat(outcome.out()).contains("18 training, 6 validation and 23 test images");
    assertThat(outcome.lastLine()).startsWith("test accuracy");
  }

  @Test
  void picturesForTheTestAreOfClassesThatTrainingHas() throws IOException {
    Path test = folder.resolve("test");
    drawPictures(test);
    Files.move(test.resolve("apple"), test.resolve("quince"));
    Outcome outcome = runOnPictures("--out", folder.resolve("out"), "--test-images", test);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains(test + ": classes: expected some of [apple", "[quince]");
    assertThat(folder.resolve("out/checkpoints")).doesNotExist();
  }

  @Test
  void picturesTooSmallForTheNetworkAreToldWhatWouldFit() throws IOException {
    drawPictures(folder.resolve("pictures"));
    String[] args = {"--images", folder.resolve("pictures").toString(), "--image-size", "12"};
    Outcome outcome = run(args, "--out", folder.resolve("out"));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).contains("images of at least 17×17 would fit");
  }

  @Test
  void tooFewPicturesAreSaidWithWhyOthersWereSkipped() throws IOException {
    Path pictures = folder.resolve("pictures");
    drawPictures(folder.resolve("drawn"));
    for (String name : List.of("a", "b")) {
      Path sub = Files.createDirectories(pictures.resolve(name));
      Files.copy(PictureFiles.pictures(folder.resolve("drawn/apple")).get(0), sub.resolve("1.png"));
      Files.writeString(sub.resolve("2.png"), "not one");
    }
    Outcome outcome =
        run(new String[] {"--images", pictures.toString()}, "--out", folder.resolve("out"));
    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.err())
        .contains("expected two or more pictures of a class")
        .contains("; 2 skipped, the first because: ")
        .contains("a/2.png: it is not a picture that this JVM can read");
  }
}
