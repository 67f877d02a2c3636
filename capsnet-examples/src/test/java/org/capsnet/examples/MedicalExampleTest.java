package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.capsnet.data.medical.SegmentationSample;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.MedicalPrediction;
import org.capsnet.model.medical.SegCaps;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The example as it is called from a shell, but for the end of the JVM. */
class MedicalExampleTest {

  private static final String WARNING = "It is not a medical device";
  private static final String[] TINY = {
    "--image-size", "16", "--train-size", "16", "--test-size", "8", "--epochs", "1", "--batch", "8"
  };

  @TempDir private static Path shared;

  private static Outcome cells;

  @TempDir private Path folder;

  private static Outcome run(String... args) {
    return Outcome.of(new MedicalExample(), args);
  }

  /** The same outcome, which must be a good one that ends with the warning. */
  private static Outcome ended(Outcome outcome) {
    assertThat(outcome.lastLine()).contains(WARNING);
    return outcome;
  }

  private static Outcome run(String[] first, Object... more) {
    return run(
        Stream.concat(Arrays.stream(first), Arrays.stream(more).map(Object::toString))
            .toArray(String[]::new));
  }

  @BeforeAll
  static void trainOnAFewCells() {
    cells = run(TINY, "--out", shared.resolve("cells"));
  }

  private static List<String> files(Path out) throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static JsonNode metrics(Path out) throws IOException {
    return new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
  }

  // ---------------------------------------------------------------- what it leaves

  @Test
  void saysThatTheCellsAreMadeUpAndWhatItIsNot() {
    assertThat(ended(cells).out())
        .startsWith(
            "Synthetic cells, not real ones: 16 new ones per epoch, 4 for validation, 8 for the"
                + " test")
        .containsPattern("test accuracy: [01]\\.\\d{4}")
        .containsPattern("test Dice of nucleus: [01]\\.\\d{4}")
        .contains("round nucleus");
  }

  @Test
  void leavesModelFiguresAndPictures() throws IOException {
    Path out = shared.resolve("cells");
    assertThat(files(out))
        .containsExactlyInAnyOrder(
            "model.safetensors",
            "history.csv",
            "metrics.json",
            "curves.png",
            "segmentation.png",
            "roc.png",
            "confusion.png",
            "reliability.png",
            "explanation.png",
            "checkpoints");
    for (String name : files(out).stream().filter(file -> file.endsWith(".png")).toList()) {
      BufferedImage picture = ImageIO.read(out.resolve(name).toFile());
      assertThat(picture.getWidth()).as(name).isBetween(200, 2000);
      assertThat(colours(picture)).as(name).isGreaterThan(2);
    }
    assertThat(Files.readAllLines(out.resolve("history.csv")))
        .hasSize(2)
        .first()
        .asString()
        .contains(",validation_dice,");
  }

  private static long colours(BufferedImage picture) {
    return Arrays.stream(
            picture.getRGB(
                0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth()))
        .distinct()
        .count();
  }

  /** The accuracy in the file is that of the saved model on the cells that were kept to test on. */
  @Test
  void theFiguresAreThoseOfTheSavedModel() throws IOException {
    Path out = shared.resolve("cells");
    MedicalModel model = MedicalModel.load(out.resolve("model.safetensors"));
    assertThat(model.classNames()).isEqualTo(SyntheticCells.CLASS_NAMES);
    SyntheticCells generator = new SyntheticCells(16, 1);
    int right = 0;
    double nucleus = 0;
    for (int i = 0; i < 8; i++) {
      SegmentationSample cell = generator.apply((1L << 41) + i);
      MedicalPrediction prediction = model.predict(cell.image().toArray());
      right += prediction.label().orElseThrow() == cell.label() ? 1 : 0;
      nucleus += dice(cell, prediction) / 8;
    }
    JsonNode test = metrics(out).get("test");
    assertThat(test.get("accuracy").doubleValue()).isEqualTo(right / 8.0);
    assertThat(test.get("Dice of nucleus").doubleValue()).isCloseTo(nucleus, within(1e-9));
    assertThat(cells.out())
        .contains(String.format(Locale.ROOT, "test accuracy: %.4f", right / 8.0));
    assertThat(test.fieldNames())
        .toIterable()
        .contains("AUC", "calibration error", "Dice of all but background", "Dice of cytoplasm")
        .contains("Hausdorff 95 of nucleus", "IoU of nucleus");
    assertThat(metrics(out).get("classes").get("lobed nucleus").has("recall")).isTrue();
  }

  /** Of the nucleus, class 2. */
  private static double dice(SegmentationSample cell, MedicalPrediction prediction) {
    double common = 0;
    double sum = 0;
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        boolean is = cell.mask().get(0, y, x) == 2;
        boolean predicted = prediction.mask().orElseThrow().getDouble(y, x) == 2;
        common += is && predicted ? 1 : 0;
        sum += (is ? 1 : 0) + (predicted ? 1 : 0);
      }
    }
    return sum == 0 ? 1 : 2 * common / sum;
  }

  // ---------------------------------------------------------------- resuming

  @Test
  void aTrainingIsResumedAndAnUnfinishedOneNotBegunAnewUnasked() throws IOException {
    Path out = folder.resolve("out");
    ended(run(TINY, "--out", out));
    byte[] model = Files.readAllBytes(out.resolve("model.safetensors"));
    byte[] metrics = Files.readAllBytes(out.resolve("metrics.json"));

    Files.delete(out.resolve("metrics.json")); // as a training that was killed has none
    Outcome refused = run(TINY, "--out", out);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err().strip())
        .isEqualTo(
            out
                + " holds an unfinished training:"
                + " --resume continues it, --overwrite starts again");

    ended(run(TINY, "--out", out, "--resume"));
    assertThat(out.resolve("model.safetensors")).hasBinaryContent(model);
    assertThat(new String(Files.readAllBytes(out.resolve("metrics.json")), StandardCharsets.UTF_8))
        .isEqualTo(new String(metrics, StandardCharsets.UTF_8));

    Files.delete(out.resolve("metrics.json"));
    String[] longer = TINY.clone();
    longer[7] = "2";
    ended(run(longer, "--out", out, "--resume"));
    assertThat(Files.readAllLines(out.resolve("history.csv"))).hasSize(3);
    ended(run(TINY, "--out", out, "--overwrite"));
    assertThat(Files.readAllLines(out.resolve("history.csv"))).hasSize(2);
  }

  // ---------------------------------------------------------------- other data

  @Test
  void segCapsMakesMasksAlone() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome = ended(run(TINY, "--out", out, "--model", "segcaps"));
    assertThat(outcome.out()).contains("test Dice of nucleus").doesNotContain("accuracy: ");
    assertThat(files(out))
        .contains("segmentation.png", "curves.png")
        .doesNotContain("roc.png", "confusion.png", "reliability.png", "explanation.png");
    assertThat(MedicalModel.load(out.resolve("model.safetensors")).net())
        .isInstanceOf(SegCaps.class);
  }

  @Test
  void trainsOnAMedMnistFile() throws IOException {
    Path file = folder.resolve("tiny.npz");
    writeNpz(file, 3, 1);
    Path out = folder.resolve("out");
    String[] args = {"--npz", file.toString(), "--epochs", "1", "--class-names", "a,b,c"};
    Outcome outcome = ended(run(args, "--out", out));
    assertThat(outcome.out())
        .startsWith("tiny.npz: 12 training, 6 validation and 6 test images of 10×10 pixels")
        .contains("test AUC: ");
    assertThat(files(out)).contains("roc.png", "confusion.png").doesNotContain("segmentation.png");
    assertThat(MedicalModel.load(out.resolve("model.safetensors")).classNames())
        .containsExactly("a", "b", "c");
    Outcome masks = run(args, "--out", folder.resolve("no"), "--model", "segcaps");
    assertThat(masks.err()).startsWith("--model segcaps: expected images with masks, got tiny.npz");
    String[] wrong = {"--npz", file.toString(), "--class-names", "a"};
    assertThat(run(wrong, "--out", folder.resolve("no")).err())
        .startsWith("--class-names: expected 3 names, for [0, 1, 2], got [a]");
  }

  @Test
  void tellsNoAccuracyOfSeveralFindings() throws IOException {
    Path file = folder.resolve("several.npz");
    writeNpz(file, 2, 3);
    Path out = folder.resolve("out");
    String[] args = {"--npz", file.toString(), "--epochs", "1"};
    Outcome outcome = ended(run(args, "--out", out));
    assertThat(outcome.out()).contains("test AUC: ").doesNotContain("test accuracy");
    assertThat(files(out)).contains("roc.png", "reliability.png").doesNotContain("confusion.png");
    assertThat(MedicalModel.load(out.resolve("model.safetensors")).severalFindings()).isTrue();
  }

  /** Grey noise of 10×10 pixels; labels count up, in as many columns as wanted. */
  private static void writeNpz(Path file, int classes, int columns) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String part : List.of("train", "val", "test")) {
        int count = part.equals("train") ? 12 : 6;
        byte[] pixels = new byte[count * 100];
        new Random(1).nextBytes(pixels);
        byte[] labels = new byte[count * columns];
        for (int i = 0; i < labels.length; i++) {
          labels[i] = (byte) ((i / columns + i % columns) % classes);
        }
        write(zip, part + "_images", count + ", 10, 10", pixels);
        write(zip, part + "_labels", count + ", " + columns, labels);
      }
    }
  }

  private static void write(ZipOutputStream zip, String name, String shape, byte[] data)
      throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }";
    String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    zip.write(new byte[] {(byte) padded.length(), (byte) (padded.length() >> 8)});
    zip.write(padded.getBytes(StandardCharsets.ISO_8859_1));
    zip.write(data);
  }

  /** Every third cell of the table is of a class that is not wanted. */
  private String[] ownCells() throws IOException {
    Path cellsFolder = Files.createDirectories(folder.resolve("cells"));
    StringBuilder table = new StringBuilder("name,what\n");
    for (int i = 0; i < 18; i++) {
      SegmentationSample cell = new SyntheticCells(20, 3).apply(i);
      BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
      BufferedImage mask = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
      for (int y = 0; y < 20; y++) {
        for (int x = 0; x < 20; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | cell.image().get(c, y, x);
          }
          image.setRGB(x, y, rgb);
          mask.getRaster().setSample(x, y, 0, new int[] {0, 128, 255}[cell.mask().get(0, y, x)]);
        }
      }
      ImageIO.write(image, "png", cellsFolder.resolve(i + ".png").toFile());
      ImageIO.write(mask, "png", cellsFolder.resolve(i + "-mask.png").toFile());
      table.append(i).append(',').append(i % 3 == 2 ? "rare" : i % 3 == 1 ? "x" : "y").append('\n');
    }
    Path labels = Files.writeString(folder.resolve("labels.csv"), table);
    return new String[] {
      "--images",
      cellsFolder.toString(),
      "--labels",
      labels.toString(),
      "--classes",
      "x,y",
      "--mask-values",
      "0,128,255",
      "--mask-names",
      "background,cytoplasm,nucleus",
      "--image-size",
      "16",
      "--epochs",
      "1",
      "--batch",
      "4"
    };
  }

  @Test
  void trainsOnOnesOwnImagesFoldByFold() throws IOException {
    Path out = folder.resolve("out");
    Outcome outcome = ended(run(ownCells(), "--folds", 2, "--out", out));
    assertThat(outcome.out())
        .contains("of 16×16 pixels in the first of 2 folds, 6 left out")
        .containsPattern("test accuracy: [01]\\.\\d{4} ± [01]\\.\\d{4} over 2 folds");
    assertThat(files(out))
        .contains("fold-1", "fold-2", "metrics.json", "segmentation.png", "confusion.png");
    assertThat(files(out.resolve("fold-2")))
        .containsExactlyInAnyOrder("checkpoints", "model.safetensors", "history.csv", "curves.png");
    JsonNode metrics = metrics(out);
    JsonNode folds = metrics.get("folds");
    assertThat(folds.size()).isEqualTo(2);
    for (String figure : List.of("accuracy", "Dice of nucleus", "Dice of all but background")) {
      double first = folds.get(0).get(figure).doubleValue();
      double second = folds.get(1).get(figure).doubleValue();
      assertThat(metrics.get("test").get(figure).doubleValue())
          .isCloseTo((first + second) / 2, within(1e-12));
      assertThat(metrics.get("deviation over folds").get(figure).doubleValue())
          .isCloseTo(Math.abs(first - second) / Math.sqrt(2), within(1e-9));
    }
    int tested = 0;
    for (JsonNode row : metrics.get("confusion, a row for each true class")) {
      tested += row.get(0).intValue() + row.get(1).intValue();
    }
    assertThat(tested).isEqualTo(12);

    Files.delete(out.resolve("metrics.json"));
    assertThat(run(ownCells(), "--folds", 2, "--out", out).err()).contains("unfinished training");
    ended(run(ownCells(), "--folds", 2, "--out", out, "--resume"));
    assertThat(metrics(out).get("test")).isEqualTo(metrics.get("test"));
  }

  /** Before anything is trained, not when the fold's turn comes. */
  @Test
  void aFoldWithoutAnImageOfAClassIsToldBeforeTheFirstIsTrained() throws IOException {
    String[] args = ownCells();
    Path labels = folder.resolve("labels.csv");
    Files.writeString(labels, Files.readString(labels).replace("\n0,y\n", "\n0,once\n"));
    args[5] = "x,y,once";
    Path out = folder.resolve("out");
    Outcome outcome = run(args, "--folds", 3, "--out", out);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err().lines().filter(line -> line.startsWith("fold")))
        .singleElement()
        .asString()
        .matches(
            "fold [123] of 3: no image of class once is left to train on: it needs more of them,"
                + " or --classes without it");
    assertThat(out).doesNotExist();
  }

  // ---------------------------------------------------------------- arguments

  @Test
  void helpListsEveryOption() {
    Outcome help = run("--help");
    assertThat(help.status()).isZero();
    List<String> names = new ArrayList<>();
    new CommandLine(new MedicalExample())
        .getCommandSpec()
        .options()
        .forEach(
            option -> {
              names.add(option.longestName());
              assertThat(option.hidden()).as(option.longestName()).isFalse();
              assertThat(option.description()).as(option.longestName()).isNotEmpty();
            });
    assertThat(names).contains("--npz", "--images", "--masks", "--labels", "--folds", "--model");
    assertThat(help.out()).contains(names).contains("not a medical device");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs 0 | --epochs: expected at least 1, got 0",
        "--batch 0 | --batch: expected at least 1, got 0",
        "--learning-rate NaN | --learning-rate: expected above 0.0, got NaN",
        "--checkpoint-every -1 | --checkpoint-every: expected at least 0, got -1",
        "--image-size 15 | --image-size: expected at least 16, got 15",
        "--train-size 0 | --train-size: expected at least 1, got 0",
        "--test-size 1 | --test-size: expected at least 2, got 1",
        "--folds 0 | --folds: expected at least 1, got 0",
        "--folds 5 | --folds: expected none without --images, got 5",
        "--labels x.csv | --labels: expected none without --images, got x.csv",
        "--class-names a,b | --class-names: expected none without --images and --npz, got a,b",
        "--npz x --classes 1,2 | --classes: expected none without --images, got 1,2",
        "--npz x --image-size 32 | --image-size: expected none with --npz, got 32",
        "--npz x --test-size 9 | --test-size: expected none with --npz, got 9",
        "--images . --labels x --train-size 9 | --train-size: expected none with --images, got 9",
        "--images . --labels x --class-names a --model segcaps | --class-names: expected none where"
            + " masks alone are learned, got a",
        "--images . | --images: expected --labels beside it, got .",
        "--images . --npz x | --npz: expected no --images beside it, got x",
        "--images nowhere --labels nowhere.csv | nowhere.csv: there is no such file",
        "--npz nowhere.npz | nowhere.npz: there is no such file or folder",
        "--model unet | Invalid value for option '--model': expected one of [MEDICAL, SEGCAPS]",
        "stray | Unmatched argument at index 2: 'stray'",
      })
  void wrongArgumentsAreToldInOneLine(String args, String message) {
    List<String> all = new ArrayList<>(List.of("--out", folder.resolve("out").toString()));
    all.addAll(List.of(args.split(" ")));
    Outcome outcome = run(all.toArray(String[]::new));
    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.err().lines()).as(outcome.err()).hasSize(1);
    assertThat(outcome.err()).startsWith(message);
    assertThat(outcome.out()).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
