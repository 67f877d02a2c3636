package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The best state is restored although the checkpoint did not keep it, where it is known. */
class RestoringBestTest {

  private static final int BATCHES = 4;
  private static final int EPOCHS = 6;

  @TempDir private Path folder;

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0, 11);
  }

  /** A rate that grows until it spoils what was learned: the best epoch is in the middle. */
  private static Trainer trainer(TinyModel model, Path checkpoints) {
    return Trainer.of(model)
        .updater(new Sgd(new ExponentialSchedule(ScheduleType.EPOCH, 0.05, 3)))
        .checkpoints(
            Checkpointing.in(checkpoints)
                .everyIterations(1)
                .keepLast(100)
                .best(Metric.VALIDATION_LOSS))
        .epochs(EPOCHS);
  }

  private static Trainer restoring(TinyModel model, Path checkpoints) {
    return trainer(model, checkpoints)
        .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, EPOCHS).restoringBest());
  }

  private static History fit(Trainer trainer) {
    return trainer.fit(
        new ShuffledBatches(Batches.circle(BATCHES, 8, 3)), new Batches(Batches.circle(2, 8, 4)));
  }

  private int best(TinyModel expected) {
    History unbroken = fit(restoring(expected, folder.resolve("whole")));
    int best = unbroken.best(Metric.VALIDATION_LOSS).orElseThrow().epoch();
    assertThat(best).isBetween(2, EPOCHS - 1);
    return best;
  }

  private Path without(int iterations) {
    Path other = folder.resolve("without");
    fit(trainer(model(), other).maxIterations(iterations));
    return other;
  }

  private void assertRestores(TinyModel expected, Path checkpoints) {
    TinyModel actual = model();
    fit(restoring(actual, checkpoints).resume());
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
  }

  @Test
  void fromBeforeTheFirstEpochEnds() {
    TinyModel expected = model();
    best(expected);
    assertRestores(expected, without(2));
  }

  @Test
  void fromTheModelWhereTheBestEpochHasJustEnded() throws IOException {
    TinyModel expected = model();
    int best = best(expected);
    Path checkpoints = without(best * BATCHES);
    Files.delete(checkpoints.resolve("best.safetensors"));
    assertRestores(expected, checkpoints);
  }

  @Test
  void fromTheFileOfTheBestEpoch() {
    TinyModel expected = model();
    int best = best(expected);
    assertRestores(expected, without(best * BATCHES + BATCHES + 1));
  }

  @Test
  void whatIsInNoFileIsToldPrecisely() throws IOException {
    int best = best(model());
    int iterations = best * BATCHES + 2;
    Path checkpoints = without(iterations);
    Files.delete(checkpoints.resolve("best.safetensors"));
    TinyModel other = model();
    var before = Snapshots.of(other.state());
    assertThatIllegalStateException()
        .isThrownBy(() -> fit(restoring(other, checkpoints).resume()))
        .withMessage(
            "%s: the best epoch by validation_loss was %d, and its state is in no checkpoint: they"
                    .formatted(
                        checkpoints.resolve("checkpoint-%09d.safetensors".formatted(iterations)),
                        best)
                + " were written without restoringBest(), or by another metric; resume without it,"
                + " or begin anew");
    assertThat(Snapshots.of(other.state())).usingRecursiveComparison().isEqualTo(before);
  }

  /** What was kept as the best by one metric is not given back as the best by another. */
  @Test
  void theBestByAnotherMetricIsNotTakenForIt() {
    int best = best(model());
    History history = fit(trainer(model(), folder.resolve("plain")));
    Metric other =
        Stream.of(
                Metric.TRAIN_LOSS,
                Metric.TRAIN_ACCURACY,
                Metric.VALIDATION_LOSS,
                Metric.VALIDATION_ACCURACY)
            .filter(metric -> history.best(metric).orElseThrow().epoch() != best)
            .findFirst()
            .orElseThrow();
    Path checkpoints = folder.resolve("other");
    fit(
        trainer(model(), checkpoints)
            .checkpoints(Checkpointing.in(checkpoints).everyIterations(1).best(other))
            .earlyStopping(EarlyStopping.on(other, EPOCHS).restoringBest())
            .maxIterations(BATCHES * EPOCHS - 1));
    assertThatIllegalStateException()
        .isThrownBy(() -> fit(restoring(model(), checkpoints).resume()))
        .withMessageContaining("the best epoch by validation_loss was " + best);
  }
}
