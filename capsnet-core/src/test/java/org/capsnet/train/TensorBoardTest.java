package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.testing.EventFile;
import org.capsnet.testing.EventFile.Event;
import org.capsnet.train.tensorboard.TensorBoard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.tensorflow.framework.Summary;

class TensorBoardTest {

  private static final int BATCHES = 4;

  @TempDir private Path folder;

  /** Keeps all that listeners are told. */
  private static final class Log implements TrainingListener {
    private final List<IterationReport> steps = new ArrayList<>();
    private final List<EpochReport> epochs = new ArrayList<>();

    @Override
    public void onIteration(IterationReport report) {
      steps.add(report);
    }

    @Override
    public void onEpochEnd(EpochReport report) {
      epochs.add(report);
    }
  }

  private final Log log = new Log();

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0, 11);
  }

  private Trainer trainer(TinyModel model, IUpdater updater, TensorBoard board) {
    return Trainer.of(model)
        .updater(updater)
        .regularization(new WeightDecay(0.01, true))
        .clipping(GradientClipping.byGlobalNorm(1))
        .provenance(Map.of("seed", "11"))
        .checkpoints(Checkpointing.in(folder.resolve("checkpoints")))
        .listener(log)
        .listener(board);
  }

  private void fit(Trainer trainer) {
    trainer.fit(
        new ShuffledBatches(Batches.circle(BATCHES, 8, 1)), new Batches(Batches.circle(2, 8, 2)));
  }

  private Path board() {
    return folder.resolve("board");
  }

  private List<Event> events(int file) throws IOException {
    return EventFile.read(EventFile.in(board()).get(file));
  }

  private static void assertHolds(Event event, String prefix, Map<String, Double> metrics) {
    metrics.forEach(
        (name, value) ->
            assertThat(event.scalar(prefix + name)).as(name).contains(value.floatValue()));
  }

  private static List<Event> with(List<Event> events, String tag) {
    return events.stream().filter(event -> event.scalar(tag).isPresent()).toList();
  }

  @Test
  void theNumbersAreThoseOfTheReports() throws IOException {
    fit(trainer(model(), new Adam(0.05), TensorBoard.in(board())).epochs(2));

    List<Event> steps = with(events(0), "batch/train_loss");
    assertThat(steps).hasSize(2 * BATCHES);
    for (int i = 0; i < steps.size(); i++) {
      IterationReport report = log.steps.get(i);
      assertThat(steps.get(i).step()).isEqualTo(report.iteration());
      assertThat(report.metrics())
          .containsKeys("train_loss", "train_cross_entropy", "train_accuracy");
      assertHolds(steps.get(i), "batch/", report.metrics());
      assertThat(steps.get(i).scalar("batch/learning_rate")).contains(0.05f);
      assertThat(steps.get(i).scalar("batch/images_per_second"))
          .contains((float) report.imagesPerSecond());
    }
    List<Event> epochs = with(events(0), "epoch/train_loss");
    assertThat(epochs).extracting(Event::step).containsExactly(4L, 8L);
    for (int i = 0; i < epochs.size(); i++) {
      EpochReport report = log.epochs.get(i);
      assertThat(report.metrics()).containsKeys("validation_loss", "validation_accuracy");
      assertHolds(epochs.get(i), "epoch/", report.metrics());
      assertThat(epochs.get(i).scalar("epoch/seconds")).contains((float) report.seconds());
      assertThat(epochs.get(i).scalar("epoch/images_per_second"))
          .contains((float) report.imagesPerSecond());
      assertThat(epochs.get(i).scalar("epoch/learning_rate")).contains(0.05f);
    }
  }

  @Test
  void histogramsAreOfEachParameterAfterEachEpoch() throws IOException {
    TinyModel model = model();
    fit(trainer(model, new Adam(0.05), TensorBoard.in(board())).epochs(2));
    model
        .parameters()
        .forEach(
            (name, parameter) -> {
              List<Summary.Value> values = values("weights/" + name);
              assertThat(values).as(name).hasSize(2);
              assertThat(values.get(1).getHisto().getMax())
                  .isEqualTo(parameter.value().maxNumber().doubleValue());
              assertThat(values.get(1).getHisto().getNum())
                  .isEqualTo((double) parameter.value().length());
            });
  }

  private List<Summary.Value> values(String tag) {
    try {
      return EventFile.values(events(0), tag);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theSettingsAreText() throws IOException {
    fit(trainer(model(), new Adam(0.05), TensorBoard.in(board())).movingAverage(0.5).epochs(1));
    String text = values("settings").get(0).getTensor().getStringVal(0).toStringUtf8();
    assertThat(text.lines())
        .contains(
            "- **epochs**: `` 1 ``",
            "- **clipping**: `` by global norm 1.0 ``",
            "- **moving average**: `` 0.5 ``",
            "- **batch size**: `` 8 ``",
            "- **seed**: `` 11 ``")
        .anyMatch(line -> line.startsWith("- **updater**: `` Adam(learningRate=0.05"))
        .anyMatch(line -> line.startsWith("- **regularization**: `` WeightDecay("));
  }

  @Test
  void oneStepInSoManyIsWritten() throws IOException {
    fit(trainer(model(), new Adam(0.05), TensorBoard.in(board()).every(3)).epochs(2));
    assertThat(with(events(0), "batch/train_loss")).extracting(Event::step).containsExactly(3L, 6L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorBoard.in(board()).every(0))
        .withMessage("every: expected at least 1, got 0");
  }

  @Test
  void whatIsNoNumberIsLeftOut() throws IOException {
    fit(trainer(model(), new AdaDelta(), TensorBoard.in(board())).epochs(1));
    assertThat(with(events(0), "batch/train_loss")).hasSize(BATCHES);
    assertThat(with(events(0), "batch/learning_rate")).isEmpty();
    assertThat(with(events(0), "epoch/learning_rate")).isEmpty();
  }

  @Test
  void aResumedTrainingGoesOnInAFileOfItsOwn() throws IOException {
    fit(trainer(model(), new Adam(0.05), TensorBoard.in(board())).epochs(3).maxIterations(6));
    List<Event> first = events(0);
    assertThat(first.get(1).start()).isTrue();
    assertThat(first.get(1).step()).isZero();

    fit(trainer(model(), new Adam(0.05), TensorBoard.in(board())).epochs(3).resumeIfPresent());
    assertThat(EventFile.in(board())).hasSize(2);
    List<Event> second = events(1);
    assertThat(second.get(1).start()).isTrue();
    assertThat(second.get(1).step()).isEqualTo(7);
    assertThat(second.get(2).values().get(0).getTag()).isEqualTo("settings");
    assertThat(second.get(2).step()).isEqualTo(6);
    assertThat(with(second, "batch/train_loss"))
        .extracting(Event::step)
        .containsExactly(7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(with(second, "epoch/train_loss")).extracting(Event::step).containsExactly(8L, 12L);

    // Nothing is left to do, and so nothing to show.
    fit(trainer(model(), new Adam(0.05), TensorBoard.in(board())).epochs(3).resumeIfPresent());
    assertThat(EventFile.in(board())).hasSize(2);
  }

  @Test
  void panelsWriteAfterEachEpochAndAllIsFlushed() throws IOException {
    List<Integer> seen = new ArrayList<>();
    TensorBoard board =
        TensorBoard.in(board())
            .panel((events, step) -> events.scalar("own", 2.5, step))
            .panel((events, step) -> seen.add(0));
    TrainingListener reader =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochReport report) {
            assertThat(values("own")).hasSize(report.epoch());
          }
        };
    fit(trainer(model(), new Adam(0.05), board).listener(reader).epochs(2));
    assertThat(seen).hasSize(2);
  }

  @Test
  void aFolderThatIsAFileEndsTheTraining() throws IOException {
    Path file = Files.createFile(folder.resolve("board"));
    assertThatThrownBy(() -> fit(trainer(model(), new Adam(0.05), TensorBoard.in(file)).epochs(1)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("board");
  }

  @Test
  void settingsOfGroupsAndSchedulesAreSaid() {
    Map<String, String> settings =
        new TrainingPlan(
                Updaters.of(new Adam(Schedules.cosine(0.1, 0.01, 50)))
                    .with(
                        "hidden", Optional.of(new Adam(new RampSchedule(new FixedSchedule(1), 2))))
                    .with("out", Optional.empty()),
                List.of(),
                GradientClipping.byValue(2),
                Optional.empty(),
                3,
                7,
                Optional.of(EarlyStopping.on(Metric.VALIDATION_LOSS, 2)),
                Optional.empty(),
                TrainingPlan.Resuming.NEVER,
                Provenance.NONE,
                List.of(),
                List.of())
            .settings();
    assertThat(settings.get("updater")).contains("cosine from 0.1 to 0.01 in 50 steps");
    assertThat(settings)
        .containsEntry("updater of out", "frozen")
        .hasEntrySatisfying(
            "updater of hidden",
            text -> assertThat(text).contains("learningRateSchedule=RampSchedule, "))
        .containsEntry("most steps", "7")
        .containsEntry("clipping", "by value 2.0")
        .doesNotContainKeys("moving average", "regularization");
    assertThat(settings.get("early stopping")).contains("validation_loss", "patience=2");
    assertThat(GradientClipping.none()).hasToString("none");
    assertThat(settings.toString()).doesNotContain("org.nd4j");
  }
}
