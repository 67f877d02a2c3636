package org.capsnet.examples.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.capsule.Routing;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.Kinds;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.train.Trainer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Adam;

/** With the loss that goes with it every routing learns. */
class RoutingLearnsTest {

  private static final int SIDE = 12;
  private static final int CLASSES = 3;
  private static final int COUNT = 12;
  private static final int EPOCHS = 60;

  /** Bars that stand, that lie, and squares, each at four places. */
  private static LabeledImages images() {
    byte[] pixels = new byte[COUNT * SIDE * SIDE];
    for (int i = 0; i < COUNT; i++) {
      int label = i % CLASSES;
      int width = label == 1 ? 7 : 3;
      int height = label == 0 ? 7 : 3;
      int from = i / CLASSES + 1;
      for (int y = from; y < from + height; y++) {
        for (int x = from; x < from + width; x++) {
          pixels[(i * SIDE + y) * SIDE + x] = (byte) 255;
        }
      }
    }
    int[] labels = IntStream.range(0, COUNT).map(i -> i % CLASSES).toArray();
    return new LabeledImages(pixels, 1, SIDE, SIDE, labels, List.of("stands", "lies", "square"));
  }

  static Stream<String> routings() {
    return Kinds.of(Routing.class).entrySet().stream()
        .filter(kind -> kind.getValue().getName().startsWith("org.capsnet.routing."))
        .map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("routings")
  void learnsAFewImages(String name) {
    Routing routing = new RoutingChoice.Converter().convert(name).of(2);
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, SIDE, SIDE))
            .with("classes", CLASSES)
            .with("stem", List.of(new Conv(8, 3, 1)))
            .with("primary", new Primary(4, 4, 3, 2))
            .with("classDim", 4)
            .with("decoder", null)
            .with("routing", routing)
            .build(1);
    LabeledImages images = images();
    Trainer.of(new ClassificationObjective(net, GrowingMargin.in(EPOCHS, net.loss())))
        .updater(new Adam(0.01))
        .epochs(EPOCHS)
        .fit(ImageIterator.builder(images, COUNT).shuffle().seed(1).build());
    ImageClassifier classifier = new ImageClassifier(net, images.classNames());
    assertThat(classifier.evaluate(images).accuracy()).isEqualTo(1);
  }
}
