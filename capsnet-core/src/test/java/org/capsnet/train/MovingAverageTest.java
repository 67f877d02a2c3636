package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class MovingAverageTest {

  private static final int BATCHES = 4;
  private static final double DECAY = 0.8;

  @TempDir private Path folder;

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0.4, 11);
  }

  private static Batches data() {
    return new ShuffledBatches(Batches.circle(BATCHES, 8, 3));
  }

  private static Batches validation() {
    return new Batches(Batches.circle(2, 8, 4));
  }

  private static Trainer trainer(TinyModel model) {
    return Trainer.of(model).updater(new Adam(0.1));
  }

  /** What the model is like at the moments that a listener hears of. */
  private static final class Watcher implements TrainingListener {

    private final TinyModel model;
    private final List<Map<String, double[]>> steps = new ArrayList<>();
    private final List<Map<String, double[]>> validations = new ArrayList<>();
    private final List<Map<String, double[]>> epochs = new ArrayList<>();

    Watcher(TinyModel model) {
      this.model = model;
    }

    @Override
    public void onIteration(IterationReport report) {
      steps.add(Snapshots.of(model.state()));
    }

    @Override
    public void onValidation(int epoch, Validation.Outcome outcome) {
      validations.add(Snapshots.of(model.state()));
    }

    @Override
    public void onEpochEnd(EpochReport report) {
      epochs.add(Snapshots.of(model.state()));
    }
  }

  /** The average as its definition has it. */
  private static double[] expected(List<Map<String, double[]>> steps, String name) {
    double[] sum = new double[steps.get(0).get(name).length];
    double weights = 0;
    for (int s = 0; s < steps.size(); s++) {
      double weight = (1 - DECAY) * Math.pow(DECAY, steps.size() - 1 - s);
      weights += weight;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += weight * steps.get(s).get(name)[i];
      }
    }
    assertThat(weights).isCloseTo(1 - Math.pow(DECAY, steps.size()), within(1e-12));
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= weights;
    }
    return sum;
  }

  private static void assertAverage(
      Map<String, double[]> state, List<Map<String, double[]>> steps) {
    for (String name : List.of("hidden.weight", "hidden.bias", "out.weight", "out.bias")) {
      assertThat(state.get(name)).as(name).containsExactly(expected(steps, name), within(1e-12));
    }
    assertThat(state.get("draws"))
        .as("not averaged")
        .isEqualTo(steps.get(steps.size() - 1).get("draws"));
  }

  // ---------------------------------------------------------------- what it is

  @ParameterizedTest
  @ValueSource(ints = {1, 2, BATCHES, 7})
  void theModelHasTheAverageOfItsStepsInTheEnd(int steps) {
    TinyModel model = model();
    Watcher watcher = new Watcher(model);
    trainer(model)
        .movingAverage(DECAY)
        .epochs(2)
        .maxIterations(steps)
        .listener(watcher)
        .fit(data());
    assertThat(watcher.steps).hasSize(steps);
    assertAverage(Snapshots.of(model.state()), watcher.steps);
  }

  @Test
  void ofOneStepItIsThatStep() {
    TinyModel model = model();
    TinyModel plain = model();
    trainer(model).movingAverage(0.999).maxIterations(1).fit(data());
    trainer(plain).maxIterations(1).fit(data());
    assertThat(Snapshots.of(model.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(plain.state()));
  }

  @Test
  void withoutMemoryItIsTheLastStep() {
    TinyModel model = model();
    TinyModel plain = model();
    trainer(model).movingAverage(0).fit(data());
    trainer(plain).fit(data());
    assertThat(Snapshots.of(model.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(plain.state()));
  }

  /** The average is judged; the training goes on from its own weights, as without one. */
  @Test
  void isJudgedAndDoesNotDisturbTheTraining() {
    TinyModel model = model();
    Watcher watcher = new Watcher(model);
    History history =
        trainer(model).movingAverage(DECAY).epochs(3).listener(watcher).fit(data(), validation());
    TinyModel plain = model();
    Watcher alone = new Watcher(plain);
    trainer(plain).epochs(3).listener(alone).fit(data(), validation());
    assertThat(watcher.steps).usingRecursiveComparison().isEqualTo(alone.steps);
    for (int epoch = 1; epoch <= 3; epoch++) {
      Map<String, double[]> judged = watcher.validations.get(epoch - 1);
      assertAverage(judged, watcher.steps.subList(0, epoch * BATCHES));
      assertThat(watcher.epochs.get(epoch - 1)).usingRecursiveComparison().isEqualTo(judged);
    }
    assertThat(Validation.of(model, validation()).run().get(Metric.VALIDATION_LOSS))
        .isEqualTo(history.epochs().get(2).get(Metric.VALIDATION_LOSS));
  }

  @Test
  void floatsOfAnyShapeAreAveraged() {
    Conv2d layer = new Conv2d(Shape.of(2, 5, 5), 3, 3, Conv2dSpec.UNIT, Init.seed(1));
    INDArray weight = layer.parameters().get("weight").value();
    INDArray first = weight.dup();
    MovingAverage average = new MovingAverage(0.5, layer, Updaters.of(new Sgd(1)));
    average.follow(1);
    weight.muli(-2);
    average.follow(2);
    average.give();
    // (1/4 · w - 1/2 · 2 w) / (3/4)
    assertThat(weight.add(first).amaxNumber().doubleValue()).isLessThan(1e-6);
    average.close();
    assertThat(average.arrays().values()).hasSize(2).allMatch(INDArray::wasClosed);
  }

  /** To the last bit, in floats too, of which rounded shares add up to a little more or less. */
  @Test
  void whatDoesNotChangeIsItsOwnAverage() {
    BatchNorm2d norm = new BatchNorm2d(Shape.of(3, 2, 2), Init.seed(0));
    norm.buffers().get("running_mean").assign(Nd4j.createFromArray(0.1f, -7e-5f, 12345.678f));
    norm.parameters().get("weight").value().assign(Nd4j.createFromArray(0.3f, 1e-9f, -3e7f));
    Map<String, double[]> before = Snapshots.of(norm.state());
    MovingAverage average = new MovingAverage(0.9999, norm, Updaters.of(new Sgd(1)));
    for (int step = 1; step <= 500; step++) {
      average.follow(step);
    }
    average.give();
    assertThat(Snapshots.of(norm.state())).usingRecursiveComparison().isEqualTo(before);
    average.close();
  }

  /** As timm and others do: statistics of the latest weights would not fit averaged ones. */
  @Test
  void runningStatisticsAreAveraged() {
    BatchNorm2d norm = new BatchNorm2d(Shape.of(1, 2, 2), Init.seed(0).type(DataType.DOUBLE));
    INDArray mean = norm.buffers().get("running_mean");
    MovingAverage average = new MovingAverage(0.5, norm, Updaters.of(new Sgd(1)));
    mean.assign(3);
    average.follow(1);
    mean.assign(6);
    average.follow(2);
    average.swap();
    // (1/4 · 3 + 1/2 · 6) / (3/4)
    assertThat(mean.getDouble(0)).isCloseTo(5, within(1e-12));
    average.swap();
    assertThat(mean.getDouble(0)).isEqualTo(6);
    // An earlier version's checkpoint has averages of parameters alone.
    Map<String, INDArray> weights = Map.of("weight", norm.state().get("weight"));
    assertThat(average.completed(weights, norm.state()))
        .containsOnlyKeys("weight", "running_mean", "running_var")
        .containsEntry("running_mean", norm.state().get("running_mean"));
    average.close();
  }

  // ---------------------------------------------------------------- the best

  /** A rate that grows until it spoils what was learned: the best epoch is in the middle. */
  private Trainer spoiled(TinyModel model, String name) {
    return Trainer.of(model)
        .updater(new Sgd(new ExponentialSchedule(ScheduleType.EPOCH, 0.05, 3)))
        .movingAverage(DECAY)
        .checkpoints(Checkpointing.in(folder.resolve(name)).best(Metric.VALIDATION_LOSS))
        .epochs(6);
  }

  @Test
  void theBestWeightsAndTheBestFileAreAverages() throws IOException {
    TinyModel model = model();
    Watcher watcher = new Watcher(model);
    History history =
        spoiled(model, "run")
            .listener(watcher)
            .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 9).restoringBest())
            .fit(data(), validation());
    int best = history.best(Metric.VALIDATION_LOSS).orElseThrow().epoch();
    assertThat(best).isBetween(2, 5);
    Map<String, double[]> judged = watcher.validations.get(best - 1);
    assertThat(Snapshots.of(model.state())).usingRecursiveComparison().isEqualTo(judged);
    Safetensors.Contents file = Safetensors.read(folder.resolve("run").resolve("best.safetensors"));
    assertThat(file.tensors()).containsKeys("model.out.bias", "average.out.bias");
    assertThat(Snapshots.of(Checkpointing.modelIn(file).tensors()))
        .usingRecursiveComparison()
        .isEqualTo(judged);
  }

  /** It is found in the file of the best epoch, and in the checkpoint after it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theBestAverageIsRestoredByATrainingThatDidNotKeepIt(boolean justEnded) {
    TinyModel expected = model();
    History history =
        spoiled(expected, "whole")
            .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 9).restoringBest())
            .fit(data(), validation());
    int best = history.best(Metric.VALIDATION_LOSS).orElseThrow().epoch();
    int steps = best * BATCHES + (justEnded ? 0 : 2);
    spoiled(model(), "broken").maxIterations(steps).fit(data(), validation());
    TinyModel actual = model();
    spoiled(actual, "broken")
        .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 9).restoringBest())
        .resume()
        .fit(data(), validation());
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
  }

  // ---------------------------------------------------------------- checkpoints

  /** Counts what is predicted right, as a user would. */
  private static final class Correct implements Metric.Accumulator {

    private double correct;

    @Override
    public void add(DataSet batch, Loss loss) {
      correct += loss.predictions().orElseThrow().correct();
    }

    @Override
    public double value() {
      return correct;
    }
  }

  /** With all that a training may have: groups, an average and a metric of one's own. */
  private Trainer complete(TinyModel model, String name) {
    return trainer(model)
        .updater("out.bias", new Sgd(0.5))
        .freeze("hidden.bias")
        .movingAverage(DECAY)
        .earlyStopping(
            EarlyStopping.on(Metric.onValidation("correct", Metric.Better.LARGER, Correct::new), 9)
                .restoringBest())
        .checkpoints(Checkpointing.in(folder.resolve(name)).everyIterations(1).keepLast(99))
        .epochs(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 8, 11})
  void resumedATrainingEqualsAnUnbrokenOneToTheLastBit(int steps) throws IOException {
    TinyModel whole = model();
    TinyModel resumed = model();
    History expected = complete(whole, "whole").fit(data(), validation());
    complete(model(), "broken").maxIterations(steps).fit(data(), validation());
    History actual = complete(resumed, "broken").resume().fit(data(), validation());
    assertThat(Snapshots.timeless(actual)).isEqualTo(Snapshots.timeless(expected));
    assertThat(Snapshots.of(resumed.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(whole.state()));
    String last = "checkpoint-000000012.safetensors";
    assertThat(Snapshots.timeless(folder.resolve("broken").resolve(last)))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.timeless(folder.resolve("whole").resolve(last)));
    assertThat(Safetensors.read(folder.resolve("whole").resolve(last)).tensors())
        .containsKeys("average.hidden.weight", "average.out.weight", "average.out.bias")
        .doesNotContainKey("average.hidden.bias");
  }

  @Test
  void anotherAverageIsRefused() {
    complete(model(), "run").maxIterations(3).fit(data(), validation());
    assertThatIllegalStateException()
        .isThrownBy(
            () -> complete(model(), "run").movingAverage(0.9).resume().fit(data(), validation()))
        .withMessageEndingWith("another training: moving average: expected 0.9, got 0.8");
    spoiled(model(), "averaged").maxIterations(3).fit(data(), validation());
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                trainer(model())
                    .updater(new Sgd(0.1))
                    .checkpoints(Checkpointing.in(folder.resolve("averaged")))
                    .resume()
                    .fit(data(), validation()))
        .withMessageEndingWith("another training: moving average: expected nothing, got 0.8");
  }

  // ---------------------------------------------------------------- ends

  @Test
  void aTrainingThatFailsLeavesItsOwnWeights() {
    TinyModel model = model();
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void onEpochEnd(EpochReport report) {
            throw new IllegalStateException("enough");
          }
        };
    assertThatThrownBy(
            () -> trainer(model).movingAverage(DECAY).listener(failing).fit(data(), validation()))
        .hasMessage("enough");
    TinyModel plain = model();
    trainer(plain).fit(data());
    assertThat(Snapshots.of(model.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(plain.state()));
  }

  @Test
  void aTrainingOfNoStepLeavesTheModelAsItIs() {
    TinyModel model = model();
    Thread.currentThread().interrupt();
    History history = trainer(model).movingAverage(DECAY).fit(data());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(history.stopReason()).isEqualTo(StopReason.INTERRUPTED);
    assertThat(history.iterations()).isZero();
    assertThat(Snapshots.of(model.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(model().state()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void aDecayOutOfItsRangeIsRefused(double decay) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> trainer(model()).movingAverage(decay))
        .withMessage("decay: expected from 0 to below 1, got " + decay);
  }
}
