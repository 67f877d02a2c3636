package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class LossTermsTest {

  private static Variable scalar(double value) {
    return Variable.leaf(Nd4j.scalar(DataType.DOUBLE, value));
  }

  @Test
  void isTheWeightedSumOfItsTerms() {
    Variable margin = scalar(2);
    Variable box = scalar(3);
    Loss loss = Loss.of("margin", margin).plus("box", box, 0.5);
    assertThat(loss.total().value().getDouble(0)).isEqualTo(3.5);
    assertThat(loss.terms()).extracting(Loss.Term::name).containsExactly("margin", "box");
    loss.total().backward();
    assertThat(margin.gradient().getDouble(0)).isEqualTo(1);
    assertThat(box.gradient().getDouble(0)).isEqualTo(0.5);
    assertThat(loss).hasToString("3.5 (margin 2.0, box 3.0)");
    assertThat(Loss.of("margin", margin)).hasToString("2.0");
  }

  @Test
  void outputsAndPredictionsStayWhenATermIsAdded() {
    Loss loss =
        Loss.of("margin", scalar(1))
            .withPredictions(Nd4j.eye(2), Nd4j.eye(2))
            .withOutput("masks", Nd4j.ones(3))
            .plus("box", scalar(1), 1);
    assertThat(loss.predictions()).isPresent();
    assertThat(loss.output("masks").length()).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loss.output("boxes"))
        .withMessage("output: expected one of [masks], got boxes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "loss", "accuracy", "1st", "a.b"})
  void aNameThatCannotBeReportedIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.of(name, scalar(1)))
        .withMessageStartingWith("term: expected a name")
        .withMessageEndingWith("got " + name);
  }

  @Test
  void whatIsNoTermIsRefused() {
    Variable vector = Variable.constant(Nd4j.ones(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.of("box", vector))
        .withMessage("box: expected a scalar, got [3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.of("box", scalar(1)).plus("box", scalar(1), 1))
        .withMessage("loss: expected terms of different names, got [box, box]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.of("box", scalar(1)).plus("mask", scalar(1), -1))
        .withMessage("weight of mask: expected at least 0 and finite, got -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.of(List.of()))
        .withMessage("loss: expected at least one term, got none");
  }

  // ---------------------------------------------------------------- in a training

  /** Cross-entropy, and the mean square of the first layer with a weight by schedule. */
  private record Penalized(TinyModel model, ISchedule weight, List<Step> steps)
      implements Trainable {

    @Override
    public Module module() {
      return model;
    }

    @Override
    public Loss loss(DataSet batch, Step step) {
      steps.add(step);
      Loss loss = model.loss(batch, step);
      double now = step.weight("penalty", weight);
      Variable square = model.parameters().get("hidden.weight").variable().square().mean();
      return now > 0 ? loss.plus("penalty", square, now) : loss;
    }
  }

  private static Penalized penalized(ISchedule weight) {
    return new Penalized(new TinyModel(2, 4, 2, 0, 1), weight, new ArrayList<>());
  }

  private static final List<DataSet> DATA = Batches.circle(2, 4, 1);

  @Test
  void termsAreReportedByNameInTrainingAndValidation() {
    List<IterationReport> reports = new ArrayList<>();
    Penalized model = penalized(new ExponentialSchedule(ScheduleType.ITERATION, 8, 0.5));
    EpochReport epoch =
        Trainer.of(model)
            .updater(new Sgd(0))
            .listener(
                new TrainingListener() {
                  @Override
                  public void onIteration(IterationReport report) {
                    reports.add(report);
                  }
                })
            .fit(new Batches(DATA), new Batches(DATA))
            .epochs()
            .get(0);
    assertThat(epoch.metrics())
        .containsOnlyKeys(
            "train_loss",
            "train_cross_entropy",
            "train_penalty",
            "train_accuracy",
            "validation_loss",
            "validation_cross_entropy",
            "validation_penalty",
            "validation_accuracy");
    double penalty = epoch.metrics().get("train_penalty");
    double entropy = epoch.metrics().get("train_cross_entropy");
    assertThat(penalty).isGreaterThan(0.01);
    assertThat(epoch.metrics().get("validation_penalty")).isEqualTo(penalty);
    // 8 and 4 in the two steps, 2 after them: the terms themselves do not feel it.
    assertThat(epoch.get(Metric.TRAIN_LOSS)).isCloseTo(entropy + 6 * penalty, within(1e-12));
    assertThat(epoch.get(Metric.VALIDATION_LOSS)).isCloseTo(entropy + 2 * penalty, within(1e-12));
    assertThat(reports.get(1).metrics()).containsEntry("train_penalty", penalty);
    assertThat(reports.get(1).get(Metric.TRAIN_LOSS))
        .isCloseTo(
            reports.get(1).metrics().get("train_cross_entropy") + 4 * penalty, within(1e-12));
    assertThat(reports.get(1).means()).containsEntry("train_penalty", penalty);
    assertThat(model.steps())
        .containsExactly(
            new Step(0, 0, true),
            new Step(1, 0, true),
            new Step(2, 0, false),
            new Step(2, 0, false));
  }

  @Test
  void aTermThatBeginsLaterIsReportedFromThenOn() {
    ISchedule fromTheSecondEpoch =
        new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 0).add(1, 1).build();
    Penalized model = penalized(fromTheSecondEpoch);
    History history = Trainer.of(model).updater(new Sgd(0)).epochs(2).fit(new Batches(DATA));
    assertThat(history.epochs().get(0).metrics()).doesNotContainKey("train_penalty");
    double length =
        model.model().parameters().get("hidden.weight").value().norm2Number().doubleValue();
    assertThat(history.epochs().get(1).metrics().get("train_penalty"))
        .isCloseTo(length * length / 8, within(1e-12));
    assertThat(HistoryCsv.read(HistoryCsv.write(history.epochs()))).isEqualTo(history.epochs());
  }

  @Test
  void aWeightThatFallsBelowZeroEndsTheTraining() {
    ISchedule falling =
        new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 1).add(1, -1).build();
    assertThatThrownBy(() -> Trainer.of(penalized(falling)).fit(new Batches(DATA)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight of penalty: expected at least 0 and finite, got -1.0");
  }
}
