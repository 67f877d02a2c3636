package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.capsnet.examples.output.Pictures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Where a JVM cannot draw, all else is there. */
class PicturesTest {

  @TempDir private static Path shared;

  @TempDir private Path folder;

  /** One JVM for all examples: the JDK looks for fonts once a process. */
  @BeforeAll
  static void runTheExamplesWithoutFonts() throws Exception {
    MnistExampleTest.drawPictures(shared.resolve("pictures"));
    Path said = shared.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-Dsun.awt.fontconfig=" + shared.resolve("no-such-file"),
                "-cp",
                System.getProperty("java.class.path"),
                FontlessMain.class.getName(),
                shared.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor()).as("%s", Files.readAllLines(said)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MnistExample | test accuracy: \\d+\\.\\d\\d % | history.csv"
            + " | curves.png, reconstructions.png, perturbations.png",
        "DetectionExample | test mAP@0\\.5: 0\\.\\d{4}, mAP@0\\.5:0\\.95: 0\\.\\d{4} | metrics.json"
            + " | curves.png, precision-recall.png",
        "MedicalExample | .*It is not a medical device.* | metrics.json"
            + " | curves.png, roc.png, reliability.png, confusion.png, segmentation.png,"
            + " explanation.png",
      })
  void resultsAreThereWithoutFonts(String example, String last, String results, String pictures)
      throws IOException {
    Path out = shared.resolve(example);
    assertThat(Files.readString(out.resolve("status"))).isEqualTo("0");
    assertThat(out.resolve("model.safetensors")).exists();
    assertThat(out.resolve(results)).isNotEmptyFile();
    List<String> said = Files.readAllLines(out.resolve("said"));
    assertThat(said.get(said.size() - 1)).matches(last);
    assertThat(Files.readAllLines(out.resolve("complained")))
        .filteredOn(line -> line.contains("pictures") || line.contains("Exception"))
        .singleElement()
        .asString()
        .startsWith("pictures left out: " + pictures)
        .contains(" (RuntimeException: Fontconfig ")
        .contains("fontconfig have to be installed");
    for (String picture : List.of(pictures.split(", "))) {
      assertThat(out.resolve(picture)).doesNotExist();
    }
  }

  @Test
  void whatCannotBeDrawnTakesNothingElseAlongAndLeavesNoOlderPicture() throws IOException {
    Path drawn = folder.resolve("drawn.png");
    Path older = Files.writeString(folder.resolve("older.png"), "of an earlier run");
    Outcome outcome = Outcome.of(new Failing(drawn, older));
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err().strip())
        .isEqualTo(
            "pictures left out: older.png, older.png, older.png, older.png, older.png"
                + " (IOException: disk)");
    assertThat(older).doesNotExist();
    assertThat(drawn).hasContent("drawn");
  }

  /** Draws a picture once, and another as often as there are ways to fail. */
  @CommandLine.Command
  private record Failing(Path drawn, Path older) implements Callable<Integer> {

    private static final List<Throwable> WAYS =
        List.of(
            new IOException("disk"),
            new IllegalStateException("state"),
            new NoClassDefFoundError("class"),
            new OutOfMemoryError("heap"),
            new AWTError("display"));

    @Override
    public Integer call() throws IOException {
      Pictures pictures = new Pictures();
      for (Throwable failure : WAYS) {
        pictures.draw(older, file -> fail(failure));
      }
      pictures.draw(drawn, file -> Files.writeString(file, "drawn"));
      pictures.report();
      return 0;
    }

    private static void fail(Throwable failure) throws IOException {
      if (failure instanceof IOException e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      throw (Error) failure;
    }
  }
}
