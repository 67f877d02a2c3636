package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.io.FormatException;
import org.capsnet.io.Safetensors;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.nn.PartialLoad;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** A network takes over what fits of a file, whatever wrote it. */
class LoadMatchingFileTest {

  private static final List<String> BELOW_CLASSES =
      List.of("stem.0.weight", "stem.0.bias", "primary.conv.weight", "primary.conv.bias");

  @TempDir private Path folder;

  private static CapsNet.Config sizes() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("classes", 2)
        .with("stem", List.of(new Conv(4, 3, 1)))
        .with("primary", new Primary(2, 4, 3, 2))
        .with("decoder", null);
  }

  private static void assertTaken(Network<?> from, Network<?> to) {
    Map<String, double[]> expected = Numbers.of(from.state());
    Map<String, double[]> got = Numbers.of(to.state());
    BELOW_CLASSES.forEach(name -> assertThat(got.get(name)).as(name).isEqualTo(expected.get(name)));
  }

  @Test
  void aFileOfAnEarlierVersion() throws IOException {
    Path file = Path.of("src/test/resources/saved/first/capsnet.safetensors");
    CapsNet old = Network.load(file, CapsNet.class);
    CapsNet net = old.architecture().with("classes", old.classes() + 1).build(9);
    PartialLoad load = net.loadMatching(file);
    assertThat(load.loaded()).containsAll(BELOW_CLASSES);
    assertThat(load.otherShape())
        .extracting(PartialLoad.OtherShape::name)
        .contains("classes.weight");
    assertTaken(old, net);
  }

  @Test
  void aCheckpointOfATraining() throws IOException {
    CapsNet trained = sizes().build(1);
    DataSet batch =
        new DataSet(Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12), Nd4j.eye(2).castTo(DataType.FLOAT));
    Trainer.of(ClassificationObjective.standard(trained))
        .movingAverage(0.5)
        .epochs(2)
        .checkpoints(Checkpointing.in(folder))
        .fit(new SingletonDataSetIterator(batch));
    CapsNet net = sizes().with("classes", 3).build(2);
    PartialLoad load = net.loadMatching(folder.resolve("best.safetensors"));
    assertThat(load.loaded()).isEqualTo(BELOW_CLASSES);
    assertThat(load.unknown()).isEmpty();
    assertTaken(trained, net);
  }

  @Test
  void aFaultNamesTheFileAndChangesNothing() throws IOException {
    CapsNet net = sizes().build(1);
    Map<String, double[]> before = Numbers.of(net.state());

    Path other = folder.resolve("other.safetensors");
    Safetensors.write(other, Map.of("layer.weight", Nd4j.ones(2)), Map.of());
    assertThatThrownBy(() -> net.loadMatching(other))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("other.safetensors")
        .hasMessageContaining("nothing of the state fits this CapsNet")
        .hasMessageContaining("unknown: layer.weight");

    Path wrong = folder.resolve("wrong.safetensors");
    Safetensors.write(
        wrong, Map.of("stem.0.bias", Nd4j.createFromArray(1f, 2f, Float.NaN, 4f)), Map.of());
    assertThatThrownBy(() -> net.loadMatching(wrong))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("wrong.safetensors")
        .hasMessageContaining("stem.0.bias: expected finite numbers");

    Path none = Files.writeString(folder.resolve("none.safetensors"), "no such file");
    assertThatThrownBy(() -> net.loadMatching(none)).isInstanceOf(FormatException.class);
    assertThat(Numbers.of(net.state())).usingRecursiveComparison().isEqualTo(before);
  }
}
