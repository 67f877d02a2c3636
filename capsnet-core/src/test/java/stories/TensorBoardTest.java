package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.TrainingOptions;
import org.capsnet.model.insight.CapsulePanel;
import org.capsnet.testing.EventFile;
import org.capsnet.train.tensorboard.EventWriter;
import org.capsnet.train.tensorboard.TensorBoard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A training in TensorBoard. {@code docs/tensorboard.md} takes its code from here. */
class TensorBoardTest {

  @TempDir private Path runs;

  private static ImageClassifier classifier() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, Drawing.SIDE, Drawing.SIDE))
            .with("classes", 3)
            .with("stem", List.of(new Conv(8, 3, 1)))
            .with("primary", new Primary(4, 4, 3, 2))
            .with("decoder", List.of(8))
            .build(1);
    return new ImageClassifier(net, List.of("bar", "cross", "ring"));
  }

  private static LabeledImages images(int count, long seed) {
    return Drawing.images(count, seed, Drawing.BAR, Drawing.CROSS, Drawing.RING);
  }

  @Test
  void aTraining() throws IOException {
    ImageClassifier classifier = classifier();
    LabeledImages train = images(48, 1);
    LabeledImages validation = images(12, 2);
    INDArray shown = Nd4j.stack(0, validation.image(0), validation.image(1), validation.image(2));

    TensorBoard board =
        TensorBoard.in(runs.resolve("drawings"))
            .every(2) // steps
            .panel(CapsulePanel.of(classifier.net(), shown));
    classifier.train(train, validation, TrainingOptions.epochs(2).trainer(t -> t.listener(board)));

    List<EventFile.Event> events = EventFile.read(EventFile.in(runs.resolve("drawings")).get(0));
    assertThat(EventFile.values(events, "epoch/train_loss")).hasSize(2);
    assertThat(EventFile.values(events, "images/coupling")).hasSize(2);
    assertThat(EventFile.values(events, "settings")).hasSize(1);
  }

  @Test
  void numbersOfOnesOwn() throws IOException {
    TensorBoard board = TensorBoard.in(runs.resolve("drawings"));
    ImageClassifier classifier = classifier();

    board.panel(
        (events, step) -> {
          INDArray weights = classifier.net().parameters().get("classes.weight").value();
          events.scalar("own/norm", weights.norm2Number().doubleValue(), step);
        });

    try (EventWriter events = EventWriter.in(runs.resolve("test"))) {
      events.scalar("test/accuracy", 0.993, 0);
      events.text("notes", "with *shifts* at the test", 0);
    }

    classifier.train(
        images(48, 1), images(12, 2), TrainingOptions.epochs(1).trainer(t -> t.listener(board)));
    List<EventFile.Event> events = EventFile.read(EventFile.in(runs.resolve("drawings")).get(0));
    assertThat(EventFile.values(events, "own/norm")).hasSize(1);
    List<EventFile.Event> test = EventFile.read(EventFile.in(runs.resolve("test")).get(0));
    assertThat(EventFile.values(test, "test/accuracy").get(0).getSimpleValue()).isEqualTo(0.993f);
  }
}
