package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Checkpoints with the right checksum that no training wrote: the fault is named, nothing moves.
 */
class ForgedCheckpointTest {

  private static final int STEPS = 6;

  @TempDir private Path folder;

  private Path file;

  private static TinyModel model(long seed) {
    return new TinyModel(2, 8, 2, 0.4, seed);
  }

  private Trainer trainer(TinyModel model) {
    return Trainer.of(model)
        .updater(new Adam(0.01))
        .earlyStopping(EarlyStopping.on(Metric.TRAIN_LOSS, 9).restoringBest())
        .checkpoints(Checkpointing.in(folder))
        .epochs(3)
        .maxIterations(STEPS);
  }

  private static ShuffledBatches data() {
    return new ShuffledBatches(Batches.circle(4, 8, 3));
  }

  @BeforeEach
  void write() {
    trainer(model(1)).fit(data());
    file = folder.resolve("checkpoint-00000000" + STEPS + ".safetensors");
  }

  private void forge(Consumer<Map<String, String>> change) throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    Map<String, String> text = new LinkedHashMap<>(contents.metadata());
    text.remove("checksum");
    change.accept(text);
    text.put("checksum", Checksum.of(contents.tensors(), new LinkedHashMap<>(text)));
    Safetensors.write(file, contents.tensors(), text);
  }

  private void assertRefused(String fault) {
    TinyModel other = model(2);
    var before = Snapshots.of(other.state());
    Nd4j.getRandom().setSeed(5);
    long random = Nd4j.getRandom().rootState();
    assertThatThrownBy(() -> trainer(other).resume().fit(data()))
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": " + fault);
    assertThat(Snapshots.of(other.state())).usingRecursiveComparison().isEqualTo(before);
    assertThat(Nd4j.getRandom().rootState()).isEqualTo(random);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "random.root | x | random.root: expected a whole number, got x",
        "random.node | 1.5 | random.node: expected a whole number, got 1.5",
        "epoch | -1 | epoch: expected 0 to 2147483647, got -1",
        "epoch | 2 | history: expected 2 epochs, got 1",
        "batch | many | batch: expected a whole number, got many",
        "batch | 5 | batch: expected 0 to 4, got 5",
        "iteration | 3000000000 | iteration: expected 0 to 2147483647, got 3000000000",
        "epoch.sums | loss | epoch.sums: expected name,sum,samples, got loss",
        "epoch.sums | loss,low,16 | epoch.sums of loss: expected a number, got low",
        "epoch.sums | loss,NaN,16 | epoch.sums of loss: expected a finite number, got NaN",
        "epoch.sums | loss,1,999 | epoch.sums of loss: expected 1 to 16, got 999",
        "epoch.sums | loss,1,0 | epoch.sums of loss: expected 1 to 16, got 0",
        "epoch.sums | accuracy,9,8 | epoch.sums of accuracy: expected at most 8, got 9.0",
        "epoch.samples | -1 | epoch.samples: expected 0 to 9223372036854775807, got -1",
        "epoch.seconds | Infinity | epoch.seconds: expected a finite number, got Infinity",
        "best.epoch | one | best.epoch: expected a whole number, got one",
        "history | nothing | history: expected the columns epoch, metrics, seconds,"
            + " images_per_second, learning_rate, got nothing",
      })
  void aFieldThatCannotBeIsNamed(String key, String value, String fault) throws IOException {
    forge(text -> text.put(key, value));
    assertRefused(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,x,1,1,1,1,1 | history of epoch 1: expected a number, got x",
        "2,1,1,1,1,1,1 | history of epoch 1: expected 1, got 2",
        "1,1,1 | history of epoch 1: expected 7 columns, got 3",
      })
  void aRowOfTheHistoryThatCannotBeIsNamed(String row, String fault) throws IOException {
    forge(text -> text.put("history", text.get("history").lines().findFirst().get() + "\n" + row));
    assertRefused(fault);
  }

  @ParameterizedTest
  @CsvSource({"epoch", "iteration", "random.root", "history", "epoch.samples"})
  void aFieldThatLacksIsNamed(String key) throws IOException {
    forge(text -> text.remove(key));
    assertRefused("the metadata lack " + key);
  }

  @Test
  void numbersThatAreNotFiniteAreNamed() throws IOException {
    Safetensors.Contents contents = Safetensors.read(file);
    INDArray bias = contents.tensors().get("updater.hidden.bias");
    bias.putScalar(1, Double.NaN);
    Map<String, String> text = new LinkedHashMap<>(contents.metadata());
    text.remove("checksum");
    text.put("checksum", Checksum.of(contents.tensors(), new LinkedHashMap<>(text)));
    Safetensors.write(file, contents.tensors(), text);
    assertRefused("updater state hidden.bias: expected finite numbers, got others");
  }
}
