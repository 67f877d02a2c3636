package org.capsnet.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.capsule.Sharing;
import org.capsnet.model.Ability;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.MatrixCapsNet;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.Detector;
import org.capsnet.model.detection.Detectors;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.insight.Outputs;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.MedicalNetwork;
import org.capsnet.model.medical.MedicalNetwork.Findings;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.DeepCapsRouting;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.FanInRouting;
import org.capsnet.routing.HeinsenRouting;
import org.capsnet.routing.LocalEmRouting;
import org.capsnet.routing.SelfAttentionRouting;
import org.capsnet.routing.SelfRouting;
import org.capsnet.routing.StaticRouting;
import org.capsnet.routing.UniformRouting;
import org.capsnet.routing.VariationalBayesRouting;
import org.capsnet.testing.OnnxSession;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Every network of the library says the same to ONNX Runtime as here. */
class OnnxModelTest {

  private static final double TOLERANCE = 1e-4;

  /** None of them is one that the model was traced with but the second. */
  private static final int[] BATCHES = {1, 3, 8};

  @TempDir private Path folder;

  static Stream<Architecture<?, ?>> published() {
    return SmallNetworks.all().stream().map(architecture -> architecture);
  }

  static Stream<Architecture<?, ?>> detectors() {
    CapsuleDetector.Config dense = Detectors.dense();
    return Stream.of(dense, new GridCapsuleDetector.Config(dense.sizes(), 3));
  }

  static Stream<Architecture<?, ?>> medical() {
    MedicalCapsNet.Config both =
        MedicalCapsNet.Config.of(new ImageShape(3, 9, 7), 2, 3)
            .with("stages", List.of(Conv.same(4, 3, 1), Conv.same(6, 3, 2)))
            .with("primary", Primary.same(2, 4, 3, 2))
            .with("classDim", 5);
    return Stream.of(
        both,
        both.with("classes", 0),
        both.with("masks", 0).with("reconstructs", false),
        SegCaps.Config.of(new ImageShape(1, 9, 6), 3)
            .with("stem", Conv.same(4, 3, 1))
            .with("maskDim", 4)
            .with("reconstruction", List.of(5)));
  }

  static Stream<Architecture<?, ?>> routings() {
    return Stream.of(
            new DynamicRouting(2).withLeak().withoutBias(),
            new DynamicRouting(3).withLastIterationOnly(),
            new DynamicRouting(2).withSquash(new ExponentialSquash()),
            new FanInRouting(2),
            new EmRouting(3),
            new LocalEmRouting(2),
            new VariationalBayesRouting(3),
            new HeinsenRouting(3),
            new SelfAttentionRouting(),
            new SelfRouting(),
            new AttentionRouting(2),
            new DeepCapsRouting(2),
            new StaticRouting(),
            new UniformRouting())
        .map(OnnxModelTest::capsNet);
  }

  static Stream<Architecture<?, ?>> votes() {
    return Stream.of(
            new DenseVotes(Sharing.ALL, false),
            new DenseVotes(Sharing.TYPE, false),
            new DenseVotes(Sharing.TYPE, true))
        .map(votes -> capsNet(new DynamicRouting(3)).with("votes", votes));
  }

  static Stream<Architecture<?, ?>> grids() {
    MatrixCapsNet.Config matrix =
        SmallNetworks.all().stream()
            .filter(MatrixCapsNet.Config.class::isInstance)
            .map(MatrixCapsNet.Config.class::cast)
            .findFirst()
            .orElseThrow();
    return Stream.of(
        matrix.with("routing", new LocalEmRouting(2)),
        matrix.with("routing", new VariationalBayesRouting(2)),
        matrix.with("routing", new EmRouting(3)));
  }

  private static CapsNet.Config capsNet(Routing routing) {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 10, 12))
        .with("classes", 4)
        .with("stem", List.of(new Conv(6, 3, 1)))
        .with("primary", new Primary(3, 4, 3, 2))
        .with("classDim", 5)
        .with("routing", routing)
        .with("decoder", null);
  }

  @ParameterizedTest
  @MethodSource({"published", "detectors", "medical", "routings", "votes", "grids"})
  void everyNetworkSaysTheSame(Architecture<?, ?> architecture) throws Exception {
    Network<?> net = architecture.build(1);
    unevenly(net);
    net.eval();
    Path file = folder.resolve("net.onnx");
    OnnxModel.export(net, file, Map.of(), images -> Outputs.of(net, images));
    try (OnnxSession session = OnnxSession.of(file)) {
      for (int batch : BATCHES) {
        INDArray images = images(net, batch);
        compare(session.run(images), expected(net, images));
      }
    }
  }

  /** Each image twice, once dark: the input capsules are found in either of them. */
  @Test
  void routingOnAGridMayHaveOtherSamplesThanTheImages() throws Exception {
    Network<?> net = grids().toList().get(2).build(1);
    unevenly(net);
    net.eval();
    UnaryOperator<Variable> lengths =
        x -> {
          Variable pairs = Variable.concat(0, x, x.times(0.5));
          return ((Classifier) net).classify(pairs).classes().activation();
        };
    Path file = folder.resolve("pairs.onnx");
    OnnxModel.export(net, file, Map.of(), images -> Map.of("lengths", lengths.apply(images)));
    try (OnnxSession session = OnnxSession.of(file)) {
      for (int batch : BATCHES) {
        INDArray images = images(net, batch);
        INDArray expected = lengths.apply(Variable.constant(images)).value();
        compare(session.run(images), Map.of("lengths", expected));
      }
    }
  }

  /** Nothing that starts as 0 or 1 stays so: biases, priors, statistics. */
  private static void unevenly(Network<?> net) {
    Random random = new Random(5);
    net.state()
        .forEach(
            (name, array) -> {
              if (array.dataType() == DataType.FLOAT) {
                double[] noise = random.doubles(array.length(), -0.2, 0.2).toArray();
                array.addi(
                    Nd4j.createFromArray(noise).castTo(DataType.FLOAT).reshape(array.shape()));
                if (name.endsWith("running_var")) {
                  Transforms.abs(array, false);
                }
              }
            });
  }

  private static INDArray images(Network<?> net, int batch) {
    long[] image = net.architecture().input().sizes();
    Random random = new Random(batch * 100L);
    double[] pixels = random.doubles(batch * image[0] * image[1] * image[2]).toArray();
    return Nd4j.createFromArray(pixels)
        .castTo(DataType.FLOAT)
        .reshape(batch, image[0], image[1], image[2]);
  }

  private static void compare(Map<String, INDArray> got, Map<String, INDArray> expected) {
    assertThat(got).containsOnlyKeys(expected.keySet().toArray(String[]::new));
    expected.forEach(
        (name, array) -> {
          assertThat(got.get(name).shape()).as(name).containsExactly(array.shape());
          assertThat(got.get(name).sub(array).amaxNumber().doubleValue())
              .as(name)
              .isLessThan(TOLERANCE);
        });
  }

  // ---------------------------------------------------------------- what this library says

  private static Map<String, INDArray> expected(Network<?> net, INDArray pixels) {
    Map<String, INDArray> all = new LinkedHashMap<>();
    try (NoGrad constant = NoGrad.enter()) {
      Variable images = Variable.constant(pixels);
      Ability ability = (Ability) net;
      if (ability instanceof MedicalNetwork medical) {
        Findings found = medical.examine(images);
        found.diagnosis().ifPresent(classes -> found(classes, all));
        found.masks().ifPresent(masks -> all.put("masks", masks.value()));
        found.drawn().ifPresent(drawn -> all.put("reconstruction", drawn.value()));
        if (medical.classes() > 0) {
          coupling(net, images).ifPresent(coupling -> all.put("coupling", coupling));
        }
      } else if (ability instanceof Detector detector) {
        Detector.Output found = detector.detect(images);
        found(found.classes(), all);
        all.put("boxes", found.boxes().value());
      } else {
        Capsules classes = ((Classifier) net).classify(images).classes();
        found(classes, all);
        if (net instanceof Reconstructor decoder && decoder.reconstructs()) {
          INDArray drawn = decoder.reconstruct(classes, Masking.longest(classes)).value();
          all.put("reconstruction", drawn.reshape(pixels.shape()));
        }
        coupling(net, images).ifPresent(coupling -> all.put("coupling", coupling));
      }
    }
    return all;
  }

  private static void found(Capsules classes, Map<String, INDArray> all) {
    all.put("lengths", classes.activation().value());
    all.put("poses", classes.pose().value());
  }

  private static Optional<INDArray> coupling(Network<?> net, Variable images) {
    try (RoutingTrace trace = RoutingTrace.open()) {
      Capsules classes = ((Classifier) net).classify(images).classes();
      return trace.routed().stream()
          .filter(routed -> routed.output().equals(classes))
          .map(routed -> routed.last().coupling())
          .map(Variable::value)
          .findAny();
    }
  }
}
