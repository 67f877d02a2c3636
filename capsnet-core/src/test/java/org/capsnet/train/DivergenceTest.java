package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.capsnet.autograd.Finite;
import org.capsnet.autograd.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class DivergenceTest {

  @TempDir private Path folder;

  private final TinyModel model = new TinyModel(2, 8, 2, 0, 1);
  private int calls;

  private DivergedException diverge(TrainingListener listener, List<DataSet> data) {
    return catchThrowableOfType(
        DivergedException.class,
        () ->
            Trainer.of(model)
                .updater(new Sgd(0.1))
                .epochs(5)
                .checkpoints(Checkpointing.in(folder))
                .listener(listener)
                .fit(new Batches(data)));
  }

  private DivergedException diverge() {
    return diverge(new TrainingListener() {}, Batches.circle(3, 8, 1));
  }

  @Test
  void namesTheStepTheOperationAndTheLayer() throws Exception {
    model.twist(
        logits -> ++calls < 5 ? logits : logits.tanh().minus(2).log().exp().plus(logits.square()));
    DivergedException e = diverge();
    assertThat(e.iteration()).isEqualTo(5);
    assertThat(e.epoch()).isEqualTo(2);
    assertThat(e.operation()).isEqualTo("operation log[8, 2]");
    assertThat(e.layer()).isEqualTo("out");
    Path last = folder.resolve("checkpoint-000000003.safetensors");
    assertThat(e.lastCheckpoint()).contains(last);
    assertThat(e)
        .hasMessage(
            "step 5 (epoch 2): the loss is NaN; the first value that is not finite is of operation"
                + " log[8, 2], nearest layer out; last good checkpoint: "
                + last);
    assertThat(Snapshots.timeless(last)).containsEntry("iteration", "3");
  }

  @Test
  void infinityCountsAsWell() {
    model.twist(logits -> logits.times(1e200).square());
    DivergedException e = diverge();
    assertThat(e.operation()).isEqualTo("operation square[8, 2]");
    assertThat(e.lastCheckpoint()).isEmpty();
    assertThat(e).hasMessageEndingWith("there is no checkpoint to go back to");
  }

  @Test
  void namesTheParameterThatIsBroken() {
    model.parameters().get("hidden.bias").value().putScalar(3, Double.NaN);
    DivergedException e = diverge();
    assertThat(e.operation()).isEqualTo("parameter hidden.bias");
    assertThat(e.layer()).isEqualTo("hidden");
  }

  @Test
  void namesTheInput() {
    List<DataSet> data = Batches.circle(3, 8, 1);
    data.get(1).getFeatures().putScalar(2, 1, Double.NaN);
    DivergedException e = diverge(new TrainingListener() {}, data);
    assertThat(e.iteration()).isEqualTo(2);
    assertThat(e.operation()).isEqualTo("an input constant[8, 2]");
    assertThat(e.layer()).isEqualTo("none");
  }

  @Test
  void neverSavesABrokenParameter() throws Exception {
    DivergedException e =
        diverge(
            new TrainingListener() {
              @Override
              public void onIteration(IterationReport report) {
                if (report.iteration() == 6) {
                  model.parameters().get("out.weight").value().putScalar(0, 0, Double.NaN);
                }
              }
            },
            Batches.circle(3, 8, 1));
    assertThat(e.iteration()).isEqualTo(6);
    assertThat(e.operation()).isEqualTo("parameter out.weight");
    assertThat(e.lastCheckpoint()).contains(folder.resolve("checkpoint-000000003.safetensors"));
    assertThat(folder.resolve("checkpoint-000000006.safetensors")).doesNotExist();
  }

  /** Breaks a parameter as an update would: after its step's loss was judged. */
  private TrainingListener breaking(int iteration) {
    return new TrainingListener() {
      @Override
      public void onIteration(IterationReport report) {
        if (report.iteration() == iteration) {
          model.parameters().get("out.weight").value().putScalar(0, 0, Double.NaN);
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void theLastUpdateIsJudgedAlsoWithoutCheckpoints(int last) {
    DivergedException e =
        catchThrowableOfType(
            DivergedException.class,
            () ->
                Trainer.of(model)
                    .maxIterations(last)
                    .epochs(2)
                    .listener(breaking(last))
                    .fit(new Batches(Batches.circle(3, 8, 1))));
    assertThat(e.iteration()).isEqualTo(last);
    assertThat(e.operation()).isEqualTo("parameter out.weight");
  }

  @Test
  void aValidationLossThatIsNotFiniteEndsTheTraining() {
    model.twist(logits -> model.training() ? logits : logits.times(1e308).times(1e308));
    DivergedException e =
        catchThrowableOfType(
            DivergedException.class,
            () ->
                Trainer.of(model)
                    .epochs(2)
                    .fit(
                        new Batches(Batches.circle(3, 8, 1)),
                        new Batches(Batches.circle(1, 8, 2))));
    assertThat(e.iteration()).isEqualTo(3);
    assertThat(e.epoch()).isEqualTo(1);
    assertThat(e).hasMessageContaining("the validation loss is NaN");
  }

  @Test
  void largeNumbersAreFinite() {
    INDArray large = Nd4j.valueArrayOf(new long[] {100}, 3e38, DataType.FLOAT);
    assertThat(Finite.all(large)).isTrue();
    assertThat(Finite.all(large.muli(2))).isFalse();
    assertThat(Finite.all(Nd4j.scalar(Double.NaN))).isFalse();
    assertThat(Finite.all(Nd4j.createFromArray(1, 2))).isTrue();
  }

  @Test
  void aGraphWithoutParametersHasNoLayer() {
    Variable input = Variable.leaf(Nd4j.scalar(-1.0));
    NonFiniteSource culprit = NonFiniteSource.in(input.log(), model);
    assertThat(culprit).isEqualTo(new NonFiniteSource("operation log[]", "none"));
  }
}
