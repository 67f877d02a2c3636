package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.PathCapsNet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;

/** The example as it is called from a shell, but for the end of the JVM. */
class MultiMnistExampleTest {

  /** Of the shapes that stand for digits; there are ten classes, and these have images. */
  private static final int CLASSES = 4;

  private static final int SIDE = 12;

  private static final int EPOCHS = 4;

  private static final double ROUNDING = 1e-9;

  @TempDir private static Path shared;

  /** Of pairs of shapes, long enough to learn them. */
  private static Outcome shapes;

  @TempDir private Path folder;

  private static Outcome run(Object... args) {
    return Outcome.of(
        new MultiMnistExample(), Arrays.stream(args).map(Object::toString).toArray(String[]::new));
  }

  /** A few pairs of shapes, with which nothing is learned. */
  private static Outcome runBriefly(Path out, int epochs, Object... more) {
    Object[] first = {
      "--data", shared.resolve("data"), "--batch", 8, "--epochs", epochs, "--out", out
    };
    return run(Stream.concat(Arrays.stream(first), Arrays.stream(more)).toArray());
  }

  @BeforeAll
  static void trainOnPairsOfShapes() throws IOException {
    Path data = Files.createDirectories(shared.resolve("data"));
    writeIdx(data, "train", 40);
    writeIdx(data, "t10k", 8);
    shapes =
        run(
            "--data",
            data,
            "--validation",
            0.2,
            "--pairs",
            25,
            "--batch",
            16,
            "--epochs",
            EPOCHS,
            "--test-pairs",
            25,
            "--reconstruction-weight",
            0.01,
            "--out",
            shared.resolve("shapes"));
  }

  /** Bars that stand and lie, squares and slants, thick or thin, in the format of MNIST. */
  private static void writeIdx(Path to, String part, int count) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
    images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      int label = i % CLASSES;
      int thick = 1 + i / CLASSES % 2;
      labels.put((byte) label);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          images.put((byte) (isInk(label, thick, y, x) ? 255 - i : 0));
        }
      }
    }
    Files.write(to.resolve(part + "-images-idx3-ubyte"), images.array());
    Files.write(to.resolve(part + "-labels-idx1-ubyte"), labels.array());
  }

  private static boolean isInk(int label, int thick, int y, int x) {
    int edge = Math.min(Math.min(x, y), SIDE - 1 - Math.max(x, y));
    return switch (label) {
      case 0 -> edge >= 1 && Math.abs(x - SIDE / 2) < thick;
      case 1 -> edge >= 1 && Math.abs(y - SIDE / 2) < thick;
      case 2 -> edge >= 1 && edge <= thick;
      default -> edge >= 1 && Math.abs(x - y) < thick;
    };
  }

  private static JsonNode metrics(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
  }

  // ---------------------------------------------------------------- what it learns

  /** Two of four classes by chance are right in one of six. */
  @Test
  void findsBothShapesOfMostPairs() throws IOException {
    assertThat(shapes.lastLine())
        .matches("test both digits right: \\d+\\.\\d\\d %, digits missed: \\d+\\.\\d\\d %");
    JsonNode metrics = metrics(shared.resolve("shapes"));
    double bothRight = metrics.get("bothRight").doubleValue();
    double missed = metrics.get("digitError").doubleValue();
    assertThat(bothRight).isGreaterThan(0.75);
    assertThat(missed).isBetween((1 - bothRight) / 2 - ROUNDING, 1 - bothRight + ROUNDING);
    assertThat(shapes.lastLine())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "test both digits right: %.2f %%, digits missed: %.2f %%",
                100 * bothRight,
                100 * missed));
  }

  @Test
  void saysWhatItTrainsOn() {
    assertThat(shapes.out())
        .contains(
            "800 training pairs in each epoch, 16 validation and 200 test pairs of 20×20 pixels, 10"
                + " classes");
  }

  // ---------------------------------------------------------------- what it leaves

  @Test
  void leavesModelFiguresAndPictures() throws IOException {
    Path out = shared.resolve("shapes");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors",
              "history.csv",
              "metrics.json",
              "curves.png",
              "pairs.png",
              "checkpoints");
    }
    List<String> history = Files.readAllLines(out.resolve("history.csv"));
    assertThat(history).hasSize(1 + EPOCHS);
    assertThat(history.get(0))
        .contains("train_margin", "train_reconstruction", "validation_all_right");
    assertThat(ImageClassifier.load(out.resolve("model.safetensors")).net())
        .isInstanceOf(EfficientCapsNet.class);
    JsonNode settings = metrics(out).get("settings");
    assertThat(settings.get("testPairs").intValue()).isEqualTo(200);
    assertThat(settings.get("network").textValue()).isEqualTo("EFFICIENT");
    assertThat(settings.get("training").textValue())
        .startsWith("epochs: " + EPOCHS + ", batches of ")
        .contains("Adam with a learning rate of ");
    assertThat(settings.get("changes").textValue()).isEqualTo("none");
  }

  @Test
  void thePictureHasTheTwoColoursOverOneAnother() throws IOException {
    BufferedImage picture = ImageIO.read(shared.resolve("shapes/pairs.png").toFile());
    Set<String> hues = new HashSet<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int red = picture.getRGB(x, y) >> 16 & 0xFF;
        int blue = picture.getRGB(x, y) & 0xFF;
        if (Math.abs(red - blue) > 100) {
          hues.add(red > blue ? "orange" : "blue");
        }
      }
    }
    assertThat(hues).containsExactlyInAnyOrder("orange", "blue");
    // Ten pairs of 20 pixels, each a square of 3.
    assertThat(picture.getWidth()).isGreaterThan(10 * 60);
    assertThat(picture.getHeight()).isGreaterThan(4 * 60);
  }

  // ---------------------------------------------------------------- resuming

  /** With what has a state of its own: the average, and the random changes of digits. */
  @Test
  void goesOnToTheSameBits() throws IOException {
    Path whole = folder.resolve("whole");
    List<Object> settings =
        new ArrayList<>(List.of("--rotate", 10, "--moving-average", 0.9, "--zoom", 0.1));
    String last = runBriefly(whole, 2, settings.toArray()).lastLine();

    // As if it had been killed after the first epoch.
    Path killed = folder.resolve("killed");
    Files.createDirectories(killed.resolve("checkpoints"));
    Path half = oldest(whole.resolve("checkpoints"));
    Files.copy(half, killed.resolve("checkpoints").resolve(half.getFileName()));
    assertThat(runBriefly(killed, 2, settings.toArray()).err())
        .startsWith(killed + " holds an unfinished training: --resume continues it");
    settings.add("--resume");
    assertThat(runBriefly(killed, 2, settings.toArray()).lastLine()).isEqualTo(last);
    assertThat(metrics(killed).get("settings").get("changes").textValue())
        .startsWith("RandomAffine[degrees=10.0, ");
    assertThat(killed.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    settings.set(1, 11);
    assertThat(runBriefly(killed, 3, settings.toArray()).err()).contains("another training");
  }

  private static Path oldest(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*\\d.*safetensors"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  // ---------------------------------------------------------------- options

  @Test
  void anotherNetworkAndItsOwnSizes() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome =
        runBriefly(out, 1, "--network", "path", "--dtype", "double", "--reconstruction-weight", 0);
    assertThat(outcome.lastLine()).startsWith("test both digits right");
    PathCapsNet net = (PathCapsNet) ImageClassifier.load(out.resolve("model.safetensors")).net();
    assertThat(net.type()).isEqualTo(DataType.DOUBLE);
    assertThat(net.architecture())
        .isEqualTo(PathCapsNet.Config.paper().with("image", new ImageShape(1, SIDE + 8, SIDE + 8)));

    assertThat(Files.readAllLines(out.resolve("history.csv")).get(0))
        .contains("train_margin")
        .doesNotContain("reconstruction");

    Path paper = folder.resolve("paper");
    assertThat(runBriefly(paper, 1, "--paper", "--train-size", 20, "--test-size", 6).out())
        .contains("30 test pairs");
    assertThat(
            ((EfficientCapsNet) ImageClassifier.load(paper.resolve("model.safetensors")).net())
                .architecture()
                .stem())
        .isEqualTo(EfficientCapsNet.Config.paper().stem());
  }

  /** Without early stopping 30 epochs; at such a rate only the statistics of features change. */
  @Test
  void stopsWhereNothingGetsBetter() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome = runBriefly(out, 30, "--patience", 1, "--learning-rate", 1e-12);
    assertThat(outcome.status()).isZero();
    List<String> lines = Files.readAllLines(out.resolve("history.csv"));
    int column = List.of(lines.get(0).split(",", -1)).indexOf("validation_all_right");
    List<Double> found =
        lines.stream().skip(1).map(line -> Double.valueOf(line.split(",", -1)[column])).toList();
    assertThat(found).hasSize(found.indexOf(Collections.max(found)) + 2).hasSizeLessThan(30);
    assertThat(metrics(out).get("settings").get("epochs").intValue()).isEqualTo(found.size());
  }

  @Test
  void helpListsEveryOption() {
    Outcome help = run("--help");
    assertThat(help.status()).isZero();
    List<String> names = new ArrayList<>();
    new CommandLine(new MultiMnistExample())
        .getCommandSpec()
        .options()
        .forEach(
            option -> {
              names.add(option.longestName());
              assertThat(option.hidden()).as(option.longestName()).isFalse();
              assertThat(option.description()).as(option.longestName()).isNotEmpty();
            });
    assertThat(names).contains("--network", "--pairs", "--train-size", "--rotate", "--resume");
    assertThat(help.out()).contains(names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--pairs 0 | --pairs: expected at least 1, got 0",
        "--pairs 2000000000 | --pairs: expected at most 2",
        "--validation-pairs 0 | --validation-pairs: expected at least 1, got 0",
        "--test-pairs 0 | --test-pairs: expected at least 1, got 0",
        "--patience 0 | --patience: expected at least 1, got 0",
        "--reconstruction-weight -1 | --reconstruction-weight: expected at least 0.0, got -1.0",
        "--rotate 181 | --rotate: expected 0 to 180, got 181.0",
        "--validation 0 | --validation: expected above 0, below 1, got 0.0",
        "--train-size 20000 | --train-size: expected at most 10000, got 20000",
        "--network matrix | --network: expected one with a decoder, got MATRIX",
        "--network resnet | --network: expected one with a decoder, got RESNET",
        "--data nowhere | nowhere: expected a folder with the four IDX files",
        "--data . --full | Error: --full, --data=FOLDER are mutually exclusive",
        "--shift 2 | Unknown options: '--shift', '2'",
      })
  void wrongArgumentsAreToldInOneLine(String args, String message) {
    List<Object> all = new ArrayList<>(List.of("--out", folder.resolve("out")));
    all.addAll(List.of(args.split(" ")));
    run(all.toArray()).requireComplaint(message);
  }
}
