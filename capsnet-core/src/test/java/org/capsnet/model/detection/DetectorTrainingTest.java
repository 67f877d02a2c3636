package org.capsnet.model.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.capsnet.data.Prefetching;
import org.capsnet.data.RandomFlip;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.History;
import org.capsnet.train.IterationReport;
import org.capsnet.train.Metric;
import org.capsnet.train.Trainer;
import org.capsnet.train.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

/** The whole path of a training: shuffled, flipped, prefetched batches, the network, Adam. */
class DetectorTrainingTest {

  private static final int EPOCHS = 3;
  private static final List<DetectionSample> SCENES = Detectors.scenes(14);

  @TempDir private Path folder;

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Detector net(boolean grid, long seed) {
    return grid
        ? new GridCapsuleDetector.Config(Detectors.SIZES, 3).build(seed)
        : new CapsuleDetector.Config(Detectors.SIZES, List.of(10)).build(seed);
  }

  private static Trainer trainer(Detector net) {
    return Trainer.of(DetectionObjective.standard(net)).updater(new Adam(0.01)).epochs(EPOCHS);
  }

  private static History fit(Trainer trainer, Detector net) {
    SampleIterator<DetectionSample> batches =
        SampleIterator.builder(SampleSource.of(SCENES), net.encoder(Detectors.NAMES), 4)
            .transform(new RandomFlip<>(0.5, 0.5))
            .shuffle()
            .seed(4)
            .build();
    SampleIterator<DetectionSample> validation =
        SampleIterator.builder(SampleSource.of(SCENES), net.encoder(Detectors.NAMES), 8).build();
    try (Prefetching ahead = Prefetching.of(batches)) {
      return trainer.fit(ahead, validation);
    }
  }

  private static List<Double> losses(History history) {
    return history.epochs().stream()
        .mapToDouble(epoch -> epoch.get(Metric.TRAIN_LOSS))
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTrainingBrokenOffGoesOnAsAnUnbrokenOne(boolean grid) {
    Detector whole = net(grid, 1);
    History unbroken = fit(trainer(whole), whole);
    assertThat(losses(unbroken)).hasSize(EPOCHS);
    assertThat(losses(unbroken).get(2)).isLessThan(losses(unbroken).get(0));
    assertThat(unbroken.epochs())
        .allMatch(epoch -> Double.isFinite(epoch.get(Metric.VALIDATION_LOSS)));

    Checkpointing often = Checkpointing.in(folder).everyIterations(2);
    TrainingListener crash =
        new TrainingListener() {
          @Override
          public void onIteration(IterationReport report) {
            if (report.iteration() == 7) {
              throw new Crash();
            }
          }
        };
    Detector broken = net(grid, 1);
    assertThatThrownBy(() -> fit(trainer(broken).checkpoints(often).listener(crash), broken))
        .isInstanceOf(Crash.class);
    Detector resumed = net(grid, 99); // its weights are the checkpoint's
    History history = fit(trainer(resumed).checkpoints(often).resume(), resumed);
    assertThat(losses(history)).isEqualTo(losses(unbroken));
    assertThat(Numbers.of(resumed.network().state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(whole.network().state()));
  }

  /** What is measured while it trains is what the detector itself is judged by. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isChosenByMeanAveragePrecision(boolean grid) {
    Detector net = net(grid, 1);
    ObjectDetector detector = new ObjectDetector(net, Detectors.NAMES);
    Metric map = detector.meanAveragePrecision();
    History history =
        fit(trainer(net).earlyStopping(EarlyStopping.on(map, 9).restoringBest()).epochs(8), net);
    assertThat(map).hasToString("validation_map50");
    assertThat(history.epochs().stream().map(epoch -> epoch.get(map)).distinct())
        .hasSizeGreaterThan(2)
        .allMatch(value -> value >= 0 && value <= 1);
    assertThat(detector.evaluate(SampleSource.of(SCENES)).pascal(0.5).mean())
        .isEqualTo(history.best(map).orElseThrow().get(map));
    assertThat(history.epochs().get(0).metrics())
        .containsKeys("train_presence", "train_box", "validation_presence", "validation_box")
        .doesNotContainKey("validation_accuracy");
    assertThat(history.epochs().get(0).metrics().containsKey("train_reconstruction"))
        .isEqualTo(!grid);
  }

  @Test
  void noAccuracyIsReportedOfWhatPredictsNoClass() {
    Detector net = net(true, 1);
    assertThat(fit(trainer(net), net).epochs())
        .allMatch(epoch -> Double.isNaN(epoch.get(Metric.TRAIN_ACCURACY)));
  }
}
