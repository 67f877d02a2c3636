package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.classification.AttentionCapsNet;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.DetectionObjective;
import org.capsnet.model.detection.DetectorSizes;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.MedicalObjective;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.model.medical.SegCaps.Level;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.SmallNetworks;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What the summary says of each network is what the scopes of its steps hold. */
class NetworkMemoryTest {

  /** Of the summary's figure. */
  private static final double TOLERANCE = 0.05;

  private static final int[] BATCHES = {2, 5};

  /** Makes labels of a batch. */
  private interface Labels {
    INDArray of(int batch);
  }

  /** Holds what was measured against what was stated. */
  private interface Comparison {
    void compare(String what, long held, long stated);
  }

  private static void assertKnown(
      Network<?> net, Trainable objective, Labels labels, Consumer<Variable> predict) {
    DataType type = net.type();
    Summary summary = net.summary();
    for (int batch : BATCHES) {
      long[] image = net.architecture().input().sizes();
      long[] shape = {batch, image[0], image[1], image[2]};
      INDArray x = GradientCheck.random(new Random(1), shape).muli(0.3).addi(0.5).castTo(type);
      DataSet data = new DataSet(x, labels.of(batch).castTo(type));
      objective.module().train();
      Comparison as =
          net instanceof AttentionCapsNet
              ? NetworkMemoryTest::assertAtMost // a stack leaves out what comes too late
              : NetworkMemoryTest::assertClose;
      as.compare("training", trained(objective, data), summary.stepBytes(batch));
      objective.module().eval();
      as.compare("prediction", predicted(x, predict), summary.predictionBytes(batch));
    }
  }

  private static long trained(Trainable objective, DataSet data) {
    long held = 0;
    for (int i = 0; i < 2; i++) {
      try (Scope scope = Scope.open()) {
        objective.loss(data, Step.FIRST).total().backward();
        held = scope.bytes();
      }
    }
    return held;
  }

  private static long predicted(INDArray x, Consumer<Variable> predict) {
    long held = 0;
    for (int i = 0; i < 2; i++) {
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        predict.accept(Variable.constant(x));
        held = scope.bytes();
      }
    }
    return held;
  }

  /** Some parts state no cost; of these networks the summary says no less than the truth. */
  private static void assertAtMost(String what, long held, long stated) {
    assertThat((double) held).as(what).isLessThan((1 + TOLERANCE) * stated);
  }

  private static void assertClose(String what, long held, long stated) {
    assertThat((double) held)
        .as(what)
        .isBetween((1 - TOLERANCE) * stated, (1 + TOLERANCE) * stated);
  }

  private static INDArray classes(int batch, int classes) {
    return OneHot.of(
        IntStream.range(0, batch).map(i -> i % classes).toArray(), classes, DataType.FLOAT);
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, 3", "DOUBLE, 1", "DOUBLE, 3"})
  void ofCapsNet(DataType type, int iterations) {
    CapsNet.Config sizes =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 24, 24))
            .with("classes", 5)
            .with("stem", List.of(new Conv(24, 9, 1)))
            .with("primary", new Primary(4, 8, 5, 2))
            .with("decoder", List.of(64, 128))
            .with("routing", new DynamicRouting(iterations));
    for (CapsNet.Config config : List.of(sizes, sizes.with("decoder", null))) {
      CapsNet net = config.build(seed(type));
      assertKnown(
          net,
          ClassificationObjective.standard(net),
          batch -> classes(batch, 5),
          x -> {
            Classification found = net.classify(x);
            if (net.reconstructs()) {
              INDArray one = classes((int) x.size(0), 5);
              net.reconstruct(found.classes(), one.castTo(type));
            }
          });
    }
  }

  static List<Arguments> classifiers() {
    return Stream.of(DataType.FLOAT, DataType.DOUBLE)
        .flatMap(type -> SmallNetworks.all().stream().map(net -> Arguments.of(type, net)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void ofSmallClassifiers(DataType type, Architecture.OfImages<?, ?> architecture) {
    Network<?> net = architecture.build(seed(type));
    Classifier classifier = (Classifier) net;
    assertKnown(
        net,
        ClassificationObjective.standard(classifier),
        batch -> classes(batch, SmallNetworks.CLASSES),
        x -> {
          Classification found = classifier.classify(x);
          if (net instanceof Reconstructor decoder && decoder.reconstructs()) {
            INDArray one = classes((int) x.size(0), SmallNetworks.CLASSES);
            decoder.reconstruct(found.classes(), one.castTo(type));
          }
        });
  }

  private static Init seed(DataType type) {
    return Init.seed(1).type(type);
  }

  private static INDArray boxes(int batch, int classes, int rows, int columns) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, classes, 5, rows, columns).addi(0.25f);
    for (int b = 0; b < batch; b++) {
      labels.putScalar(new int[] {b, b % classes, 0, 0, 0}, 1);
    }
    return labels;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofCapsuleDetector(DataType type) {
    DetectorSizes sizes = detector(1, 4);
    for (CapsuleDetector.Config config :
        List.of(
            new CapsuleDetector.Config(sizes, null),
            new CapsuleDetector.Config(sizes, List.of(64)))) {
      CapsuleDetector net = config.build(seed(type));
      assertKnown(
          net,
          DetectionObjective.standard(net),
          batch -> present(boxes(batch, 4, 1, 1)),
          net::detect);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofGridCapsuleDetector(DataType type) {
    DetectorSizes sizes = detector(3, 3);
    for (int kernel : new int[] {1, 3}) {
      GridCapsuleDetector net = new GridCapsuleDetector.Config(sizes, kernel).build(seed(type));
      assertKnown(
          net,
          DetectionObjective.standard(net),
          batch -> present(boxes(batch, 3, net.rows(), net.columns())),
          net::detect);
    }
  }

  private static DetectorSizes detector(int channels, int classes) {
    return new DetectorSizes(
        new ImageShape(channels, 24, 32),
        classes,
        List.of(Conv.same(16, 5, 2), Conv.same(24, 3, 1), Conv.same(24, 3, 2)),
        Primary.same(4, 8, 3, 1),
        16,
        new DynamicRouting(3).withLeak(),
        32);
  }

  /** Zeros and ones of presence. */
  private static INDArray present(INDArray labels) {
    labels.slice(0, 2).assign(labels.slice(0, 2).gt(0.5).castTo(labels.dataType()));
    return labels;
  }

  private static INDArray diagnosesAndMasks(
      int batch, int classes, int masks, int height, int width) {
    if (masks == 0) {
      return classes(batch, classes);
    }
    INDArray mask = Nd4j.zeros(DataType.FLOAT, batch, masks, height, width);
    mask.slice(0, 1).assign(1);
    INDArray flat = mask.reshape(batch, -1);
    return classes == 0 ? flat : Nd4j.concat(1, classes(batch, classes), flat);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofMedicalCapsNet(DataType type) {
    MedicalCapsNet.Config all = MedicalCapsNet.Config.of(new ImageShape(3, 30, 26), 4, 3);
    for (MedicalCapsNet.Config config :
        List.of(
            all,
            all.with("classes", 0).with("masks", 2),
            all.with("masks", 0).with("reconstructs", false))) {
      MedicalCapsNet net = config.build(seed(type));
      assertKnown(
          net,
          MedicalObjective.standard(net, false),
          batch -> diagnosesAndMasks(batch, net.classes(), net.masks(), 30, 26),
          x -> net.examine(x).drawn());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofSegCaps(DataType type) {
    SegCaps.Config all =
        SegCaps.Config.of(new ImageShape(1, 23, 26), 2)
            .with("stem", Conv.same(8, 5, 1))
            .with("kernel", 3)
            .with("levels", List.of(new Level(1, 8), new Level(2, 8), new Level(3, 8)));
    for (SegCaps.Config config : List.of(all, all.with("reconstruction", null))) {
      SegCaps net = config.build(seed(type));
      assertKnown(
          net,
          MedicalObjective.standard(net, false),
          batch -> diagnosesAndMasks(batch, 0, 2, 23, 26),
          x -> net.examine(x).drawn());
    }
  }
}
