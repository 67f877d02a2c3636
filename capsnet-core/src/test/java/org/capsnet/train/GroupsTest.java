package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.io.Safetensors;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Dropout;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** Groups of parameters with updaters of their own, or none. */
class GroupsTest {

  @TempDir private Path folder;

  private static TinyModel tiny() {
    return new TinyModel(2, 8, 2, 0.3, 11);
  }

  private static Batches data() {
    return new ShuffledBatches(Batches.circle(4, 8, 3));
  }

  private static Map<String, double[]> stateAfter(Trainer trainer, TinyModel model) {
    trainer.fit(data());
    return Snapshots.of(model.state());
  }

  private static Map<String, double[]> afterOneStep(Sgd all) {
    TinyModel model = tiny();
    return stateAfter(Trainer.of(model).updater(all).maxIterations(1), model);
  }

  // ---------------------------------------------------------------- updaters

  @ParameterizedTest
  @ValueSource(strings = {"out", "out."})
  void eachGroupIsMovedByItsOwnUpdater(String prefix) {
    TinyModel model = tiny();
    Map<String, double[]> state =
        stateAfter(
            Trainer.of(model).updater(new Sgd(0.1)).updater(prefix, new Sgd(2)).maxIterations(1),
            model);
    Map<String, double[]> slow = afterOneStep(new Sgd(0.1));
    Map<String, double[]> fast = afterOneStep(new Sgd(2));
    assertThat(state.get("hidden.weight")).isEqualTo(slow.get("hidden.weight"));
    assertThat(state.get("hidden.bias")).isEqualTo(slow.get("hidden.bias"));
    assertThat(state.get("out.weight"))
        .isEqualTo(fast.get("out.weight"))
        .isNotEqualTo(slow.get("out.weight"));
    assertThat(state.get("out.bias")).isEqualTo(fast.get("out.bias"));
  }

  @Test
  void theInnermostGroupCountsInWhateverOrderTheyAreNamed() {
    for (boolean innerFirst : new boolean[] {true, false}) {
      TinyModel model = tiny();
      Trainer trainer = Trainer.of(model).updater(new Sgd(0.1)).maxIterations(1);
      if (innerFirst) {
        trainer.updater("out.bias", new Sgd(2)).freeze("out");
      } else {
        trainer.freeze("out").updater("out.bias", new Sgd(2));
      }
      Map<String, double[]> state = stateAfter(trainer, model);
      assertThat(state.get("out.weight")).isEqualTo(Snapshots.of(tiny().state()).get("out.weight"));
      assertThat(state.get("out.bias")).isEqualTo(afterOneStep(new Sgd(2)).get("out.bias"));
    }
  }

  @Test
  void theLearningRateOfTheOthersIsReported() {
    History history =
        Trainer.of(tiny()).updater(new Sgd(0.1)).updater("out", new Sgd(2)).fit(data());
    assertThat(history.epochs().get(0).learningRate()).isEqualTo(0.1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stem", "hid", "hidden.weight.x", "weight"})
  void aGroupWithoutParametersIsRefusedWithTheNamesThereAre(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trainer.of(tiny()).freeze(prefix).fit(data()))
        .withMessage(
            "group %s: expected parameters of that name or below it, got none of".formatted(prefix)
                + " [hidden.weight, hidden.bias, out.weight, out.bias]");
  }

  @Test
  void aGroupWithoutANameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trainer.of(tiny()).updater(".", new Sgd(1)))
        .withMessage("group: expected the name of a layer or parameter, got \".\"");
  }

  @Test
  void nothingToTrainIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trainer.of(tiny()).freeze("hidden", "out").fit(data()))
        .withMessage("groups: expected a parameter that is trained, got all frozen");
  }

  @Test
  void clippingSeesWhatIsTrained() {
    List<Integer> sizes = new ArrayList<>();
    Trainer.of(tiny())
        .updater("out.bias", new Sgd(2))
        .freeze("hidden")
        .clipping(gradients -> sizes.add(gradients.size()))
        .fit(data());
    assertThat(sizes).containsOnly(2);
  }

  // ---------------------------------------------------------------- freezing

  /** A stem with all that a frozen part must leave alone, and a linear layer. */
  private static final class Net extends Module implements Trainable {

    private final Conv2d convolution;
    private final BatchNorm2d norm;
    private final Dropout dropout;
    private final Linear linear;
    private final List<Boolean> modes = new ArrayList<>();
    private final List<Boolean> recorded = new ArrayList<>();

    /** Whether features go around normalization and dropout. */
    private final boolean plain;

    Net(boolean plain) {
      this.plain = plain;
      Init init = Init.of(new Random(4), DataType.FLOAT);
      Stem stem = child("stem", new Stem(init));
      convolution = stem.convolution;
      norm = stem.norm;
      dropout = stem.dropout;
      linear = child("linear", new Linear(Shape.of(6 * 6 * 3), 2, init));
    }

    private static final class Stem extends Module {

      private final Conv2d convolution;
      private final BatchNorm2d norm;
      private final Dropout dropout;

      Stem(Init init) {
        convolution =
            child("convolution", new Conv2d(Shape.of(1, 8, 8), 3, 3, Conv2dSpec.UNIT, init));
        norm = child("norm", new BatchNorm2d(convolution.output(), init));
        dropout = child("dropout", new Dropout(norm.output(), 0.5, 1, init));
      }
    }

    @Override
    public Module module() {
      return this;
    }

    @Override
    public Loss loss(DataSet batch, Step step) {
      Variable seen = convolution.forward(Variable.constant(batch.getFeatures()));
      Variable features = plain ? seen : dropout.forward(norm.forward(seen));
      if (step.training()) {
        modes.add(norm.training());
        recorded.add(features.needsGradient());
      }
      Variable logits = linear.forward(features.relu().reshape(features.size(0), -1));
      Variable likelihood =
          logits.logSoftmax(1).times(Variable.constant(batch.getLabels())).sum(1).mean();
      return Loss.of("cross_entropy", likelihood.negate());
    }
  }

  private static Batches images() {
    Random random = new Random(5);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      float[] pixels = new float[4 * 64];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = random.nextFloat();
      }
      batches.add(
          new DataSet(
              Nd4j.createFromArray(pixels).reshape(4, 1, 8, 8),
              Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0, 1}, {1, 0}})));
    }
    return new Batches(batches);
  }

  /** Parameters, running statistics and counters: not a bit of them. */
  @Test
  void aFrozenPartStaysAsItIsAndTakesNoTime() {
    Net net = new Net(false);
    Map<String, double[]> before = Snapshots.of(net.state());
    Trainer.of(net)
        .updater(new Adam(0.1))
        .regularization(new WeightDecay(0.1, true))
        .freeze("stem")
        .epochs(2)
        .fit(images(), images());
    Map<String, double[]> after = Snapshots.of(net.state());
    for (String name : before.keySet()) {
      if (name.startsWith("stem")) {
        assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
      } else {
        assertThat(after.get(name)).as(name).isNotEqualTo(before.get(name));
      }
    }
    assertThat(before).containsKey("stem.norm.running_mean");
    assertThat(net.modes).as("as in evaluation, after a validation too").containsOnly(false);
    assertThat(net.recorded).as("no graph").containsOnly(false).hasSize(6);
    assertThat(net.parameters().values()).allMatch(p -> p.variable().needsGradient());
    assertThat(net.parameters().values()).noneMatch(p -> p.variable().hasGradient());
  }

  /** A validation leaves each part in its own mode, the frozen one in evaluation. */
  @Test
  void aFrozenPartStaysAsItIsThoughAListenerValidates() {
    Net net = new Net(false);
    Map<String, double[]> before = Snapshots.of(net.state());
    Trainer.of(net)
        .updater(new Sgd(0.1))
        .freeze("stem")
        .epochs(2)
        .listener(
            new TrainingListener() {
              @Override
              public void onIteration(IterationReport report) {
                Validation.of(net, images()).run();
              }
            })
        .fit(images());
    assertThat(Snapshots.of(net.state()).get("stem.norm.running_mean"))
        .isEqualTo(before.get("stem.norm.running_mean"));
  }

  /** A layer of which something is trained is trained as any other. */
  @Test
  void aPartlyFrozenLayerWorksAsInTraining() {
    Net net = new Net(false);
    Map<String, double[]> before = Snapshots.of(net.state());
    Trainer.of(net)
        .freeze("stem.convolution", "stem.norm.weight")
        .epochs(2)
        .fit(images(), images());
    Map<String, double[]> after = Snapshots.of(net.state());
    assertThat(net.modes).containsOnly(true);
    assertThat(after.get("stem.norm.weight")).isEqualTo(before.get("stem.norm.weight"));
    for (String name : List.of("stem.norm.bias", "stem.norm.running_mean")) {
      assertThat(after.get(name)).as(name).isNotEqualTo(before.get(name));
    }
  }

  @Test
  void gradientsGoThroughAFrozenPartToWhatLiesBefore() {
    Net free = new Net(true);
    Net held = new Net(true);
    Map<String, double[]> before = Snapshots.of(held.state());
    Trainer.of(free).updater(new Sgd(1)).freeze("stem.norm").maxIterations(1).fit(images());
    Trainer.of(held)
        .updater(new Sgd(1))
        .freeze("stem.norm", "linear")
        .maxIterations(1)
        .fit(images());
    Map<String, double[]> after = Snapshots.of(held.state());
    assertThat(after.get("linear.weight")).isEqualTo(before.get("linear.weight"));
    assertThat(after.get("stem.convolution.weight"))
        .isEqualTo(Snapshots.of(free.state()).get("stem.convolution.weight"))
        .isNotEqualTo(before.get("stem.convolution.weight"));
  }

  @Test
  void whatWasFrozenCanBeTrainedAfterwardsEvenAfterAFailure() {
    TinyModel model = tiny();
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void onIteration(IterationReport report) {
            throw new IllegalStateException("enough");
          }
        };
    assertThatThrownBy(() -> Trainer.of(model).freeze("hidden").listener(failing).fit(data()))
        .hasMessage("enough");
    double[] before = Snapshots.of(model.state()).get("hidden.weight");
    assertThat(stateAfter(Trainer.of(model), model).get("hidden.weight")).isNotEqualTo(before);
  }

  // ---------------------------------------------------------------- checkpoints

  private Trainer grouped(TinyModel model, String name) {
    return Trainer.of(model)
        .updater(new Adam(0.05))
        .updater("out.bias", new Nesterovs(0.01, 0.9))
        .freeze("hidden.bias")
        .clipping(GradientClipping.byGlobalNorm(0.5))
        .checkpoints(Checkpointing.in(folder.resolve(name)).everyIterations(1).keepLast(99))
        .epochs(3);
  }

  @Test
  void resumedATrainingEqualsAnUnbrokenOneToTheLastBit() throws IOException {
    TinyModel whole = tiny();
    TinyModel resumed = tiny();
    grouped(whole, "whole").fit(data());
    grouped(tiny(), "broken").maxIterations(7).fit(data());
    grouped(resumed, "broken").resume().fit(data());
    assertThat(Snapshots.of(resumed.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(whole.state()));
    Safetensors.Contents last =
        Safetensors.read(folder.resolve("whole").resolve("checkpoint-000000012.safetensors"));
    assertThat(last.tensors().keySet().stream().filter(name -> name.startsWith("updater.")))
        .containsExactlyInAnyOrder(
            "updater.hidden.weight", "updater.out.weight", "updater.out.bias");
    assertThat(last.metadata())
        .containsEntry("updater", Adam.class.getName())
        .containsEntry("group.out.bias", Nesterovs.class.getName())
        .containsEntry("group.hidden.bias", "frozen");
  }

  @Test
  void anotherGroupingIsRefusedWithEachDifference() {
    grouped(tiny(), "run").maxIterations(3).fit(data());
    TinyModel other = tiny();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Trainer.of(other)
                    .updater(new Sgd(0.05))
                    .updater("out.bias", new Adam(1))
                    .freeze("out.weight")
                    .checkpoints(Checkpointing.in(folder.resolve("run")))
                    .resume()
                    .fit(data()))
        .withMessageEndingWith(
            Stream.of(
                    "another training: group hidden.bias: expected nothing, got frozen",
                    "group out.bias: expected %s, got %s"
                        .formatted(Adam.class.getName(), Nesterovs.class.getName()),
                    "group out.weight: expected frozen, got nothing",
                    "updater: expected %s, got %s"
                        .formatted(Sgd.class.getName(), Adam.class.getName()))
                .collect(Collectors.joining("; ")));
  }

  @Test
  void aPrefixThatIsNullIsNamed() {
    Trainer trainer = Trainer.of(tiny());
    assertThatThrownBy(() -> trainer.freeze((String) null)).hasMessage("prefix");
  }
}
