package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.testing.ForkedJvm;
import org.capsnet.testing.ForkedJvm.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class ThreadsTest {

  /**
   * Of any number that passes ND4J's operations, and of the largest of its array. How ND4J splits
   * its sums depends on the number of threads, and all sums of the portable twins are its own.
   */
  private static final double TOLERANCE = Kernels.fused(DataType.FLOAT) ? 1e-6 : 1e-5;

  /** What this JVM computes. */
  private static final Map<String, double[]> KERNELS = KernelResults.all();

  private static final Map<String, double[]> NETWORK = ThreadsMain.results();

  @TempDir private Path folder;

  private Outcome run(String threads, Path results) throws IOException, InterruptedException {
    return ForkedJvm.run(
        ThreadsMain.class, List.of("-Dcapsnet.threads=" + threads), results.toString());
  }

  /**
   * The number of threads is set once a JVM, so each number takes one of its own; this one has as
   * many as there are processors.
   */
  @Test
  void threeThreadsAreThreeEverywhereAndChangeNoResult() throws Exception {
    assertGovernsAllThreadsAndChangesNoResult(3);
  }

  /** By whatever kernels, work is handed to threads in one way: once is enough. */
  @Test
  @Tag("once")
  void oneThreadIsOneEverywhereAndChangesNoResult() throws Exception {
    assertGovernsAllThreadsAndChangesNoResult(1);
  }

  private void assertGovernsAllThreadsAndChangesNoResult(int threads) throws Exception {
    Path file = folder.resolve("results");
    Outcome outcome = run(Integer.toString(threads), file);
    assertThat(outcome.status()).as("%s", outcome.lines()).isZero();
    String number = Integer.toString(threads);
    assertThat(outcome.after(ThreadsMain.WORKERS)).containsExactly(number);
    // On the thread that opened a scope, and on one that made a variable.
    assertThat(outcome.after(ThreadsMain.OPEN_MP)).containsExactly(number, number);
    int most = Math.min(threads, Runtime.getRuntime().availableProcessors());
    assertThat(outcome.after(ThreadsMain.ND4J)).containsExactly(Integer.toString(most));

    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (Map.Entry<String, double[]> entry : KERNELS.entrySet()) {
        assertThat(read(in, entry.getValue().length))
            .as(entry.getKey())
            .isEqualTo(entry.getValue());
      }
      for (Map.Entry<String, double[]> entry : NETWORK.entrySet()) {
        assertAgrees(entry.getKey(), read(in, entry.getValue().length), entry.getValue());
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  private static double[] read(DataInputStream in, int count) throws IOException {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = in.readFloat();
    }
    return numbers;
  }

  private static void assertAgrees(String name, double[] actual, double[] expected) {
    double largest = 0;
    double off = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      off = Math.max(off, Math.abs(expected[i] - actual[i]));
    }
    assertThat(largest).as(name).isPositive();
    assertThat(off).as(name).isLessThan(TOLERANCE * Math.min(1, largest));
  }

  @Test
  @Tag("once")
  void anotherNumberIsRefusedInOneLine() throws Exception {
    Outcome outcome = run("0", folder.resolve("none"));
    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.lines())
        .filteredOn(line -> line.contains("Exception"))
        .singleElement()
        .asString()
        .endsWith(
            "IllegalStateException: capsnet.threads: expected a whole number from 1 to 9999, got 0");
  }

  /** Loads the model of its argument, and prints what fails. */
  static final class Loader {

    private Loader() {}

    /**
     * Loads.
     *
     * @param args the file
     */
    public static void main(String[] args) throws IOException {
      try {
        Network.load(Path.of(args[0]), CapsNet.class);
      } catch (IllegalStateException e) {
        System.out.println("failure: " + e.getMessage());
      }
    }
  }

  @Test
  @Tag("once")
  void aWrongNumberIsNoFaultOfTheModelsFile() throws Exception {
    Path file = folder.resolve("model.safetensors");
    CapsNet.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("stem", List.of(new Conv(4, 3, 1)))
        .with("primary", new Primary(2, 4, 3, 2))
        .with("decoder", null)
        .build(0)
        .save(file);
    Outcome outcome =
        ForkedJvm.run(Loader.class, List.of("-Dcapsnet.threads=abc"), file.toString());
    assertThat(outcome.after("failure: "))
        .as("%s", outcome.lines())
        .containsExactly("capsnet.threads: expected a whole number from 1 to 9999, got abc");
  }

  @Test
  void onlyWholeNumbersFromOneOnAreTaken() {
    assertThat(Threads.parse(null)).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(Threads.parse("12")).isEqualTo(12);
    for (String bad :
        List.of("", "0", "-1", "x", " 2", "1.5", "10000", "99999999999", "00", "+1")) {
      assertThatThrownBy(() -> Threads.parse(bad))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("capsnet.threads: expected a whole number from 1 to 9999, got " + bad);
    }
  }
}
