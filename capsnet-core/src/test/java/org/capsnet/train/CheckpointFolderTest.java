package org.capsnet.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

/**
 * What a folder of checkpoints bears: two trainings at once, a full disk, and disks that forget.
 */
class CheckpointFolderTest {

  private static final int BATCHES = 4;

  @TempDir private Path folder;

  private static Trainer trainer(TinyModel model, Path folder) {
    return Trainer.of(model)
        .updater(new Adam(0.01))
        .earlyStopping(EarlyStopping.on(Metric.TRAIN_LOSS, 9).restoringBest())
        .checkpoints(Checkpointing.in(folder).everyIterations(1).keepLast(2))
        .epochs(3);
  }

  private Trainer trainer() {
    return trainer(new TinyModel(2, 8, 2, 0, 11), folder);
  }

  private static ShuffledBatches data() {
    return new ShuffledBatches(Batches.circle(BATCHES, 8, 3));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // ---------------------------------------------------------------- two at once

  @Test
  void aSecondTrainingIsRefusedAndTheFirstGoesOn() throws IOException {
    int[] refusals = new int[1];
    History history =
        trainer()
            .listener(
                new TrainingListener() {
                  @Override
                  public void onIteration(IterationReport report) {
                    assertThatIllegalStateException()
                        .isThrownBy(() -> trainer().resumeIfPresent().fit(data()))
                        .withMessage(folder + " is in use by another run, of this process");
                    refusals[0]++;
                  }
                })
            .fit(data());
    assertThat(refusals[0]).isEqualTo(3 * BATCHES);
    assertThat(history.stopReason()).isEqualTo(StopReason.EPOCHS);
    assertThat(names())
        .containsExactly(
            "best.safetensors",
            "checkpoint-000000011.safetensors",
            "checkpoint-000000012.safetensors");
    assertThat(trainer().resume().fit(data())).isEqualTo(history);
  }

  @Test
  void aTrainingThatFailsGivesTheFolderFree() {
    assertThatIllegalStateException().isThrownBy(() -> trainer().resume().fit(data()));
    assertThat(folder).isEmptyDirectory();
  }

  // ---------------------------------------------------------------- a full disk

  /** A training of which the checkpoints of the second epoch are too large for its process. */
  static final class Growing {

    private Growing() {}

    /**
     * Trains until the disk is full, and prints what the failure says.
     *
     * @param args the folder
     */
    public static void main(String[] args) {
      try {
        trainer(new TinyModel(2, 2000, 2, 0, 11), Path.of(args[0])).fit(data());
        System.out.println("no failure");
      } catch (UncheckedIOException e) {
        System.out.println("failure: " + e.getCause().getMessage());
      }
    }
  }

  @Test
  void aFullDiskIsToldWithFileSizeAndTheCheckpointThatIsWhole() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
    // 10,002 numbers three times, and four times with the best: 240 and 320 kB.
    Process process =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "ulimit -f 280; exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Growing.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        process
            .inputReader(UTF_8)
            .lines()
            .filter(line -> line.contains("failure"))
            .findFirst()
            .orElse("nothing");
    assertThat(process.waitFor()).isZero();
    assertThat(said)
        .matches(
            "failure: cannot write \\Q%1$s/best.safetensors\\E: .+, after \\d+ of 3\\d{5} bytes; its disk has \\d+ bytes free; the newest whole checkpoint is \\Q%1$s/checkpoint-000000004.safetensors\\E"
                .formatted(folder));
    assertThat(names())
        .containsExactly("checkpoint-000000003.safetensors", "checkpoint-000000004.safetensors");
    CheckpointStore.Found whole = new CheckpointStore(folder, 2).newest().orElseThrow();
    assertThat(whole.file()).hasFileName("checkpoint-000000004.safetensors");
  }

  // ---------------------------------------------------------------- damage

  private void damageTheNewest() throws IOException {
    String newest =
        names().stream().filter(name -> name.endsWith("s")).reduce((a, b) -> b).orElseThrow();
    Files.writeString(folder.resolve(newest), "no tensors");
  }

  @Test
  void damagedCheckpointsDoNotPileUp() throws IOException {
    for (int step = 2; step <= 10; step += 2) {
      trainer().resumeIfPresent().maxIterations(step).fit(data());
      damageTheNewest();
    }
    trainer().resume().maxIterations(10).fit(data());
    assertThat(names())
        .filteredOn(name -> name.endsWith(".damaged"))
        .containsExactly(
            "checkpoint-000000008.safetensors.damaged", "checkpoint-000000010.safetensors.damaged");
    trainer().checkpoints(Checkpointing.in(folder).replacingEarlier()).maxIterations(1).fit(data());
    assertThat(names()).containsExactly("checkpoint-000000001.safetensors");
  }
}
