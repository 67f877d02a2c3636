package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.kinds.LibraryKinds;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.SmallNetworks;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.DivergedException;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What holds for every network that classifies, of those that the library has a name for: a new one
 * joins by that name, and its small form in {@link SmallNetworks}.
 */
class NetworkFamilyTest {

  private static final int BATCH = 6;

  /** Of the central differences. */
  private static final double STEP = 1e-6;

  private static final LabeledImages IMAGES = images();

  /** Bars that stand, that lie, and squares, each at four places. */
  private static LabeledImages images() {
    int side = SmallNetworks.IMAGE.height();
    int count = 4 * SmallNetworks.CLASSES;
    byte[] pixels = new byte[count * side * side];
    for (int i = 0; i < count; i++) {
      int label = i % SmallNetworks.CLASSES;
      int width = label == 1 ? 10 : 4;
      int height = label == 0 ? 10 : 4;
      int from = i / SmallNetworks.CLASSES + 1;
      for (int y = from; y < from + height; y++) {
        for (int x = from; x < from + width; x++) {
          pixels[(i * side + y) * side + x] = (byte) 255;
        }
      }
    }
    int[] labels = IntStream.range(0, count).map(i -> i % SmallNetworks.CLASSES).toArray();
    return new LabeledImages(pixels, 1, side, side, labels, List.of("stands", "lies", "square"));
  }

  static Stream<Architecture.OfImages<?, ?>> networks() {
    return SmallNetworks.all().stream();
  }

  private static Classifier build(Architecture<?, ?> architecture, long seed) {
    return (Classifier) architecture.build(seed);
  }

  private static ImageIterator batches() {
    return ImageIterator.builder(IMAGES, BATCH).shuffle().seed(5).build();
  }

  private static Trainer trainer(Classifier net) {
    return Trainer.of(ClassificationObjective.standard(net)).updater(new Adam(0.01)).epochs(1000);
  }

  @Test
  void allOfThemAreFound() {
    List<Class<?>> named =
        new TreeMap<>(new LibraryKinds().kinds())
            .values().stream()
                .filter(Architecture.class::isAssignableFrom)
                .filter(type -> type.getPackage().equals(CapsNet.class.getPackage()))
                .toList();
    assertThat(networks().map(Object::getClass)).hasSameElementsAs(named);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void learnsAFewImages(Architecture.OfImages<?, ?> architecture) {
    Classifier net = build(architecture, 1);
    trainer(net).maxIterations(60).fit(batches());
    ImageClassifier classifier = new ImageClassifier(net, IMAGES.classNames());
    assertThat(classifier.evaluate(IMAGES).accuracy()).isEqualTo(1);
  }

  /** Also where all that it says is NaN. */
  @ParameterizedTest
  @MethodSource("networks")
  void saysWhereNaNArose(Architecture.OfImages<?, ?> architecture) {
    Classifier net = build(architecture, 1);
    String first = net.network().parameters().keySet().iterator().next();
    net.network().parameters().get(first).value().assign(Double.NaN);
    assertThatThrownBy(() -> trainer(net).maxIterations(1).fit(batches()))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("parameter " + first);
    ImageClassifier classifier = new ImageClassifier(net, IMAGES.classNames());
    assertThatThrownBy(() -> classifier.predict(IMAGES.image(0)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("lengths: expected numbers, got NaN");
  }

  /** Of each parameter where it is steepest, against central differences. */
  @ParameterizedTest
  @MethodSource("networks")
  void hasTheGradientsOfItsLoss(Architecture.OfImages<?, ?> architecture) {
    Network<?> net = architecture.build(Init.seed(1).type(DataType.DOUBLE));
    // Noise, since rectifiers have no slope at the zeros that black images and new biases make.
    Random random = new Random(1);
    DataSet batch = ImageIterator.builder(IMAGES, BATCH).dataType(DataType.DOUBLE).build().next();
    INDArray noise = GradientCheck.random(random, batch.getFeatures().shape());
    batch.setFeatures(Transforms.sigmoid(noise));
    net.parameters()
        .values()
        .forEach(p -> p.value().addi(GradientCheck.random(random, p.shape()).muli(0.02)));
    Trainable objective = ClassificationObjective.standard((Classifier) net);
    net.eval(); // without chance
    objective.loss(batch, Step.FIRST).total().backward();
    net.parameters()
        .forEach(
            (name, parameter) -> {
              // Whose activations, of which alone the loss is, come from the poses below.
              boolean isRead =
                  !(net instanceof SelfRoutingCapsNet && name.equals("classes.weight"));
              assertThat(parameter.variable().hasGradient()).as(name).isEqualTo(isRead);
              if (!isRead) {
                return;
              }
              INDArray gradient = parameter.variable().gradient().dup('c').reshape(-1);
              int at = Nd4j.argMax(Transforms.abs(gradient, true)).getInt(0);
              INDArray value = parameter.value().reshape(-1);
              double slope =
                  (moved(net, objective, batch, value, at, STEP)
                          - moved(net, objective, batch, value, at, -STEP))
                      / (2 * STEP);
              assertThat(gradient.getDouble(at))
                  .as(name)
                  .isCloseTo(slope, within(1e-5 * Math.max(1e-3, Math.abs(slope))));
            });
  }

  /** The loss with one number moved, and moved back afterwards. */
  private static double moved(
      Network<?> net, Trainable objective, DataSet batch, INDArray value, int at, double by) {
    double before = value.getDouble(at);
    value.putScalar(at, before + by);
    net.eval(); // which forgets what was made of the weights
    double loss = objective.loss(batch, Step.FIRST).total().value().getDouble(0);
    value.putScalar(at, before);
    return loss;
  }

  /** To the last bit, statistics of batch normalization and state of the updater among them. */
  @ParameterizedTest
  @MethodSource("networks")
  void goesOnFromACheckpointAsIfUnbroken(
      Architecture.OfImages<?, ?> architecture, @TempDir Path folder) {
    Classifier whole = build(architecture, 1);
    trainer(whole).maxIterations(5).fit(batches());
    Trainer begun = trainer(build(architecture, 1)).checkpoints(Checkpointing.in(folder));
    begun.maxIterations(3).fit(batches());
    Classifier resumed = build(architecture, 2);
    trainer(resumed).checkpoints(Checkpointing.in(folder)).resume().maxIterations(5).fit(batches());
    assertThat(Numbers.of(resumed.network().state()))
        .usingRecursiveComparison()
        .isEqualTo(Numbers.of(whole.network().state()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aFileGivesTheSameNetworkBack(Architecture.OfImages<?, ?> architecture, @TempDir Path folder)
      throws IOException {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      Network<?> net = architecture.build(Init.seed(3).type(type));
      trainer((Classifier) net)
          .maxIterations(2)
          .fit(ImageIterator.builder(IMAGES, BATCH).dataType(type).build());
      Path file = folder.resolve(type + ".safetensors");
      net.save(file);
      Classifier loaded = Network.load(file, Classifier.class);
      assertThat(loaded.network().architecture()).isEqualTo(architecture);
      Variable images = Variable.constant(batches().next().getFeatures().castTo(type));
      assertThat(loaded.classify(images).classes().activation().value())
          .isEqualTo(((Classifier) net).classify(images).classes().activation().value());
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void summarisesWhatItIsBeforeAnythingIsAllocated(Architecture.OfImages<?, ?> architecture) {
    Network<?> shapes = architecture.build(Init.shapesOnly(DataType.FLOAT));
    assertThat(shapes.summary().parameters()).isEqualTo(architecture.build(0).parameterCount());
    if (!(shapes instanceof AttentionCapsNet)) { // a stack of which is an estimate
      assertThat(shapes.summary().toString()).doesNotContain("~");
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void classifiesDrawsAndExplains(Architecture.OfImages<?, ?> architecture) {
    ImageClassifier classifier = new ImageClassifier(build(architecture, 1), IMAGES.classNames());
    Prediction prediction = classifier.predict(IMAGES.image(0));
    assertThat(prediction.lengths().length()).isEqualTo(SmallNetworks.CLASSES);
    boolean draws = classifier.ability() instanceof Reconstructor decoder && decoder.reconstructs();
    assertThat(prediction.reconstruction().isPresent()).isEqualTo(draws);
    INDArray image = IMAGES.image(0);
    if (architecture instanceof ResNet.Config || architecture instanceof HvcCapsNet.Config) {
      assertThatThrownBy(() -> classifier.couplings(image))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("no layer of this network routed to these capsules");
    } else {
      INDArray coupling = classifier.couplings(image);
      assertThat(coupling.size(coupling.rank() - 1)).isEqualTo(SmallNetworks.CLASSES);
    }
  }
}
