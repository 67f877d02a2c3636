package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.data.RandomShift;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.nn.Init;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.History;
import org.capsnet.train.IterationReport;
import org.capsnet.train.Metric;
import org.capsnet.train.StopReason;
import org.capsnet.train.Trainer;
import org.capsnet.train.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The whole path of a training: shuffled, shifted, prefetched batches, the network, Adam. */
class CapsNetTrainingTest {

  private static final int EPOCHS = 3;
  private static final int BATCH = 8;
  private static final int BATCHES = 5;
  private static final LabeledImages IMAGES = images(BATCH * BATCHES - 3);

  @TempDir private Path folder;

  private static LabeledImages images(int count) {
    byte[] pixels = new byte[count * 14 * 14];
    new Random(1).nextBytes(pixels);
    int[] labels = IntStream.range(0, count).map(i -> i % 3).toArray();
    return new LabeledImages(pixels, 1, 14, 14, labels, List.of("a", "b", "c"));
  }

  private static CapsNet net(DataType type, long seed) {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 14, 14))
        .with("classes", 3)
        .with("stem", List.of(new Conv(8, 5, 1)))
        .with("primary", new Primary(4, 3, 5, 2))
        .with("classDim", 6)
        .with("decoder", List.of(10, 12))
        .build(Init.seed(seed).type(type));
  }

  private static Trainer trainer(CapsNet net) {
    return Trainer.of(ClassificationObjective.standard(net))
        .updater(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.01, 0.95)))
        .epochs(EPOCHS);
  }

  private Trainer resuming(CapsNet net) {
    return trainer(net).checkpoints(Checkpointing.in(folder).everyIterations(2)).resumeIfPresent();
  }

  private static History fit(Trainer trainer, DataType type) {
    ImageIterator batches =
        ImageIterator.builder(IMAGES, BATCH)
            .shuffle()
            .augment(new RandomShift(2))
            .seed(4)
            .dataType(type)
            .build();
    try (Prefetching ahead = Prefetching.of(batches)) {
      return trainer.fit(ahead, ImageIterator.builder(IMAGES, 16).dataType(type).build());
    }
  }

  private static void assertSame(CapsNet actual, CapsNet expected) {
    assertThat(Numbers.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(expected.state()));
  }

  private static List<Double> losses(History history) {
    return history.epochs().stream().map(epoch -> epoch.get(Metric.TRAIN_LOSS)).toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void twoSeededRunsAreEqualToTheLastBit(DataType type) {
    CapsNet one = net(type, 1);
    CapsNet two = net(type, 1);
    CapsNet other = net(type, 3);
    History first = fit(trainer(one), type);
    assertThat(losses(fit(trainer(two), type))).isEqualTo(losses(first));
    assertSame(two, one);
    assertThat(losses(fit(trainer(other), type))).isNotEqualTo(losses(first));
    assertThat(losses(first)).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static TrainingListener after(int iteration, Runnable what) {
    return new TrainingListener() {
      @Override
      public void onIteration(IterationReport report) {
        if (report.iteration() == iteration) {
          what.run();
        }
      }
    };
  }

  private void assertGoesOnAsIfUnbroken() {
    CapsNet whole = net(DataType.FLOAT, 2);
    CapsNet resumed = net(DataType.FLOAT, 99); // its weights are the checkpoint's
    History unbroken = fit(trainer(whole), DataType.FLOAT);
    History history = fit(resuming(resumed), DataType.FLOAT);
    assertThat(history.iterations()).isEqualTo(EPOCHS * BATCHES);
    assertThat(losses(history)).isEqualTo(losses(unbroken));
    assertSame(resumed, whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 11})
  void brokenByAnErrorWithinAnEpochItGoesOnAsIfUnbroken(int iteration) {
    Runnable crash =
        () -> {
          throw new Crash();
        };
    Trainer breaking = resuming(net(DataType.FLOAT, 2)).listener(after(iteration, crash));
    assertThatThrownBy(() -> fit(breaking, DataType.FLOAT)).isInstanceOf(Crash.class);
    assertGoesOnAsIfUnbroken();
  }

  @Test
  void interruptedWithinAnEpochItGoesOnAsIfUnbroken() {
    Runnable interrupt = () -> Thread.currentThread().interrupt();
    Trainer breaking = resuming(net(DataType.FLOAT, 2)).listener(after(8, interrupt));
    History cut = fit(breaking, DataType.FLOAT);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(cut.stopReason()).isEqualTo(StopReason.INTERRUPTED);
    assertThat(cut.iterations()).isEqualTo(8);
    assertGoesOnAsIfUnbroken();
  }

  @Test
  void stoppedTwiceItGoesOnAsIfUnbroken() {
    fit(resuming(net(DataType.FLOAT, 2)).maxIterations(4), DataType.FLOAT);
    fit(resuming(net(DataType.FLOAT, 2)).maxIterations(9), DataType.FLOAT);
    assertGoesOnAsIfUnbroken();
  }

  /** What is frozen stays, and what is not moves as it would have moved beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"stem", "stem,primary", "decoder", "classes", "stem,primary,classes"})
  void aPartIsFrozenByItsName(String frozen) {
    CapsNet free = net(DataType.FLOAT, 2);
    CapsNet held = net(DataType.FLOAT, 2);
    Map<String, double[]> before = Numbers.of(held.state());
    fit(
        Trainer.of(ClassificationObjective.standard(free)).updater(new Sgd(1)).maxIterations(1),
        DataType.FLOAT);
    List<String> parts = List.of(frozen.split(",", -1));
    fit(
        Trainer.of(ClassificationObjective.standard(held))
            .updater(new Sgd(1))
            .freeze(frozen.split(",", -1))
            .maxIterations(1),
        DataType.FLOAT);
    Map<String, double[]> expected = Numbers.of(free.state());
    Map<String, double[]> after = Numbers.of(held.state());
    after.forEach(
        (name, values) -> {
          if (parts.contains(name.substring(0, name.indexOf('.')))) {
            assertThat(Arrays.equals(values, before.get(name))).as(name).isTrue();
          } else {
            assertThat(distance(values, expected.get(name))).as(name).isLessThan(1e-6);
            assertThat(distance(values, before.get(name))).as(name).isGreaterThan(1e-5);
          }
        });
  }

  /** A kernel may sum in another order where nobody wants the gradient of its input. */
  private static double distance(double[] one, double[] other) {
    return IntStream.range(0, one.length)
        .mapToDouble(i -> Math.abs(one[i] - other[i]))
        .max()
        .orElseThrow();
  }
}
