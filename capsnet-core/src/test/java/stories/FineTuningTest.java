package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.TrainingOptions;
import org.capsnet.nn.PartialLoad;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A saved classifier is trained on for other classes. {@code docs/fine-tuning.md} takes its code
 * from here.
 */
class FineTuningTest {

  @TempDir private Path folder;

  private Path saved() throws IOException {
    LabeledImages images =
        Drawing.images(160, 1, Drawing.BAR, Drawing.POLE, Drawing.CROSS, Drawing.RING);
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, Drawing.SIDE, Drawing.SIDE))
            .with("classes", 4)
            .with("stem", List.of(new Conv(8, 5, 1)))
            .with("primary", new Primary(4, 4, 5, 2))
            .with("classDim", 4)
            .with("routing", new DynamicRouting(2))
            .with("decoder", null)
            .build(0);
    Path file = folder.resolve("drawings.safetensors");
    try (ImageClassifier classifier = new ImageClassifier(net, images.classNames())) {
      classifier.train(images, images, options(6));
      classifier.save(file);
    }
    return file;
  }

  private static TrainingOptions options(int epochs) {
    return TrainingOptions.epochs(epochs).batch(16).learningRate(0.003).quiet();
  }

  @Test
  void aSavedClassifierLearnsOtherClasses() throws IOException {
    Path file = saved();
    LabeledImages images = Drawing.images(90, 3, Drawing.SLASH, Drawing.DISC, Drawing.CROSS);
    LabeledImages validation = Drawing.images(60, 4, Drawing.SLASH, Drawing.DISC, Drawing.CROSS);

    // The same sizes for another number of classes, and all weights that fit.
    CapsNet old = Network.load(file, CapsNet.class);
    CapsNet net = old.architecture().with("classes", 3).build(1);
    PartialLoad load = net.loadMatching(file);

    assertThat(load)
        .hasToString(
            """
            loaded: stem.0.weight; stem.0.bias; primary.conv.weight; primary.conv.bias
            of another shape: \
            classes.weight: expected [64, 3, 4, 4], got [64, 4, 4, 4]; \
            classes.bias: expected [3, 4], got [4, 4]\
            """);
    assertThat(load.missing()).isEmpty();
    assertThat(load.unknown()).isEmpty();

    ImageClassifier tuned = new ImageClassifier(net, images.classNames());
    tuned.train(
        images,
        validation,
        options(20).trainer(t -> t.freeze("stem").updater("primary", new Adam(1e-4))));
    tuned.save(folder.resolve("tuned.safetensors"));

    ImageClassifier loaded = ImageClassifier.load(folder.resolve("tuned.safetensors"));
    assertThat(loaded.classNames()).containsExactly("slash", "disc", "cross");
    assertThat(loaded.evaluate(validation).accuracy()).isGreaterThan(0.9);
    assertThat(moved(old, loaded.net(), "stem.0.weight")).isZero();
    assertThat(moved(old, loaded.net(), "stem.0.bias")).isZero();
    // 120 steps of Adam go about 120 learning rates far at most.
    assertThat(moved(old, loaded.net(), "primary.conv.weight")).isBetween(1e-4, 120 * 1.5e-4);
  }

  /** The farthest that a number moved. */
  private static double moved(Network<?> from, Network<?> to, String name) {
    INDArray before = from.state().get(name);
    return to.state().get(name).sub(before).amaxNumber().doubleValue();
  }
}
