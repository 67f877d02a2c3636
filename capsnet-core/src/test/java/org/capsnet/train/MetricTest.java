package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.capsnet.io.Safetensors;
import org.capsnet.train.Metric.Better;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Metrics of one's own, and how trainings go by them. */
class MetricTest {

  @TempDir private Path folder;

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0, 1);
  }

  private static Trainer trainer(TinyModel model) {
    return Trainer.of(model).updater(new Adam(0.05));
  }

  private static Batches train() {
    return new ShuffledBatches(Batches.circle(4, 8, 1));
  }

  private static Batches validation() {
    return new Batches(Batches.circle(3, 8, 2));
  }

  /** The recall of a class, as a user would write it. */
  private static final class Recall implements Metric.Accumulator {

    private final int label;
    private long found;
    private long there;

    Recall(int label) {
      this.label = label;
    }

    @Override
    public void add(DataSet batch, Loss loss) {
      INDArray predicted = loss.predictions().orElseThrow().scores().argMax(1);
      for (int i = 0; i < predicted.length(); i++) {
        if (batch.getLabels().getDouble(i, label) == 1) {
          there++;
          found += predicted.getLong(i) == label ? 1 : 0;
        }
      }
    }

    @Override
    public double value() {
      return (double) found / there;
    }
  }

  private static Metric recall(int label) {
    return Metric.onValidation("recall_of_" + label, Better.LARGER, () -> new Recall(label));
  }

  @Test
  void oneOfOnesOwnIsReportedOfEachEpoch() throws IOException {
    List<Validation.Outcome> outcomes = new ArrayList<>();
    History history =
        trainer(model())
            .metric(recall(0))
            .metric(recall(1))
            .epochs(3)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onValidation(int epoch, Validation.Outcome outcome) {
                    outcomes.add(outcome);
                  }
                })
            .fit(train(), validation());
    for (int i = 0; i < 3; i++) {
      for (int label = 0; label < 2; label++) {
        assertThat(history.epochs().get(i).get(recall(label)))
            .isEqualTo(outcomes.get(i).evaluation().orElseThrow().recall(label))
            .isEqualTo(outcomes.get(i).get(recall(label)));
      }
    }
    Path csv = folder.resolve("history.csv");
    history.writeCsv(csv);
    assertThat(Files.readAllLines(csv).get(0))
        .contains(",validation_accuracy,validation_recall_of_0,validation_recall_of_1,seconds,");
    assertThat(ProgressText.ended(history.epochs().get(2), 3)).contains(", recall_of_1 0.");
  }

  @Test
  void validationOutsideOfATrainingComputesItToo() {
    Validation.Outcome outcome = Validation.of(model(), validation(), recall(0)).run();
    assertThat(outcome.metrics())
        .containsOnlyKeys(
            "validation_loss",
            "validation_cross_entropy",
            "validation_accuracy",
            "validation_recall_of_0");
    assertThat(outcome.get(recall(0))).isEqualTo(outcome.evaluation().orElseThrow().recall(0));
  }

  /** Gives numbers that were written down beforehand, one an epoch. */
  private static Metric scripted(String name, Better better, double... values) {
    int[] epoch = {0};
    return Metric.onValidation(
        name,
        better,
        () -> {
          double value = values[epoch[0]++];
          return Metric.Accumulator.of((batch, loss) -> {}, () -> value);
        });
  }

  private static void assertStops(Metric metric, int best, int epochs) {
    History history =
        trainer(model())
            .earlyStopping(EarlyStopping.on(metric, 2))
            .epochs(9)
            .fit(train(), validation());
    assertThat(history.epochs()).hasSize(epochs);
    assertThat(history.stopReason()).isEqualTo(StopReason.EARLY_STOPPING);
    assertThat(history.best(metric).orElseThrow().epoch()).isEqualTo(best);
  }

  @Test
  void earlyStoppingGoesByItInItsDirection() {
    assertStops(scripted("falling", Better.LARGER, 3, 2, 1), 1, 3);
    assertStops(scripted("falling_then_not", Better.SMALLER, 3, 2, 1, 1, 1.5), 3, 5);
    assertStops(scripted("unknown_at_first", Better.LARGER, Double.NaN, 1, 1, 1), 2, 4);
  }

  @Test
  void theBestCheckpointAndTheBestWeightsGoByIt() throws IOException {
    Metric metric = scripted("middle", Better.LARGER, 1, 5, 2, 2);
    TinyModel model = model();
    trainer(model)
        .earlyStopping(EarlyStopping.on(metric, 9).restoringBest())
        .checkpoints(Checkpointing.in(folder).best(metric))
        .epochs(4)
        .fit(train(), validation());
    Safetensors.Contents best = Safetensors.read(folder.resolve("best.safetensors"));
    assertThat(best.metadata()).containsEntry("epoch", "2");
    TinyModel second = model();
    trainer(second).epochs(2).fit(train(), validation());
    assertThat(Snapshots.of(model.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(second.state()));
    assertThat(Snapshots.of(Checkpointing.modelIn(best).tensors()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(second.state()));
  }

  @Test
  void aTermIsOneByItsName() {
    Metric term = Metric.reported("validation_cross_entropy", Better.SMALLER);
    History history =
        trainer(model())
            .earlyStopping(EarlyStopping.on(term, 9).restoringBest())
            .epochs(3)
            .fit(train(), validation());
    assertThat(history.best(term)).isEqualTo(history.best(Metric.VALIDATION_LOSS));
  }

  @Test
  void aNameThatNothingIsReportedUnderIsAnError() {
    Metric mistaken = Metric.reported("validation_margni", Better.SMALLER);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer(model())
                    .earlyStopping(EarlyStopping.on(mistaken, 1))
                    .fit(train(), validation()))
        .withMessage(
            "epoch 1: expected validation_margni, got [train_loss, train_cross_entropy,"
                + " train_accuracy, validation_loss, validation_cross_entropy,"
                + " validation_accuracy]");
  }

  @Test
  void needsValidationData() {
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer(model()).metric(recall(0)).fit(train()))
        .withMessage("validation_recall_of_0 needs validation data, and there are none");
  }

  @Test
  void twoOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> trainer(model()).metric(recall(0)).metric(recall(0)).fit(train(), validation()))
        .withMessage("metrics: two are named validation_recall_of_0");
    Metric likeATerm = Metric.onValidation("cross_entropy", Better.LARGER, () -> new Recall(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer(model()).metric(likeATerm).fit(train(), validation()))
        .withMessage("metrics: the loss has a term named validation_cross_entropy");
  }

  /** Resumed, a training knows what was measured before. */
  @Test
  void resumedATrainingStopsWhereAnUnbrokenOneDoes() {
    Metric recall = recall(1);
    TinyModel whole = model();
    TinyModel broken = model();
    History expected = byRecall(whole, "whole", recall).fit(train(), validation());
    byRecall(model(), "broken", recall).maxIterations(6).fit(train(), validation());
    History resumed = byRecall(broken, "broken", recall).resume().fit(train(), validation());
    assertThat(Snapshots.timeless(resumed)).isEqualTo(Snapshots.timeless(expected));
    assertThat(resumed.stopReason()).isEqualTo(expected.stopReason());
    assertThat(Snapshots.of(broken.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(whole.state()));
  }

  private Trainer byRecall(TinyModel model, String name, Metric recall) {
    return trainer(model)
        .epochs(5)
        .earlyStopping(EarlyStopping.on(recall, 2).restoringBest())
        .checkpoints(Checkpointing.in(folder.resolve(name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dice", "validation_", "validation_a b", "test_dice", "train_a,b"})
  void namesSayWhatIsMeasured(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metric.reported(name, Better.LARGER))
        .withMessage(
            "metric: expected train_ or validation_ and a name of letters, digits and underscores,"
                + " got "
                + name);
  }

  @Test
  void nothingIsComputedOfTrainingData() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Metric("train_recall", Better.LARGER, Optional.of(() -> new Recall(0))));
  }
}
