package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Trainings that are killed without warning while they write, again and again: as often as the
 * system property {@code capsnet.kills} says.
 */
class KillTest {

  private static final int KILLS = Integer.getInteger("capsnet.kills", 8);

  /** Processes started ahead, because a JVM takes longer to start than to kill. */
  private static final int AHEAD = 2;

  private static final int LONGEST_MILLIS = 60;
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  @TempDir private Path folder;

  private final Deque<Child> waiting = new ArrayDeque<>();

  /** A training process, and what it says. */
  private record Child(Process process, BufferedReader says) {

    static Child start(Path folder) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp"));
      command.add(System.getProperty("java.class.path"));
      command.addAll(List.of(KillableTraining.class.getName(), folder.toString()));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("OMP_NUM_THREADS", "1");
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      Process process = builder.start();
      return new Child(process, process.inputReader(StandardCharsets.UTF_8));
    }

    /** Reads until it says something; its log goes the same way. */
    void await(String word) throws IOException {
      String line = says.readLine();
      while (!word.equals(line)) {
        assertThat(line).as("the process ended before it said %s", word).isNotNull();
        line = says.readLine();
      }
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }

  @AfterEach
  void endThoseThatWait() throws InterruptedException {
    for (Child child : waiting) {
      child.kill();
    }
  }

  @Test
  void aTrainingKilledManyTimesGoesOnToTheSameNumbers() throws Exception {
    Random random = new Random(20);
    Progress reached = new Progress();
    long halfWritten = 0;
    for (int i = 0; i < KILLS; i++) {
      while (waiting.size() <= AHEAD) {
        waiting.add(Child.start(folder));
      }
      Child child = waiting.remove();
      child.await(KillableTraining.READY);
      child.process.getOutputStream().write('\n');
      child.process.getOutputStream().flush();
      child.await(KillableTraining.SAVED);
      Thread.sleep(random.nextInt(LONGEST_MILLIS));
      if (i % 2 == 0) {
        awaitWriting();
      }
      assertThat(child.process.isAlive()).isTrue();
      child.kill();
      halfWritten += halfWritten();
      Progress now = saved();
      assertThat(place(now)).as("progress of training %d", i).isGreaterThan(place(reached));
      reached = now;
    }
    assertThat(halfWritten).as("trainings that were killed while they wrote").isPositive();
    assertGoesOnAsIfUnbroken(reached.iteration() + 2);
  }

  /** A kill at any moment hits the loading of a batch as well; this one shall hit the writing. */
  private void awaitWriting() throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (halfWritten() == 0) {
      assertThat(System.nanoTime() - deadline).as("nothing is being written").isNegative();
      Thread.onSpinWait();
    }
  }

  /** What the last process left; the next one cleans it away. */
  private long halfWritten() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".tmp")).count();
    }
  }

  private Progress saved() {
    CheckpointStore.Found found = new CheckpointStore(folder, 2).newest().orElseThrow();
    found.contents().tensors().values().forEach(INDArray::close);
    return Progress.fromText(found.contents().metadata());
  }

  /** Grows with each checkpoint: one after a step, one more after the end of an epoch. */
  private static int place(Progress progress) {
    return progress.iteration() + progress.epoch();
  }

  private void assertGoesOnAsIfUnbroken(int iterations) {
    TinyModel broken = KillableTraining.model();
    History resumed =
        KillableTraining.trainer(broken, folder)
            .maxIterations(iterations)
            .fit(KillableTraining.data());
    TinyModel whole = KillableTraining.model();
    History unbroken =
        Trainer.of(whole)
            .updater(new Adam(0.001))
            .epochs(Integer.MAX_VALUE)
            .maxIterations(iterations)
            .fit(KillableTraining.data());
    assertThat(Snapshots.timeless(resumed)).isEqualTo(Snapshots.timeless(unbroken));
    assertThat(Snapshots.of(broken.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(whole.state()));
    assertThat(folder).isDirectoryNotContaining("glob:**.{tmp,damaged}");
  }
}
