package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.capsnet.data.objects.Coil20;
import org.capsnet.data.objects.ViewpointSplit;
import org.capsnet.examples.comparison.ViewpointSets;
import org.capsnet.model.classification.ImageClassifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison by viewpoints as it is called from a shell, but for the end of the JVM. */
class ViewpointComparisonTest {

  @TempDir private static Path shared;

  private static Path coil;

  private static Outcome two;

  @TempDir private Path folder;

  /** A bar for each object, which is dimmer the farther the object is turned. */
  private static byte[] bar(int object, int azimuth) {
    byte[] image = new byte[32 * 32];
    int away = Math.min(azimuth, 360 - azimuth);
    Arrays.fill(image, 48 * object, 48 * object + 64, (byte) (255 - away));
    return image;
  }

  @BeforeAll
  static void compare() throws IOException {
    coil = CoilFile.write(shared, ViewpointComparisonTest::bar);
    two = run(shared.resolve("two"), "--epochs", "2", "--networks", "EFFICIENT");
  }

  private static Outcome run(Path out, String... more) {
    List<String> args =
        new ArrayList<>(List.of("--data", coil.toString(), "--out", out.toString()));
    args.addAll(List.of("--batch", "20"));
    args.addAll(List.of(more));
    return Outcome.of(new ViewpointComparison(), args.toArray(String[]::new));
  }

  private static List<String[]> numbers(Path out) throws IOException {
    return Files.readAllLines(out.resolve("viewpoints.csv")).stream()
        .map(line -> line.replace("plain, as", "plain as").split(","))
        .toList();
  }

  @Test
  void eachEpochOfEachTrainingHasItsAccuracies() throws IOException {
    assertThat(two.lastLine()).startsWith("table and picture: ");
    Path out = shared.resolve("two");
    List<String[]> lines = numbers(out);
    assertThat(lines).hasSize(1 + 2 * 2);
    assertThat(lines.get(0))
        .startsWith("network", "training", "epoch", "familiar", "novel", "at_5");
    assertThat(lines.get(4)).startsWith("\"plain as efficient\"", "1", "2");
    assertThat(out.resolve("viewpoints.png")).isNotEmptyFile();
    assertThat(Files.readString(out.resolve("viewpoints.md")))
        .contains("\n| `efficient` | ", "\n| `plain, as efficient` | ");
  }

  @Test
  void numbersAreThoseOfTheSavedModel() throws IOException {
    ViewpointSplit split = Coil20.split(Coil20.read(coil), 60);
    Path out = shared.resolve("two");
    String[] last = numbers(out).get(2);
    try (ImageClassifier trained =
        ImageClassifier.load(out.resolve("network/efficient/seed-1/model.safetensors"))) {
      assertThat(Double.parseDouble(last[3]))
          .isCloseTo(trained.evaluate(split.familiar()).accuracy(), within());
      assertThat(Double.parseDouble(last[4]))
          .isCloseTo(trained.evaluate(split.novel()).accuracy(), within());
    }
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(6e-5); // of four digits behind the point
  }

  @Test
  void plainNetworksAreAsLargeAsTheOthers() throws IOException {
    List<String> rows =
        Files.readAllLines(shared.resolve("two/viewpoints.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    double[] parameters =
        rows.stream()
            .mapToDouble(row -> Double.parseDouble(row.split("\\|", -1)[2].replace(",", "")))
            .toArray();
    assertThat(parameters[1] / parameters[0]).isBetween(0.9, 1.1);
  }

  @Test
  void anglesOfTrainingAreInNoTest() throws IOException {
    ViewpointSets sets = ViewpointSets.of(Coil20.read(coil), 60);
    assertThat(sets.angles()).startsWith(5, 15, 25, 35, 45, 55, 65, 70, 75).endsWith(175, 180);
    assertThat(sets.familiar()).isEqualTo(6);
    assertThat(sets.split().train().count()).isEqualTo(20 * 13);
    int images = sets.turned().stream().mapToInt(set -> set.count()).sum();
    assertThat(images).isEqualTo(20 * (72 - 13));
    for (int i = 0; i < sets.angles().size(); i++) {
      int pixel = sets.turned().get(i).byteImage(0).get(0, 0, 0);
      assertThat(255 - pixel).isEqualTo(sets.angles().get(i));
    }
  }

  @Test
  void goesOnWhereItWasAndAddsSeeds() throws IOException {
    Path out = folder.resolve("out");
    String[] options = {"--epochs", "1", "--networks", "EFFICIENT", "--no-plain"};
    run(out, options).lastLine();
    Path model = out.resolve("network/efficient/seed-1/model.safetensors");
    String before = Files.getLastModifiedTime(model).toString();
    run(out, options).requireComplaint(out + " holds a finished comparison");
    Outcome more = run(out, with(options, "--resume", "--seeds", "2"));
    assertThat(more.lastLine()).startsWith("table and picture: ");
    assertThat(Files.getLastModifiedTime(model).toString()).isEqualTo(before);
    assertThat(numbers(out)).hasSize(1 + 2);
    // A model that was not written is trained again.
    Files.delete(model);
    run(out, with(options, "--resume")).lastLine();
    assertThat(model).isNotEmptyFile();
    Outcome other = run(out, with(options, "--resume", "--learning-rate", "0.1"));
    assertThat(other.status()).isOne();
    assertThat(other.err())
        .startsWith(out.resolve("network/efficient/seed-1/result.json") + " is of another");
    // What is refused for its number of images loses nothing.
    String[] endless = {"--epochs", "999999999", "--networks", "EFFICIENT", "--no-plain"};
    assertThat(run(out, with(endless, "--overwrite")).err())
        .startsWith("--epochs: expected at most 165191049 of 13 steps, got 999999999");
    assertThat(out.resolve("network/efficient/seed-1/result.json")).exists();
    run(out, with(options, "--overwrite")).lastLine();
    assertThat(numbers(out)).hasSize(1 + 1);
    // One that comes to nothing leaves nothing that could be taken for its result.
    run(out, with(options, "--overwrite", "--learning-rate", "1e30")).lastLine();
    assertThat(out.resolve("network/efficient/seed-1/result.json")).doesNotExist();
  }

  @Test
  void aTrainingThatDivergesIsListedAndEndsNothing() throws IOException {
    Path out = folder.resolve("out");
    String[] options = {"--epochs", "1", "--networks", "EFFICIENT", "--learning-rate", "1e30"};
    Outcome outcome = run(out, options);
    assertThat(outcome.lastLine()).startsWith("table and picture: ");
    assertThat(outcome.out()).contains("not compared: efficient, seed 1: ");
    assertThat(Files.readString(out.resolve("viewpoints.md")))
        .contains("\nNot compared: efficient, seed 1: ");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static String[] with(String[] options, String... more) {
    return Stream.of(options, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  @Test
  void aLevelThatNoneReachesLeavesAllOut() throws IOException {
    Path out = shared.resolve("level");
    copy(shared.resolve("two"), out);
    String[] options = {"--epochs", "2", "--networks", "EFFICIENT", "--resume", "--level", "100"};
    Outcome outcome = run(out, options);
    assertThat(outcome.lastLine()).startsWith("table and picture: ");
    assertThat(outcome.out()).contains("accuracy of 100.00 % or more", "| 0 of 1 |  | - | - | - |");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--networks HVC,HVC | --networks: expected each once, got [HVC, HVC]",
        "--near 4 | --near: expected 5 to 175, got 4",
        "--level 0 | --level: expected above 0, up to 100, got 0",
        "--seeds 0 | --seeds: expected at least 1, got 0",
        "--epochs 0 | --epochs: expected at least 1, got 0"
      })
  void wrongOptionsAreOneLine(String options, String complaint) {
    run(folder.resolve("out"), options.split(" ")).requireComplaint(complaint);
  }
}
