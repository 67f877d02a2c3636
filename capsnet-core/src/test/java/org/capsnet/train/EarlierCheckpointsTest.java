package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.capsnet.io.Safetensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;

/** A training goes on from what earlier versions of the library wrote. */
class EarlierCheckpointsTest {

  private static final int BATCHES = 4;

  @TempDir private Path folder;

  private static TinyModel model() {
    return new TinyModel(2, 8, 2, 0.4, 11);
  }

  private Trainer trainer(TinyModel model, String name) {
    return Trainer.of(model)
        .updater(new Adam(0.05))
        .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, 9).restoringBest())
        .checkpoints(Checkpointing.in(folder.resolve(name)))
        .epochs(3);
  }

  private static History fit(Trainer trainer) {
    return trainer.fit(
        new ShuffledBatches(Batches.circle(BATCHES, 8, 3)), new Batches(Batches.circle(2, 8, 4)));
  }

  /** Puts a checkpoint into the form of version 4, which had five fixed metrics and no terms. */
  private void makeOld(int iterations) throws IOException {
    Path file = folder.resolve("old").resolve("checkpoint-%09d.safetensors".formatted(iterations));
    Safetensors.Contents contents = Safetensors.read(file);
    Map<String, String> text = new LinkedHashMap<>(contents.metadata());
    text.remove("checksum");
    text.put("capsnet.checkpoint", "4");
    Map<String, String> sums =
        text.remove("epoch.sums")
            .lines()
            .collect(
                Collectors.toMap(line -> line.split(",", -1)[0], line -> line.split(",", -1)[1]));
    String samples = text.get("epoch.samples");
    text.put("epoch.loss", sums.getOrDefault("loss", "0.0"));
    text.put("epoch.correct", sums.getOrDefault("accuracy", "0.0").replace(".0", ""));
    text.put("epoch.told", samples);
    text.put(
        "history",
        "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,"
            + "seconds,images_per_second,learning_rate\n"
            + HistoryCsv.read(text.get("history")).stream()
                .map(EarlierCheckpointsTest::row)
                .collect(Collectors.joining()));
    text.put("checksum", Checksum.of(contents.tensors(), new LinkedHashMap<>(text)));
    Safetensors.write(file, contents.tensors(), text);
  }

  private static String row(EpochReport e) {
    return "%d,%s,%s,%s,%s,%s,%s,%s%n"
        .formatted(
            e.epoch(),
            e.get(Metric.TRAIN_LOSS),
            e.get(Metric.TRAIN_ACCURACY),
            e.get(Metric.VALIDATION_LOSS),
            e.get(Metric.VALIDATION_ACCURACY),
            e.seconds(),
            e.imagesPerSecond(),
            e.learningRate());
  }

  @ParameterizedTest
  @ValueSource(ints = {BATCHES, 2 * BATCHES + 3})
  void theTrainingGoesOnAsIfNothingHadHappened(int iterations) throws IOException {
    TinyModel expected = model();
    History unbroken = fit(trainer(expected, "whole"));
    fit(trainer(model(), "old").maxIterations(iterations));
    makeOld(iterations);
    TinyModel actual = model();
    History resumed = fit(trainer(actual, "old").resume());
    assertThat(Snapshots.of(actual.state()))
        .usingRecursiveComparison()
        .isEqualTo(Snapshots.of(expected.state()));
    for (Metric metric :
        new Metric[] {
          Metric.TRAIN_LOSS,
          Metric.TRAIN_ACCURACY,
          Metric.VALIDATION_LOSS,
          Metric.VALIDATION_ACCURACY
        }) {
      assertThat(resumed.epochs())
          .extracting(epoch -> epoch.get(metric))
          .isEqualTo(unbroken.epochs().stream().map(epoch -> epoch.get(metric)).toList());
    }
  }

  @Test
  void aModelWithoutClassesHasNoAccuracy() {
    Progress progress =
        Progress.fromText(
            Map.of(
                "epoch", "0",
                "batch", "1",
                "iteration", "1",
                "epoch.loss", "8.0",
                "epoch.correct", "0",
                "epoch.told", "0",
                "epoch.samples", "4",
                "epoch.seconds", "1.5",
                "history",
                    "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,"
                        + "seconds,images_per_second,learning_rate\n"));
    assertThat(progress.score().means("train_")).isEqualTo(Map.of("train_loss", 2.0));
    assertThat(progress.seconds()).isEqualTo(1.5);
  }
}
