package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.capsnet.io.StatusLine;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private static final long SECOND = 1_000_000_000L;

  private final List<String> lines = new ArrayList<>();
  private long now;

  private static IterationReport step(int batch, int batches, double seconds) {
    return new IterationReport(
        batch,
        2,
        5,
        batch,
        batches,
        Reports.train(0.5, 0.5),
        Reports.train(0.25, 0.875),
        32L * batch,
        seconds,
        1e-3);
  }

  @Test
  void aLineABatchGroup() {
    ProgressBar log = new ProgressBar(StatusLine.inLines(lines::add, () -> now));
    log.onEpochStart(new EpochStart(2, 5, 0, 200, 32, 200));
    for (int batch = 1; batch <= 25; batch++) {
      now += SECOND;
      log.onIteration(step(batch, 200, batch));
    }
    log.onEpochEnd(Reports.epoch(2, 0.25, 0.875, 0.5, 0.75, 200));
    assertThat(lines)
        .containsExactly(
            "epoch 2/5: begins",
            "epoch 2/5: batch 1 of 200, loss 0.2500, accuracy 87.50 %, 32.0 images/s,"
                + " 3 min 19 s left",
            "epoch 2/5: batch 11 of 200, loss 0.2500, accuracy 87.50 %, 32.0 images/s,"
                + " 3 min 9 s left",
            "epoch 2/5: batch 21 of 200, loss 0.2500, accuracy 87.50 %, 32.0 images/s,"
                + " 2 min 59 s left",
            "epoch 2/5: done, loss 0.2500, accuracy 87.50 %; validation loss 0.5000,"
                + " accuracy 75.00 %, 32.0 images/s, 3 min 20 s");
  }

  @Test
  void anEpochOfUnknownLengthHasNoTimeLeft() {
    ProgressBar log = new ProgressBar(StatusLine.inLines(lines::add, () -> now));
    log.onEpochStart(new EpochStart(1, 1, 7, -1, -1, 7));
    log.onIteration(step(8, -1, 8));
    log.onEpochEnd(Reports.epoch(1, 0.25, 0.875, Double.NaN, Double.NaN, 20));
    assertThat(lines)
        .containsExactly(
            "epoch 1/1: begins after batch 7",
            "epoch 2/5: batch 8, loss 0.2500, accuracy 87.50 %, 32.0 images/s",
            "epoch 1/1: done, loss 0.2500, accuracy 87.50 %, 32.0 images/s, 20 s");
  }

  @Test
  void durationsAreForReading() {
    assertThat(ProgressText.duration(0.4)).isEqualTo("0 s");
    assertThat(ProgressText.duration(59.4)).isEqualTo("59 s");
    assertThat(ProgressText.duration(3599)).isEqualTo("59 min 59 s");
    assertThat(ProgressText.duration(7261)).isEqualTo("2 h 1 min");
  }

  @Test
  void theBarShowsThroughputTimeLeftLossAndAccuracy() {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);
    ProgressBar bar = new ProgressBar(StatusLine.onTerminal(out, () -> now));
    bar.onEpochStart(new EpochStart(2, 5, 0, 4, 32, 4));
    for (int batch = 1; batch <= 3; batch++) {
      bar.onIteration(step(batch, 4, batch));
      now += SECOND;
    }
    bar.onEpochEnd(Reports.epoch(2, 0.25, 0.875, 0.5, 0.75, 4));
    bar.onFitEnd(new History(List.of(), 4, StopReason.EPOCHS));
    String last = "2/5 [===============     ] 32 images/s, loss 0.250, 87.5 %, 1 s left";
    assertThat(screen.toString(StandardCharsets.UTF_8))
        .startsWith("\r2/5 [=====               ] 32 images/s, loss 0.250, 87.5 %, 3 s left\r2/5")
        .endsWith(
            "\r"
                + last
                + "\r"
                + " ".repeat(last.length())
                + "\repoch 2/5: done, loss 0.2500, accuracy 87.50 %; validation loss 0.5000,"
                + " accuracy 75.00 %, 32.0 images/s, 4 s"
                + System.lineSeparator());
  }

  @Test
  void aBarOfUnknownLengthCountsBatches() {
    assertThat(ProgressText.bar(step(7, -1, 7)))
        .isEqualTo("2/5 batch 7 32 images/s, loss 0.250, 87.5 %");
  }

  @Test
  void aModelThatPredictsNoClassesHasNoAccuracyToShow() {
    Map<String, Double> loss = Map.of("train_loss", 0.25);
    assertThat(ProgressText.measured(loss, "train_")).isEqualTo("loss 0.2500");
    IterationReport step = new IterationReport(1, 1, 1, 1, 1, loss, loss, 32, 1, 1e-3);
    assertThat(ProgressText.bar(step))
        .isEqualTo("1/1 [====================] 32 images/s, loss 0.250, 0 s left");
  }

  // ---------------------------------------------------------------- without a log

  /** An epoch of no training, shown as on a console. */
  static final class Shown {

    private Shown() {}

    /**
     * Shows it.
     *
     * @param args none
     */
    public static void main(String[] args) {
      TrainingListener listener = ProgressBar.onConsole();
      listener.onEpochStart(new EpochStart(1, 1, 0, 4, 32, 0));
      listener.onEpochEnd(Reports.epoch(1, 0.25, 0.875, 0.5, 0.75, 4));
    }
  }

  /** What a process says on standard error that has no provider on its class path. */
  private static List<String> withoutProvider(String... flags) throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("logback"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath, Shown.class.getName()));
    Process process = new ProcessBuilder(command).start();
    List<String> said = process.errorReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", said).isZero();
    return said.stream().filter(line -> !line.startsWith("SLF4J")).toList();
  }

  @Test
  void withoutAnSlf4jProviderProgressGoesToStandardError() throws Exception {
    assertThat(withoutProvider())
        .containsExactly(
            "capsnet: no SLF4J provider, so progress goes to standard error;"
                + " -Dcapsnet.progress=off turns it off",
            "epoch 1/1: begins",
            "epoch 1/1: done, loss 0.2500, accuracy 87.50 %; validation loss 0.5000,"
                + " accuracy 75.00 %, 32.0 images/s, 4 s");
  }

  @Test
  void progressCanBeTurnedOff() throws Exception {
    assertThat(withoutProvider("-Dcapsnet.progress=off")).isEmpty();
  }
}
