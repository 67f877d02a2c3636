package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.capsnet.io.Safetensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is asked to end, as by Ctrl-C, saves what it has and says so. */
class ShutdownTest {

  private static final String STEP = "step";
  private static final String ENDED = "ended ";

  @TempDir private Path folder;

  /** A training that writes no checkpoint but for the asking. */
  static final class Endless {

    private Endless() {}

    /**
     * Says {@code step} after the first step, and what the end came to.
     *
     * @param args the folder for checkpoints
     */
    public static void main(String[] args) {
      History history =
          Trainer.of(KillableTraining.model())
              .epochs(Integer.MAX_VALUE)
              .checkpoints(
                  Checkpointing.in(Path.of(args[0])).eachEpoch(false).best(Metric.TRAIN_LOSS))
              .stopOnShutdown()
              .listener(
                  new TrainingListener() {
                    @Override
                    public void onIteration(IterationReport report) {
                      if (report.iteration() == 1) {
                        System.out.println(STEP);
                      }
                    }

                    @Override
                    public void onFitEnd(History history) {
                      System.out.println(ENDED + history.stopReason() + " " + history.iterations());
                    }
                  })
              .fit(KillableTraining.data());
      assertThat(history.stopReason()).isEqualTo(StopReason.INTERRUPTED);
    }
  }

  private static String await(BufferedReader says, String word) throws IOException {
    String line = says.readLine();
    while (line != null && !line.startsWith(word)) {
      line = says.readLine();
    }
    return line;
  }

  @Test
  void itsLastStepIsInACheckpoint() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Endless.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assumeTrue(process.supportsNormalTermination());
    BufferedReader says = process.inputReader(StandardCharsets.UTF_8);
    assertThat(await(says, STEP)).isEqualTo(STEP);
    process.toHandle().destroy(); // unlike process.destroy(), it leaves the streams open
    String ended = await(says, ENDED);
    assertThat(ended).startsWith(ENDED + StopReason.INTERRUPTED);
    process.waitFor();
    int steps = Integer.parseInt(ended.substring(ended.lastIndexOf(' ') + 1));
    Path file = folder.resolve("checkpoint-%09d.safetensors".formatted(steps));
    assertThat(Safetensors.read(file).metadata())
        .containsEntry("iteration", Integer.toString(steps));
    assertThat(folder).isDirectoryNotContaining("glob:**.{tmp,lock}");
  }
}
