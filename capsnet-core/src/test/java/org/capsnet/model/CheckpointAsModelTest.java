package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.io.FormatException;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.DetectionObjective;
import org.capsnet.model.detection.ObjectDetector;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.nn.Module;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The checkpoints of a training load as the model. */
class CheckpointAsModelTest {

  @TempDir private Path folder;

  private Path best(Trainable objective, Map<String, String> metadata, DataSet batch) {
    Trainer.of(objective)
        .updater(new Adam(0.001))
        .metadata(metadata)
        .checkpoints(Checkpointing.in(folder))
        .fit(new SingletonDataSetIterator(batch));
    return folder.resolve("best.safetensors");
  }

  private static void assertSame(Module loaded, Module trained) {
    assertThat(Numbers.of(loaded.state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(trained.state()));
    assertThat(loaded.training()).isFalse();
  }

  private static CapsNet small() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("classes", 2)
        .with("stem", List.of(new Conv(4, 3, 1)))
        .with("primary", new Primary(2, 4, 3, 2))
        .with("decoder", List.of(8))
        .build(0);
  }

  private static DataSet images() {
    return new DataSet(Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12), Nd4j.eye(2));
  }

  @Test
  void aClassifier() throws IOException {
    ImageClassifier trained = new ImageClassifier(small(), List.of("cat", "dog"));
    Path best =
        best(ClassificationObjective.standard(trained.ability()), trained.metadata(), images());
    for (Path file : List.of(best, folder.resolve("checkpoint-000000001.safetensors"))) {
      ImageClassifier loaded = ImageClassifier.load(file);
      assertThat(loaded.classNames()).containsExactly("cat", "dog");
      assertThat(loaded.net().architecture()).isEqualTo(trained.net().architecture());
      assertSame(loaded.net(), trained.net());
    }
    assertSame(Network.load(best, CapsNet.class), trained.net());
  }

  @Test
  void withoutMetadataItIsNotTakenForAModel() {
    CapsNet net = small();
    Path best = best(ClassificationObjective.standard(net), Map.of(), images());
    assertThatThrownBy(() -> Network.load(best, CapsNet.class))
        .isInstanceOf(FormatException.class)
        .hasMessage(best + ": holds no network: its metadata lacks capsnet.network");
  }

  @Test
  void aMedicalModel() throws IOException {
    SegCaps net = SegCaps.Config.of(new ImageShape(1, 16, 16), 2).build(0);
    MedicalModel trained = new MedicalModel(net, List.of(), List.of("paper", "cell"), false);
    SegmentationLabels layout = new SegmentationLabels(List.of(), 2, 16, 16);
    DataSet batch =
        new DataSet(
            Nd4j.rand(DataType.FLOAT, 2, 1, 16, 16),
            Nd4j.concat(
                1,
                Nd4j.ones(DataType.FLOAT, 2, layout.labelShape()[0] / 2),
                Nd4j.zeros(DataType.FLOAT, 2, layout.labelShape()[0] / 2)));
    MedicalModel loaded = MedicalModel.load(best(trained.objective(), trained.metadata(), batch));
    assertThat(loaded.maskNames()).containsExactly("paper", "cell");
    assertSame(loaded.net(), net);
  }

  @Test
  void aDetector() throws IOException {
    CapsuleDetector net = CapsuleDetector.Config.of(new ImageShape(1, 24, 24), 2).build(0);
    ObjectDetector trained = new ObjectDetector(net, List.of("square", "disc"));
    DataSet batch =
        new DataSet(Nd4j.rand(DataType.FLOAT, 2, 1, 24, 24), Nd4j.zeros(DataType.FLOAT, 2, 2, 5));
    Path best = best(DetectionObjective.standard(net), trained.metadata(), batch);
    ObjectDetector loaded = ObjectDetector.load(best);
    assertThat(loaded.classNames()).containsExactly("square", "disc");
    assertSame(loaded.net(), net);
  }
}
