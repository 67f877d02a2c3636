package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.data.RandomShift;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** What a seed promises, where it is hardest: floats, convolutions, and batches made ahead. */
class ConvolutionalTrainingTest {

  private static final int IMAGES = 60;
  private static final int SIZE = 8;
  private static final int CLASSES = 3;
  private static final int BATCH = 16;
  private static final int BATCHES = 4;
  private static final int EPOCHS = 3;

  @TempDir private Path folder;

  private static final class Net extends Module implements Trainable {

    private final Conv2d convolution;
    private final Linear linear;

    Net() {
      Init init = Init.of(new Random(4), DataType.FLOAT);
      convolution =
          child("convolution", new Conv2d(Shape.of(1, SIZE, SIZE), 6, 3, Conv2dSpec.UNIT, init));
      linear = child("linear", new Linear(Shape.of(6 * 6 * 6), CLASSES, init));
    }

    @Override
    public Module module() {
      return this;
    }

    @Override
    public Loss loss(DataSet batch, Step step) {
      Variable x = Variable.constant(batch.getFeatures());
      Variable seen = convolution.forward(x).relu();
      Variable logits = linear.forward(seen.reshape(seen.size(0), -1));
      Variable likelihood =
          logits.logSoftmax(1).times(Variable.constant(batch.getLabels())).sum(1).mean();
      return Loss.of("cross_entropy", likelihood.negate())
          .withPredictions(logits.value(), batch.getLabels());
    }
  }

  private static ImageIterator images() {
    Random random = new Random(5);
    byte[] pixels = new byte[IMAGES * SIZE * SIZE];
    random.nextBytes(pixels);
    int[] labels = random.ints(IMAGES, 0, CLASSES).toArray();
    LabeledImages images = new LabeledImages(pixels, 1, SIZE, SIZE, labels, List.of("a", "b", "c"));
    return ImageIterator.builder(images, BATCH)
        .seed(6)
        .shuffle()
        .augment(new RandomShift(2))
        .build();
  }

  private static Map<String, double[]> train(Trainer trainer, Net net) {
    try (Prefetching ahead = Prefetching.of(images())) {
      trainer.fit(ahead);
    }
    return Snapshots.of(net.state());
  }

  private static Map<String, double[]> unbroken() {
    Net net = new Net();
    Map<String, double[]> before = Snapshots.of(net.state());
    assertThat(before.get("convolution.weight")).hasSize(6 * 3 * 3);
    assertThat(net.parameters().get("linear.weight").value().dataType()).isEqualTo(DataType.FLOAT);
    Map<String, double[]> after =
        train(Trainer.of(net).updater(new Adam(0.01)).epochs(EPOCHS), net);
    before.forEach((name, numbers) -> assertThat(after.get(name)).isNotEqualTo(numbers));
    return after;
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    assertThat(unbroken()).usingRecursiveComparison().isEqualTo(unbroken());
  }

  @Test
  void resumingInTheMiddleOfAnEpochGivesTheSameBits() {
    Net broken = new Net();
    Net resumed = new Net();
    train(trainer(broken).maxIterations(BATCHES + 2), broken);
    Map<String, double[]> whole = train(trainer(resumed).resume(), resumed);
    assertThat(whole).usingRecursiveComparison().isEqualTo(unbroken());
  }

  private Trainer trainer(Net net) {
    return Trainer.of(net)
        .updater(new Adam(0.01))
        .epochs(EPOCHS)
        .checkpoints(Checkpointing.in(folder));
  }
}
