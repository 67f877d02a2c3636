package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.capsnet.data.OnFault;
import org.capsnet.data.SampleSource;
import org.capsnet.data.detection.VocFolder;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.detection.ObjectDetector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;

class DetectionExampleTest {

  private static final String[] TINY = {
    "--image-size",
    "36",
    "--train-size",
    "24",
    "--validation-size",
    "6",
    "--test-size",
    "10",
    "--epochs",
    "1",
    "--batch",
    "8"
  };

  @TempDir private static Path shared;

  private static Outcome scenes;

  @TempDir private Path folder;

  private static Outcome run(String[] first, Object... more) {
    return Outcome.of(
        new DetectionExample(),
        Stream.concat(Arrays.stream(first), Arrays.stream(more).map(Object::toString))
            .toArray(String[]::new));
  }

  private static Outcome run(String... args) {
    return Outcome.of(new DetectionExample(), args);
  }

  @BeforeAll
  static void trainOnAFewScenes() {
    scenes = run(TINY, "--out", shared.resolve("scenes"));
  }

  private static JsonNode metrics(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
  }

  // ---------------------------------------------------------------- what it leaves

  @Test
  void leavesModelFiguresAndPictures() throws IOException {
    assertThat(scenes.lastLine()).matches("test mAP@0.5: 0\\.\\d{4}, mAP@0.5:0.95: 0\\.\\d{4}");
    Path out = shared.resolve("scenes");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors",
              "history.csv",
              "curves.png",
              "detections.png",
              "precision-recall.png",
              "metrics.json",
              "checkpoints");
    }
    ObjectDetector detector = ObjectDetector.load(out.resolve("model.safetensors"));
    assertThat(detector.net()).isInstanceOf(GridCapsuleDetector.class);
    assertThat(detector.classNames()).hasSize(10).contains("7");
    assertThat(Files.readAllLines(out.resolve("history.csv"))).hasSize(2);
    // Ten scenes in rows of four.
    BufferedImage picture = ImageIO.read(out.resolve("detections.png").toFile());
    assertThat(picture.getWidth()).isEqualTo(4 * 326 + 6);
    assertThat(picture.getHeight()).isEqualTo(3 * 326 + 6);
    assertThat(Files.readAllLines(out.resolve("history.csv")).get(0))
        .contains(",train_box,")
        .contains(",validation_map50,");
    // A chart for the loss, each of its two terms and the mean average precision, three in a row.
    BufferedImage curves = ImageIO.read(out.resolve("curves.png").toFile());
    assertThat(curves.getWidth()).isEqualTo(3 * 560);
    assertThat(curves.getHeight()).isEqualTo(2 * 400);
    assertThat(ImageIO.read(out.resolve("precision-recall.png").toFile()).getWidth())
        .isEqualTo(560);
  }

  @Test
  void saysWhatItTrainsOnAndHowEachClassFared() {
    assertThat(scenes.out())
        .contains("24 training, 6 validation and 10 test scenes of 36×36 pixels")
        .contains("GRID detector")
        .containsPattern("class +objects +AP@0.5 +AP@0.5:0.95");
    for (int digit = 0; digit < 10; digit++) {
      assertThat(scenes.out()).containsPattern("(?m)^" + digit + " +\\d+ ");
    }
  }

  @Test
  void theFiguresAreThoseOfTheLine() throws IOException {
    JsonNode metrics = metrics(shared.resolve("scenes"));
    assertThat(scenes.lastLine())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "test mAP@0.5: %.4f, mAP@0.5:0.95: %.4f",
                metrics.get("mAP@0.5").doubleValue(),
                metrics.get("mAP@0.5:0.95").doubleValue()));
    assertThat(metrics.get("classes")).hasSize(10);
    assertThat(metrics.get("classes").get(3).get("name").asText()).isEqualTo("3");
    JsonNode settings = metrics.get("settings");
    assertThat(settings.get("detector").asText()).isEqualTo("GRID");
    assertThat(settings.get("training").intValue()).isEqualTo(24);
    assertThat(settings.get("test").intValue()).isEqualTo(10);
    assertThat(settings.get("epochs").intValue()).isEqualTo(1);
  }

  // ---------------------------------------------------------------- resuming

  @Test
  void aTrainingThatGoesOnEndsAsAnUnbrokenOne() throws IOException {
    String[] small = Arrays.copyOf(TINY, TINY.length);
    small[9] = "2";
    small[3] = "8";
    Path whole = folder.resolve("whole");
    Outcome unbroken = run(small, "--detector", "capsule", "--out", whole);
    assertThat(unbroken.status()).as(unbroken.err()).isZero();
    Path out = folder.resolve("out");
    assertThat(run(small, "--detector", "capsule", "--out", out).status()).isZero();
    try (Stream<Path> files = Files.list(out.resolve("checkpoints"))) {
      for (Path file : files.toList()) {
        if (file.toString().contains("-2.") || file.toString().contains("best")) {
          Files.delete(file); // as if it had been killed after the first of two epochs
        }
      }
    }
    Files.delete(out.resolve("history.csv"));
    Outcome refused = run(small, "--detector", "capsule", "--out", out);
    assertThat(refused.err().strip())
        .isEqualTo(
            out
                + " holds an unfinished training:"
                + " --resume continues it, --overwrite starts again");
    Outcome resumed = run(small, "--detector", "capsule", "--out", out, "--resume");
    assertThat(resumed.lastLine()).isEqualTo(unbroken.lastLine());
    assertThat(out.resolve("model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    assertThat(ObjectDetector.load(out.resolve("model.safetensors")).net())
        .isInstanceOf(CapsuleDetector.class);
  }

  // ---------------------------------------------------------------- pictures of one's own

  /** Red squares and blue discs on white, up to two of each. */
  private static void drawVoc(Path to, int count, boolean splits) throws IOException {
    Files.createDirectories(to.resolve("JPEGImages"));
    Files.createDirectories(to.resolve("Annotations"));
    Random random = new Random(5);
    for (int i = 0; i < count; i++) {
      BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
      Graphics2D g = picture.createGraphics();
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, 64, 48);
      StringBuilder objects = new StringBuilder();
      for (int k = 0; k < 2 + random.nextInt(2); k++) {
        int size = 10 + random.nextInt(8);
        int x = random.nextInt(64 - size);
        int y = random.nextInt(48 - size);
        g.setColor(k % 2 == 0 ? Color.RED : Color.BLUE);
        if (k % 2 == 0) {
          g.fillRect(x, y, size, size);
        } else {
          g.fillOval(x, y, size, size);
        }
        objects.append(
            """
            <object><name>%s</name><bndbox><xmin>%d</xmin><ymin>%d</ymin><xmax>%d</xmax>\
            <ymax>%d</ymax></bndbox></object>
            """
                .formatted(k % 2 == 0 ? "square" : "disc", x, y, x + size, y + size));
      }
      g.dispose();
      String name = "p%02d".formatted(i);
      ImageIO.write(picture, "jpg", to.resolve("JPEGImages").resolve(name + ".jpg").toFile());
      Files.writeString(
          to.resolve("Annotations").resolve(name + ".xml"),
          "<annotation>" + objects + "</annotation>");
    }
    if (splits) {
      Path lists = Files.createDirectories(to.resolve("ImageSets").resolve("Main"));
      Files.writeString(lists.resolve("train.txt"), names(0, count - 5));
      Files.writeString(lists.resolve("val.txt"), names(count - 5, count - 3));
      Files.writeString(lists.resolve("test.txt"), names(count - 3, count));
    }
  }

  private static String names(int from, int to) {
    return String.join("\n", IntStream.range(from, to).mapToObj("p%02d"::formatted).toList());
  }

  @Test
  void trainsOnAFolderOfPascalVocWithItsSplits() throws IOException {
    Path voc = folder.resolve("voc");
    drawVoc(voc, 13, true);
    Path out = folder.resolve("out");
    String[] args = {"--voc", voc.toString(), "--image-size", "36x48", "--epochs", "2"};
    Outcome outcome =
        run(args, "--batch", 4, "--vertical-flips", "--dtype", "double", "--out", out);
    assertThat(outcome.lastLine()).startsWith("test mAP@0.5: ");
    assertThat(outcome.out())
        .contains(
            "8 training, 2 validation and 3 test pictures of 36×48 pixels, classes: disc, square")
        .contains("GRID detector")
        .contains("9×12 cells");
    ObjectDetector detector = ObjectDetector.load(out.resolve("model.safetensors"));
    assertThat(detector.classNames()).containsExactly("disc", "square");
    assertThat(detector.image().channels()).isEqualTo(3);
    assertThat(detector.net().type()).isEqualTo(DataType.DOUBLE);
    // What the saved model does with the test split is what was reported.
    double map =
        detector
            .evaluate(
                SampleSource.of(
                    VocFolder.open(voc, OnFault.FAIL).read("test", 3, 36, 48).samples()))
            .pascal(0.5)
            .mean();
    assertThat(metrics(out).get("mAP@0.5").doubleValue()).isCloseTo(map, within(1e-12));
  }

  @Test
  void splitsAFolderThatHasNoSplitsAndPicksClasses() throws IOException {
    Path voc = folder.resolve("voc");
    drawVoc(voc, 10, false);
    String[] args = {"--voc", voc.toString(), "--image-size", "36", "--epochs", "1"};
    Path out = folder.resolve("out");
    Outcome outcome = run(args, "--classes", "square", "--detector", "capsule", "--out", out);
    assertThat(outcome.lastLine()).startsWith("test mAP@0.5: ");
    assertThat(outcome.out())
        .containsPattern(
            "7 training, [12] validation and [12] test pictures of 36×36 pixels, classes: square");
    assertThat(ObjectDetector.load(out.resolve("model.safetensors")).classNames())
        .containsExactly("square");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--box-weight", "--absent-weight", "--routing-iterations"})
  void whatIsSetChangesTheTraining(String option) throws IOException {
    Path out = folder.resolve("out");
    assertThat(run(TINY, "--out", out, option, 2).status()).isZero();
    assertThat(trainLoss(out)).isNotEqualTo(trainLoss(shared.resolve("scenes")));
  }

  private static String trainLoss(Path out) throws IOException {
    return Files.readAllLines(out.resolve("history.csv")).get(1).split(",", 3)[1];
  }

  @Test
  void aDecoderComesWithAWeightOfItsLoss() throws IOException {
    Path out = folder.resolve("out");
    assertThat(
            run(TINY, "--detector", "capsule", "--reconstruction-weight", 0.001, "--out", out)
                .status())
        .isZero();
    CapsuleDetector net =
        (CapsuleDetector) ObjectDetector.load(out.resolve("model.safetensors")).net();
    assertThat(net.reconstructs()).isTrue();
  }

  // ---------------------------------------------------------------- arguments

  @Test
  void helpListsEveryOption() {
    Outcome help = run("--help");
    assertThat(help.status()).isZero();
    List<String> names = new ArrayList<>();
    new CommandLine(new DetectionExample())
        .getCommandSpec()
        .options()
        .forEach(
            option -> {
              names.add(option.longestName());
              assertThat(option.description()).as(option.longestName()).isNotEmpty();
            });
    assertThat(names).contains("--voc", "--classes", "--detector", "--epochs", "--resume");
    assertThat(help.out())
        .contains(names)
        .contains("runs/detection")
        .contains("70 % are")
        .doesNotContain("null");
    assertThat(help.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs 0 | --epochs: expected at least 1, got 0",
        "--box-weight -1 | --box-weight: expected at least 0.0, got -1.0",
        "--absent-weight 0 | --absent-weight: expected above 0.0, got 0.0",
        "--routing-iterations 0 | --routing-iterations: expected at least 1, got 0",
        "--train-size 0 | --train-size: expected at least 1, got 0",
        "--validation-size 0 | --validation-size: expected at least 1, got 0",
        "--test-size 0 | --test-size: expected at least 1, got 0",
        "--image-size 32x64 | --image-size: expected a square for scenes, got 32x64",
        "--image-size 0 | Invalid value for option '--image-size': expected as 96 or 192x256, got"
            + " 0",
        "--image-size 9 | sizes: expected 4 ≤ minSize",
        "--classes RBC | --classes: expected none without --voc, got [RBC]",
        "--vertical-flips | --vertical-flips: expected --voc with it, got none",
        "--voc . --train-size 9 | --train-size: expected none with --voc, got 9",
        "--detector mask | Invalid value for option '--detector': expected one of [CAPSULE, GRID]",
        "--detector grid --reconstruction-weight 1 | --reconstruction-weight: expected 0 with the",
        "--voc nowhere | nowhere/JPEGImages: expected a folder with Annotations and JPEGImages",
        "--data nowhere | nowhere: expected a folder with the four IDX files",
        "--voc . --full | Error: --full, --voc=FOLDER are mutually exclusive",
        "stray | Unmatched argument at index 2: 'stray'",
      })
  void wrongArgumentsAreToldInOneLine(String args, String message) {
    List<String> all = new ArrayList<>(List.of("--out", folder.resolve("out").toString()));
    all.addAll(List.of(args.split(" ")));
    run(all.toArray(String[]::new)).requireComplaint(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void classesThatAreNotThereAreToldWithThoseThatAre() throws IOException {
    Path voc = folder.resolve("voc");
    drawVoc(voc, 3, false);
    String[] args = {"--voc", voc.toString(), "--out", folder.resolve("out").toString()};
    run(args, "--classes", "square,star")
        .requireComplaint("class: expected one of [disc, square], got star");
  }
}
