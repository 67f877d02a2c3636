package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules know how far their training is, and nothing of it where they are judged. */
class StepOfModulesTest {

  private static final int BATCHES = 3;

  @TempDir private Path folder;

  private static TinyModel noting(List<OptionalLong> steps) {
    TinyModel model = new TinyModel(2, 4, 2, 0, 11);
    return model.twist(
        logits -> {
          steps.add(model.step());
          return logits;
        });
  }

  private static Batches data() {
    return new Batches(Batches.circle(BATCHES, 8, 3));
  }

  private Trainer trainer(TinyModel model) {
    return Trainer.of(model).checkpoints(Checkpointing.in(folder)).epochs(1);
  }

  private static List<OptionalLong> steps(long from, long to) {
    List<OptionalLong> steps =
        new ArrayList<>(LongStream.range(from, to).mapToObj(OptionalLong::of).toList());
    steps.add(OptionalLong.empty());
    return steps;
  }

  @Test
  void stepsAreCountedFromZeroAndGoOnWhereATrainingIsResumed() throws Exception {
    Batches validation = new Batches(Batches.circle(1, 8, 4));
    List<OptionalLong> first = new ArrayList<>();
    trainer(noting(first)).fit(data(), validation);
    assertThat(first).isEqualTo(steps(0, BATCHES));

    List<OptionalLong> second = new ArrayList<>();
    TinyModel model = noting(second);
    trainer(model).epochs(2).resume().fit(data(), validation);
    assertThat(second).isEqualTo(steps(BATCHES, 2 * BATCHES));
    assertThat(model.step()).isEmpty();
  }
}
