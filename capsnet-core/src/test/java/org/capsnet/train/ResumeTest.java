package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class ResumeTest {

  private static final int BATCHES = 4;
  private static final int EPOCHS = 3;

  @TempDir private Path folder;

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Ends a training as an exception of the user's own would, after a step. */
  private static TrainingListener crashAfter(int iteration) {
    return new TrainingListener() {
      @Override
      public void onIteration(IterationReport report) {
        if (report.iteration() == iteration) {
          throw new Crash();
        }
      }
    };
  }

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0.4, 11);
  }

  private static Trainer trainer(TinyModel model, Path checkpoints) {
    return Trainer.of(model)
        .updater(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.05, 0.9)))
        .regularization(new WeightDecay(0.01, true))
        .clipping(GradientClipping.byGlobalNorm(1))
        .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 100).restoringBest())
        .checkpoints(Checkpointing.in(checkpoints).everyIterations(3).keepLast(100))
        .epochs(EPOCHS);
  }

  private static Batches data() {
    return new ShuffledBatches(Batches.circle(BATCHES, 8, 3));
  }

  private static Batches validation() {
    return new Batches(Batches.circle(2, 8, 4));
  }

  /** Trains in one go, and in two with a crash between, and compares all there is. */
  private void assertResumes(int crash) throws IOException {
    Path whole = folder.resolve("whole");
    Path broken = folder.resolve("broken");
    TinyModel expected = model();
    History unbroken = trainer(expected, whole).fit(data(), validation());
    assertThatThrownBy(
            () -> trainer(model(), broken).listener(crashAfter(crash)).fit(data(), validation()))
        .isInstanceOf(Crash.class);
    TinyModel actual = model();
    History resumed = trainer(actual, broken).resumeIfPresent().fit(data(), validation());

    assertThat(Snapshots.timeless(resumed)).isEqualTo(Snapshots.timeless(unbroken));
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
    assertThat(names(broken)).isEqualTo(names(whole));
    for (String name : names(whole)) {
      assertThat(Snapshots.timeless(broken.resolve(name)))
          .as(name)
          .usingRecursiveComparison()
          .isEqualTo(Snapshots.timeless(whole.resolve(name)));
    }
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 7, 9, 12})
  void equalsAnUnbrokenTrainingToTheLastBit(int crash) throws IOException {
    assertResumes(crash);
  }

  @Test
  void iteratorsThatCannotSeekAreCountedForward() {
    List<DataSet> batches = Batches.circle(BATCHES, 8, 3);
    TinyModel expected = model();
    TinyModel actual = model();
    Path other = folder.resolve("other");
    trainer(expected, folder.resolve("one")).fit(new Batches(batches), validation());
    trainer(model(), other).maxIterations(6).fit(new Batches(batches), validation());
    trainer(actual, other).resume().fit(new Batches(batches), validation());
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
  }

  /** The loss of the model under a name, and the square of its layer under others. */
  private record Named(TinyModel module, List<String> terms) implements Trainable {
    @Override
    public Loss loss(DataSet batch, Step step) {
      Loss loss = module.loss(batch, step);
      Variable square = module.parameters().get("hidden.weight").variable().square().mean();
      for (String term : terms) {
        loss = loss.plus(term, square, 0.01);
      }
      return loss;
    }
  }

  private Trainer named(String... terms) {
    return Trainer.of(new Named(model(), List.of(terms)))
        .checkpoints(Checkpointing.in(folder).everyIterations(1))
        .epochs(EPOCHS);
  }

  /** In the middle of the first epoch, and at the end of one. */
  @ParameterizedTest
  @ValueSource(ints = {2, BATCHES})
  void anObjectiveWithARenamedTermIsAnother(int crash) {
    assertThatThrownBy(
            () -> named("penalty", "ridge").listener(crashAfter(crash)).fit(data(), validation()))
        .isInstanceOf(Crash.class);
    assertThatIllegalStateException()
        .isThrownBy(() -> named("penalty", "lasso").resume().fit(data(), validation()))
        .withMessageEndingWith(
            " is a checkpoint of another training: terms of the loss: expected [cross_entropy,"
                + " lasso, penalty], got [cross_entropy, penalty, ridge]");
    // By a schedule a term begins, or ends; and the same ones are the same in any order.
    named("penalty", "ridge", "lasso").maxIterations(crash + 1).resume().fit(data(), validation());
    named("ridge", "penalty").resume().fit(data(), validation());
  }

  @Test
  void dataThatBecameShorterAreNoticed() {
    trainer(model(), folder).maxIterations(3).fit(data(), validation());
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer(model(), folder)
                    .resume()
                    .fit(new Batches(Batches.circle(1, 8, 3)), validation()))
        .withMessage(
            "the training data end after 1 batches, "
                + "but the checkpoint was written after 3 of them");
  }

  @Test
  void aFinishedTrainingIsNotTrainedAgain() {
    TinyModel first = model();
    TinyModel again = model();
    History before = trainer(first, folder).fit(data(), validation());
    History after = trainer(again, folder).resume().fit(data(), validation());
    assertThat(after).isEqualTo(before);
    assertThat(Snapshots.of(again.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(first.state()));
  }

  @Test
  void theRandomGeneratorGoesOnWhereItWas() {
    Nd4j.getRandom().setSeed(9);
    trainer(model(), folder).maxIterations(3).fit(data(), validation());
    double expected = Nd4j.rand(1).getDouble(0);
    Random random = Nd4j.getRandom();
    random.setSeed(10);
    trainer(model(), folder).resume().maxIterations(3).fit(data(), validation());
    assertThat(Nd4j.rand(1).getDouble(0)).isEqualTo(expected);
  }

  @Test
  void anInterruptedTrainingSavesAndResumes() {
    TinyModel expected = model();
    trainer(expected, folder.resolve("whole")).fit(data(), validation());
    Path broken = folder.resolve("broken");
    History cut =
        trainer(model(), broken)
            .checkpoints(Checkpointing.in(broken))
            .listener(
                new TrainingListener() {
                  @Override
                  public void onIteration(IterationReport report) {
                    if (report.iteration() == 6) {
                      Thread.currentThread().interrupt();
                    }
                  }
                })
            .fit(data(), validation());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(cut.stopReason()).isEqualTo(StopReason.INTERRUPTED);
    TinyModel actual = model();
    History rest = trainer(actual, broken).resume().fit(data(), validation());
    assertThat(rest.iterations()).isEqualTo(EPOCHS * BATCHES);
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
  }

  // ---------------------------------------------------------------- files

  @Test
  void keepsTheLastFewAndTheBest() throws IOException {
    History history =
        Trainer.of(model())
            .updater(new Sgd(new ExponentialSchedule(ScheduleType.EPOCH, 0.5, 3)))
            .epochs(6)
            .checkpoints(Checkpointing.in(folder).keepLast(2).best(Metric.VALIDATION_LOSS))
            .fit(data(), validation());
    assertThat(names(folder))
        .containsExactly(
            "best.safetensors",
            "checkpoint-000000020.safetensors",
            "checkpoint-000000024.safetensors");
    int best = history.best(Metric.VALIDATION_LOSS).orElseThrow().epoch();
    assertThat(best).isLessThan(6);
    assertThat(Snapshots.timeless(folder.resolve("best.safetensors")))
        .containsEntry("iteration", Integer.toString(best * BATCHES));
  }

  @Test
  void aDamagedCheckpointIsPassedOver() throws IOException {
    TinyModel expected = model();
    trainer(expected, folder.resolve("whole")).fit(data(), validation());
    Path broken = folder.resolve("broken");
    trainer(model(), broken).maxIterations(9).fit(data(), validation());
    truncate(broken.resolve("checkpoint-000000009.safetensors"));
    flipLastByte(broken.resolve("checkpoint-000000008.safetensors"));
    Files.createFile(broken.resolve(".capsnet-left-over.tmp"));
    TinyModel actual = model();
    trainer(actual, broken).resume().fit(data(), validation());
    assertThat(names(broken))
        .contains(
            "checkpoint-000000008.safetensors.damaged", "checkpoint-000000009.safetensors.damaged")
        .doesNotContain(".capsnet-left-over.tmp");
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
  }

  @Test
  void ifAllAreDamagedTheTrainingDoesNotBeginAnew() throws IOException {
    trainer(model(), folder).maxIterations(3).fit(data(), validation());
    truncate(folder.resolve("checkpoint-000000003.safetensors"));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatIllegalStateException()
          .isThrownBy(() -> trainer(model(), folder).resumeIfPresent().fit(data(), validation()))
          .withMessage("every checkpoint in " + folder + " is damaged");
    }
  }

  @Test
  void theBestAloneIsEnoughToGoOn() throws IOException {
    TinyModel expected = model();
    trainer(expected, folder.resolve("whole")).fit(data(), validation());
    Path broken = folder.resolve("broken");
    trainer(model(), broken).maxIterations(BATCHES).fit(data(), validation());
    for (String name : names(broken)) {
      if (!name.startsWith("best")) {
        Files.delete(broken.resolve(name));
      }
    }
    assertThat(names(broken)).containsExactly("best.safetensors");
    TinyModel actual = model();
    History history = trainer(actual, broken).resume().fit(data(), validation());
    assertThat(history.iterations()).isEqualTo(EPOCHS * BATCHES);
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
  }

  @Test
  void theBestOfAnEarlierTrainingIsNotMixedIn() throws IOException {
    Checkpointing bestOnly = Checkpointing.in(folder).eachEpoch(false);
    trainer(model(), folder).checkpoints(bestOnly).epochs(1).fit(data(), validation());
    assertThat(names(folder)).containsExactly("best.safetensors");
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer(model(), folder).checkpoints(bestOnly).fit(data(), validation()))
        .withMessageContaining("holds the checkpoints of an earlier training");
    trainer(model(), folder)
        .checkpoints(bestOnly.replacingEarlier())
        .maxIterations(1)
        .fit(data(), validation());
    assertThat(names(folder)).containsExactly("checkpoint-000000001.safetensors");
  }

  private static void truncate(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() - 5);
    }
  }

  private static void flipLastByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  // ---------------------------------------------------------------- refusals

  @Test
  void saysHowACheckpointDiffersFromTheModel() {
    trainer(model(), folder).maxIterations(3).fit(data(), validation());
    TinyModel wider = new TinyModel(2, 9, 2, 0.4, 11);
    var before = Snapshots.of(wider.state());
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer(wider, folder).resume().fit(data(), validation()))
        .withMessage(
            folder.resolve("checkpoint-000000003.safetensors")
                + " is a checkpoint of another training: model hidden.weight:"
                + " expected DOUBLE[2, 9], got DOUBLE[2, 8]");
    assertThat(Snapshots.of(wider.state())).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void saysThatTheUpdaterIsAnother() {
    trainer(model(), folder).maxIterations(3).fit(data(), validation());
    assertThatIllegalStateException()
        .isThrownBy(
            () -> trainer(model(), folder).updater(new Sgd(0.1)).resume().fit(data(), validation()))
        .withMessageContaining("another training: updater: expected " + Sgd.class.getName());
  }

  @Test
  void saysThatTheDataAreDividedOtherwise() {
    trainer(model(), folder).maxIterations(3).fit(data(), validation());
    Path file = folder.resolve("checkpoint-000000003.safetensors");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer(model(), folder)
                    .resume()
                    .fit(new ShuffledBatches(Batches.circle(BATCHES, 6, 3)), validation()))
        .withMessage(file + " is a checkpoint of another training: batch size: expected 6, got 8");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer(model(), folder)
                    .resume()
                    .fit(new ShuffledBatches(Batches.circle(7, 8, 3)), validation()))
        .withMessage(
            file + " is a checkpoint of another training: batches per epoch: expected 7, got 4");
  }

  @Test
  void saysThatThereIsNothingToResume() {
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer(model(), folder).resume().fit(data(), validation()))
        .withMessage("there is no checkpoint to resume from in " + folder);
  }

  @Test
  void doesNotMixTwoTrainings() throws IOException {
    trainer(model(), folder).fit(data(), validation());
    assertThatIllegalStateException()
        .isThrownBy(() -> trainer(model(), folder).fit(data(), validation()))
        .withMessageContaining("holds the checkpoints of an earlier training");
    trainer(model(), folder)
        .checkpoints(Checkpointing.in(folder).replacingEarlier())
        .epochs(1)
        .fit(data(), validation());
    assertThat(names(folder))
        .containsExactly("best.safetensors", "checkpoint-000000004.safetensors");
  }
}
