package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class TrainerTest {

  private static TinyModel model(long seed) {
    return new TinyModel(2, 16, 2, 0, seed);
  }

  private static Map<String, double[]> stateOf(TinyModel model) {
    return Snapshots.of(model.state());
  }

  @Test
  void learnsExclusiveOr() {
    TinyModel model = model(1);
    History history =
        Trainer.of(model).updater(new Adam(0.1)).epochs(60).fit(new Batches(Batches.xor()));
    assertThat(history.epochs()).hasSize(60);
    assertThat(history.iterations()).isEqualTo(60);
    assertThat(history.stopReason()).isEqualTo(StopReason.EPOCHS);
    EpochReport last = history.epochs().get(59);
    assertThat(last.get(Metric.TRAIN_ACCURACY)).isEqualTo(1);
    assertThat(last.get(Metric.TRAIN_LOSS)).isLessThan(0.05);
    assertThat(last.get(Metric.VALIDATION_LOSS)).isNaN();
    assertThat(last.learningRate()).isEqualTo(0.1);
    assertThat(last.imagesPerSecond()).isCloseTo(4 / last.seconds(), within(1e-6));
    assertThat(model.training()).as("left for prediction").isFalse();
  }

  @Test
  void generalizesFromACircleAndJudgesByEvaluation() {
    List<Evaluation> seen = new ArrayList<>();
    History history =
        Trainer.of(model(2))
            .updater(new Adam(0.05))
            .epochs(20)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onValidation(int epoch, Validation.Outcome outcome) {
                    seen.add(outcome.evaluation().orElseThrow());
                  }
                })
            .fit(
                new ShuffledBatches(Batches.circle(6, 64, 1)),
                new Batches(Batches.circle(4, 25, 2)));
    EpochReport last = history.epochs().get(19);
    assertThat(last.get(Metric.VALIDATION_ACCURACY)).isGreaterThan(0.93);
    assertThat(last.get(Metric.VALIDATION_LOSS)).isLessThan(0.3);
    assertThat(seen).hasSize(20);
    assertThat(seen.get(19).accuracy()).isEqualTo(last.get(Metric.VALIDATION_ACCURACY));
    assertThat(seen.get(19).getNumRowCounter()).isEqualTo(100);
    assertThat(
            history.best(Metric.VALIDATION_ACCURACY).orElseThrow().get(Metric.VALIDATION_ACCURACY))
        .isGreaterThanOrEqualTo(last.get(Metric.VALIDATION_ACCURACY));
  }

  @Test
  void aModelThatPredictsNoClassesIsJudgedByItsLoss(@TempDir Path folder) throws IOException {
    TinyModel predicting = model(2);
    Trainable silent =
        new Trainable() {
          @Override
          public Module module() {
            return predicting;
          }

          @Override
          public Loss loss(DataSet batch, Step step) {
            return Loss.of("cross_entropy", predicting.loss(batch, step).total());
          }
        };
    List<Validation.Outcome> seen = new ArrayList<>();
    History history =
        Trainer.of(silent)
            .updater(new Adam(0.05))
            .epochs(3)
            .checkpoints(Checkpointing.in(folder))
            .listener(
                new TrainingListener() {
                  @Override
                  public void onValidation(int epoch, Validation.Outcome outcome) {
                    seen.add(outcome);
                  }
                })
            .fit(new Batches(Batches.circle(6, 64, 1)), new Batches(Batches.circle(4, 25, 2)));
    EpochReport last = history.epochs().get(2);
    assertThat(last.get(Metric.TRAIN_ACCURACY)).isNaN();
    assertThat(last.get(Metric.VALIDATION_ACCURACY)).isNaN();
    assertThat(seen).extracting(Validation.Outcome::evaluation).containsOnly(Optional.empty());
    assertThat(seen.get(2).get(Metric.VALIDATION_LOSS)).isEqualTo(last.get(Metric.VALIDATION_LOSS));
    assertThat(Safetensors.read(folder.resolve("best.safetensors")).metadata().get("epoch"))
        .as("the best by validation loss")
        .isEqualTo(Integer.toString(history.best(Metric.VALIDATION_LOSS).orElseThrow().epoch()));
  }

  @Test
  void validationJudgesTheModelInEvaluationModeAndChangesNothing() {
    TinyModel judged = new TinyModel(2, 8, 2, 0.5, 3);
    TinyModel alone = new TinyModel(2, 8, 2, 0.5, 3);
    List<DataSet> data = Batches.circle(3, 8, 1);
    Trainer.of(judged).epochs(2).fit(new Batches(data), new Batches(data));
    Trainer.of(alone).epochs(2).fit(new Batches(data));
    assertThat(stateOf(judged)).usingRecursiveComparison().isEqualTo(stateOf(alone));
  }

  @Test
  void twoSeededRunsAreEqual() {
    TinyModel one = new TinyModel(2, 8, 2, 0.3, 5);
    TinyModel other = new TinyModel(2, 8, 2, 0.3, 5);
    History[] histories = new History[2];
    for (int i = 0; i < 2; i++) {
      histories[i] =
          Trainer.of(i == 0 ? one : other)
              .epochs(4)
              .fit(new ShuffledBatches(Batches.circle(5, 8, 1)));
    }
    assertThat(stateOf(one)).usingRecursiveComparison().isEqualTo(stateOf(other));
    assertThat(Snapshots.timeless(histories[0])).isEqualTo(Snapshots.timeless(histories[1]));
  }

  @Test
  void reportsFollowTheSchedule() {
    List<IterationReport> reports = new ArrayList<>();
    History history =
        Trainer.of(model(1))
            .updater(new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5)))
            .epochs(2)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onIteration(IterationReport report) {
                    reports.add(report);
                  }
                })
            .fit(new Batches(Batches.circle(2, 4, 1)));
    assertThat(reports)
        .extracting(IterationReport::learningRate)
        .containsExactly(0.1, 0.05, 0.025, 0.0125);
    assertThat(reports).extracting(IterationReport::iteration).containsExactly(1, 2, 3, 4);
    assertThat(reports).extracting(IterationReport::epoch).containsExactly(1, 1, 2, 2);
    assertThat(reports).extracting(IterationReport::batch).containsExactly(1, 2, 1, 2);
    assertThat(reports).extracting(IterationReport::batches).containsExactly(-1, -1, 2, 2);
    assertThat(reports).extracting(IterationReport::samples).containsExactly(4L, 8L, 4L, 8L);
    assertThat(history.epochs())
        .extracting(EpochReport::learningRate)
        .containsExactly(0.05, 0.0125);
    assertThat(reports.get(1).mean(Metric.TRAIN_LOSS))
        .isCloseTo(
            (reports.get(0).get(Metric.TRAIN_LOSS) + reports.get(1).get(Metric.TRAIN_LOSS)) / 2,
            within(1e-12))
        .isEqualTo(history.epochs().get(0).get(Metric.TRAIN_LOSS));
  }

  @Test
  void stopsAfterTheMostIterations() {
    History history =
        Trainer.of(model(1)).epochs(9).maxIterations(7).fit(new Batches(Batches.circle(3, 4, 1)));
    assertThat(history.iterations()).isEqualTo(7);
    assertThat(history.epochs()).hasSize(2);
    assertThat(history.stopReason()).isEqualTo(StopReason.MAX_ITERATIONS);
  }

  @Test
  void anEpochThatEndsWithTheLastIterationIsJudged() {
    History history =
        Trainer.of(model(1)).epochs(9).maxIterations(6).fit(new Batches(Batches.circle(3, 4, 1)));
    assertThat(history.epochs()).hasSize(2);
  }

  @Test
  void stopsEarlyAndRestoresTheBest() {
    TinyModel model = model(1);
    List<Map<String, double[]>> states = new ArrayList<>();
    History history =
        Trainer.of(model)
            .updater(new Sgd(new ExponentialSchedule(ScheduleType.EPOCH, 1, 3)))
            .epochs(50)
            .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 3).restoringBest())
            .listener(
                new TrainingListener() {
                  @Override
                  public void onEpochEnd(EpochReport report) {
                    states.add(stateOf(model));
                  }
                })
            .fit(new Batches(Batches.circle(3, 8, 1)), new Batches(Batches.circle(3, 8, 2)));
    assertThat(history.stopReason()).isEqualTo(StopReason.EARLY_STOPPING);
    int best = history.best(Metric.VALIDATION_LOSS).orElseThrow().epoch();
    assertThat(history.epochs()).hasSize(best + 3);
    assertThat(stateOf(model)).usingRecursiveComparison().isEqualTo(states.get(best - 1));
  }

  @Test
  void interruptionEndsTheTrainingAfterItsStep() {
    History history =
        Trainer.of(model(1))
            .epochs(9)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onIteration(IterationReport report) {
                    if (report.iteration() == 5) {
                      Thread.currentThread().interrupt();
                    }
                  }
                })
            .fit(new Batches(Batches.circle(3, 4, 1)));
    assertThat(Thread.interrupted()).as("the flag is left set").isTrue();
    assertThat(history.iterations()).isEqualTo(5);
    assertThat(history.epochs()).hasSize(1);
    assertThat(history.stopReason()).isEqualTo(StopReason.INTERRUPTED);
  }

  @Test
  void anIteratorMayBeInterruptedWhileItWaits() {
    Batches waiting =
        new Batches(Batches.circle(3, 4, 1)) {
          private static final long serialVersionUID = 1L;

          @Override
          int place(int position) {
            if (position == 2) {
              Thread.currentThread().interrupt();
              throw new IllegalStateException("interrupted while waiting for a batch");
            }
            return position;
          }
        };
    History history = Trainer.of(model(1)).fit(waiting);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(history.iterations()).isEqualTo(2);
    assertThat(history.stopReason()).isEqualTo(StopReason.INTERRUPTED);
  }

  @Test
  void writesItsHistoryAsATable(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("history.csv");
    History history =
        Trainer.of(model(1))
            .epochs(2)
            .fit(new Batches(Batches.circle(2, 4, 1)), new Batches(Batches.circle(2, 4, 1)));
    history.writeCsv(file);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .isEqualTo(
            "epoch,train_loss,train_cross_entropy,train_accuracy,validation_loss,"
                + "validation_cross_entropy,validation_accuracy,seconds,images_per_second,"
                + "learning_rate");
    EpochReport second = history.epochs().get(1);
    assertThat(lines.get(2))
        .startsWith(
            "2," + second.get(Metric.TRAIN_LOSS) + "," + second.get(Metric.TRAIN_LOSS) + ",")
        .endsWith(",0.001");
    assertThat(HistoryCsv.read(Files.readString(file))).isEqualTo(history.epochs());
    Trainer.of(model(1)).fit(new Batches(Batches.xor())).writeCsv(file);
    assertThat(Files.readAllLines(file).get(0))
        .isEqualTo(
            "epoch,train_loss,train_cross_entropy,train_accuracy,seconds,images_per_second,"
                + "learning_rate");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  /** A forgotten array of a step has at least 64 KiB here, JavaCPP's own objects a few bytes. */
  @Test
  void memoryIsFlatOverSteps() {
    List<Long> bytes = new ArrayList<>();
    Trainer.of(new TinyModel(2, 16, 2, 0.5, 1))
        .regularization(new L1Regularization(1e-4), new L2Regularization(1e-4))
        .clipping(GradientClipping.byGlobalNorm(1))
        .epochs(8)
        .listener(
            new TrainingListener() {
              @Override
              public void onEpochEnd(EpochReport report) {
                bytes.add(Pointer.totalBytes());
              }
            })
        .fit(
            new ShuffledBatches(Batches.circle(4, 512, 1)), new Batches(Batches.circle(2, 512, 2)));
    int steps = 5 * 4;
    assertThat((bytes.get(7) - bytes.get(2)) / steps).isLessThan(8192);
  }

  @Test
  void handsEachBatchBackWhenItsStepIsDoneAndClosesNone() {
    ShuffledBatches train = new ShuffledBatches(Batches.circle(3, 4, 1));
    ShuffledBatches validation = new ShuffledBatches(Batches.circle(2, 4, 2));
    Trainer.of(model(1)).epochs(2).fit(train, validation);
    assertThat(train.released).hasSize(6);
    assertThat(validation.released).hasSize(4);
    assertThat(train.released).noneMatch(batch -> batch.getFeatures().wasClosed());
  }

  @Test
  void aBatchThatBreaksAStepIsHandedBackToo() {
    TinyModel broken =
        model(1)
            .twist(
                logits -> {
                  throw new ArithmeticException("broken");
                });
    ShuffledBatches trained = new ShuffledBatches(Batches.circle(2, 4, 1));
    ShuffledBatches judged = new ShuffledBatches(Batches.circle(2, 4, 1));
    assertThatThrownBy(() -> Trainer.of(broken).fit(trained))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Validation.of(broken, judged).run())
        .isInstanceOf(ArithmeticException.class);
    assertThat(trained.released).hasSize(1);
    assertThat(judged.released).hasSize(1);
  }

  @Test
  void saysWhatIsWrongWithABatch() {
    Trainer trainer = Trainer.of(model(1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                trainer.fit(
                    batch(Nd4j.zeros(DataType.DOUBLE, 4, 2), Nd4j.zeros(DataType.DOUBLE, 4, 1))))
        .withMessage("labels: expected [4, 2], got [4, 1]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                trainer.fit(
                    batch(Nd4j.zeros(DataType.DOUBLE, 4, 3), Nd4j.zeros(DataType.DOUBLE, 4, 2))))
        .withMessage("points: expected [batch, 2], got [4, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.fit(batch(Nd4j.zeros(DataType.DOUBLE, 4, 2), null)))
        .withMessage("training batch 1 of epoch 1 has no labels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.fit(new Batches(List.of())))
        .withMessage("the training iterator has no batch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer.fit(new Batches(Batches.xor()), new Batches(List.of())))
        .withMessage("the validation iterator has no batch");
  }

  private static Batches batch(INDArray features, INDArray labels) {
    return new Batches(List.of(new DataSet(features, labels)));
  }

  @Test
  void saysWhenAnIteratorServesForOnePassOnly() {
    Batches once = new Batches(Batches.xor(), false);
    assertThatIllegalStateException()
        .isThrownBy(() -> Trainer.of(model(1)).epochs(2).fit(once))
        .withMessageContaining("cannot be reset")
        .withMessageContaining("epoch 2");
  }

  @Test
  void refusesSettingsThatContradictEachOther() {
    Batches data = new Batches(Batches.xor());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trainer.of(model(1)).epochs(0))
        .withMessage("epochs: expected at least 1, got 0");
    assertThatIllegalStateException()
        .isThrownBy(() -> Trainer.of(model(1)).resume().fit(data))
        .withMessageContaining("where the checkpoints are");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Trainer.of(model(1))
                    .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 1))
                    .fit(data))
        .withMessage("validation_loss needs validation data, and there are none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlyStopping.on(Metric.TRAIN_LOSS, 0))
        .withMessage("patience: expected at least 1, got 0");
  }

  @Test
  void anUpdaterWithoutLearningRateReportsNone() {
    History history = Trainer.of(model(1)).updater(new NoOp()).fit(new Batches(Batches.xor()));
    assertThat(history.epochs().get(0).learningRate()).isNaN();
  }

  @Test
  void listenersHearOfTheEndOfAFailedTraining() {
    List<StopReason> reasons = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onIteration(IterationReport report) {
            throw new IllegalStateException("enough");
          }

          @Override
          public void onFitEnd(History history) {
            reasons.add(history.stopReason());
          }
        };
    assertThatIllegalStateException()
        .isThrownBy(() -> Trainer.of(model(1)).listener(listener).fit(new Batches(Batches.xor())))
        .withMessage("enough");
    assertThat(reasons).containsExactly(StopReason.FAILED);
  }
}
