package org.capsnet.model.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.JoinedCapsules;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Conv;
import org.capsnet.model.CouplingMap;
import org.capsnet.model.Explanation;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.HvcCapsNet;
import org.capsnet.model.classification.ResNet;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.SelfAttentionRouting;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class InsightTest {

  private static final Set<Class<?>> WITHOUT_ROUTING =
      Set.of(ResNet.Config.class, HvcCapsNet.Config.class);

  /** Whose voters see the whole image each: their grid is of one place. */
  private static final Set<Class<?>> WITHOUT_PLACES = Set.of(EfficientCapsNet.Config.class);

  private static CapsNet net(Routing routing) {
    CapsNet net =
        new CapsNet.Config(
                new ImageShape(1, 12, 10),
                3,
                List.of(new Conv(4, 3, 1)),
                new Primary(2, 4, 3, 2),
                4,
                null,
                routing,
                List.of(6))
            .build(Init.seed(3).type(DataType.DOUBLE));
    net.parameters().get("classes.weight").value().muli(20); // so that couplings differ
    net.eval();
    return net;
  }

  private static INDArray images(int count) {
    return Nd4j.rand(DataType.DOUBLE, count, 1, 12, 10);
  }

  /** Two input capsules and two output capsules, coupled as is said. */
  private record Given(List<Double> numbers) implements Routing {
    @Override
    public Capsules route(RoutingInput in) {
      return Capsules.ofLength(Variable.einsum("bij,bijd->bjd", coupling(in), in.votes()));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      return Variable.constant(
          Nd4j.createFromArray(numbers.toArray(new Double[0]))
              .reshape(1, 2, 2)
              .castTo(in.votes().value().dataType()));
    }
  }

  private static LayerStatistics ofOne(Routing routing, double... poses) {
    return ofOne(DataType.DOUBLE, routing, poses);
  }

  private static LayerStatistics ofOne(DataType type, Routing routing, double... poses) {
    Init init = Init.seed(0).type(type);
    CapsuleLayer layer = new CapsuleLayer(Shape.of(2, 2), 2, 2, new DenseVotes(), routing, init);
    INDArray weight = layer.parameters().get("weight").value(); // [in, out, dim, inDim]
    weight.assign(0);
    for (int i = 0; i < 2; i++) {
      for (int d = 0; d < 2; d++) {
        weight.putScalar(new int[] {i, 0, d, d}, 1); // to the first: the pose; to the other: 0
      }
    }
    layer.eval();
    RoutingStatistics statistics = new RoutingStatistics(layer, x -> run(layer, x), 0.1);
    statistics.add(Nd4j.createFromArray(poses).reshape(1, 2, 2).castTo(type));
    return statistics.layers().get(0);
  }

  private static void run(CapsuleLayer layer, Variable poses) {
    layer.forward(Capsules.ofLength(poses));
  }

  @Test
  void numbersAreThoseOfAnAccountByHand() {
    List<Double> coupling = List.of(0.25, 0.75, 0.5, 0.0);
    LayerStatistics one = ofOne(new Given(coupling), 0.6, 0, 0, 0.3);
    assertThat(one.inputs()).isEqualTo(2);
    assertThat(one.outputs()).isEqualTo(2);
    // Of the first input H(1/4, 3/4) in bits, and 0 of the second, which goes to one alone.
    double first = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / Math.log(2);
    assertThat(one.entropy()).hasSize(1);
    assertThat(one.entropy().get(0)).isCloseTo(first / 2, within(1e-9));
    // v = 0.25 (0.6, 0) + 0.5 (0, 0.3) = (0.15, 0.15), at 45° to both votes; the others are 0.
    double expected = (0.25 + 0.5) * Math.sqrt(0.5) / (0.25 + 0.75 + 0.5);
    assertThat(one.agreement().get(0)).isCloseTo(expected, within(1e-6));
    // However short the votes are.
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      LayerStatistics tiny = ofOne(type, new Given(coupling), 0.6e-24, 0, 0, 0.3e-24);
      assertThat(tiny.agreement().get(0)).isCloseTo(expected, within(1e-6));
    }
    // v is of length 0.21; the second output capsule is nowhere.
    assertThat(one.deadInputs()).isZero();
    assertThat(one.deadOutputs()).isEqualTo(0.5);
    assertThat(ofOne(new Given(coupling), 0.6, 0, 0, 0.05).deadInputs()).isEqualTo(0.5);
  }

  /** Which the prior of self-attention may bring them to. */
  @Test
  void couplingsBelowZeroCountByTheirSize() {
    LayerStatistics above = ofOne(new Given(List.of(0.25, 0.75, 0.5, 0.1)), 0.6, 0, 0, 0.3);
    LayerStatistics below = ofOne(new Given(List.of(-0.25, 0.75, -0.5, 0.1)), 0.6, 0, 0, 0.3);
    assertThat(below.entropy()).isEqualTo(above.entropy());
    // Both votes and the capsule that they made by their opposites: it agrees with these.
    assertThat(below.agreement()).isEqualTo(above.agreement());
    LayerStatistics mixed = ofOne(new Given(List.of(-0.5, 0.0, 0.5, 0.0)), 0.6, 0, 0.6, 0.1);
    assertThat(mixed.agreement().get(0)).isBetween(-1.0, 1.0);
    assertThat(mixed.entropy()).containsExactly(0.0);
  }

  @Test
  void dynamicRoutingBeginsEvenAndSharpensAsVotesAgree() {
    CapsNet net = net(new DynamicRouting(4));
    RoutingStatistics statistics = RoutingStatistics.of(net);
    statistics.add(images(3));
    statistics.add(images(2));
    assertThat(statistics.layers()).hasSize(1);
    LayerStatistics layer = statistics.layers().get(0);
    assertThat(layer.layer()).isEqualTo("classes");
    assertThat(layer.inputs()).isEqualTo(2 * 4 * 3);
    assertThat(layer.outputs()).isEqualTo(3);
    assertThat(layer.entropy()).hasSize(4);
    assertThat(layer.entropy().get(0)).isCloseTo(1, within(1e-9));
    assertThat(layer.agreement()).hasSize(4);
    for (int i = 1; i < 4; i++) {
      assertThat(layer.entropy().get(i)).isLessThan(layer.entropy().get(i - 1));
      assertThat(layer.agreement().get(i)).isGreaterThan(layer.agreement().get(i - 1));
    }
  }

  /** What was there once is not dead, whatever comes before and after. */
  @Test
  void aCapsuleIsDeadThatIsActiveInNoImage() {
    CapsNet net = net(new DynamicRouting(1));
    net.parameters().get("classes.weight").value().assign(0);
    RoutingStatistics none = RoutingStatistics.of(net);
    none.add(images(2));
    assertThat(none.layers().get(0).deadOutputs()).isEqualTo(1);
    net.parameters().get("classes.bias").value().slice(1).assign(1);
    none.add(images(1));
    net.parameters().get("classes.bias").value().assign(0);
    none.add(images(1));
    assertThat(none.layers().get(0).deadOutputs()).isCloseTo(2.0 / 3, within(1e-12));
  }

  /** A module of two layers, the first on a grid. */
  private static final class Two extends Module {
    final ConvCapsules2d lower;
    final CapsuleLayer upper;

    Two() {
      Init init = Init.seed(5).type(DataType.DOUBLE);
      Shape in = Shape.of(2, 16, 4, 4);
      lower =
          child(
              "lower",
              new ConvCapsules2d(
                  in, 3, 16, 3, Conv2dSpec.UNIT, new DenseVotes(), new EmRouting(2), init));
      Routing mean = r -> Capsules.ofLength(r.votes().mean(1).times(0.1));
      upper = child("upper", new CapsuleLayer(lower.output(), 2, 4, new DenseVotes(), mean, init));
    }

    void forward(Variable x) {
      Variable pose = x.times(0.1);
      upper.forward(lower.forward(Capsules.ofLength(pose)));
    }
  }

  @Test
  void layersOnAGridAndThoseWithoutCouplingsAreLookedIntoToo() {
    Two net = new Two();
    net.eval();
    RoutingStatistics statistics = new RoutingStatistics(net, net::forward, 0);
    statistics.add(Nd4j.rand(DataType.DOUBLE, 2, 2, 16, 4, 4));
    List<LayerStatistics> layers = statistics.layers();
    assertThat(layers).extracting(LayerStatistics::layer).containsExactly("lower", "upper");
    assertThat(layers.get(0).inputs()).isEqualTo(2 * 4 * 4);
    assertThat(layers.get(0).outputs()).isEqualTo(3 * 2 * 2);
    assertThat(layers.get(0).entropy()).hasSize(2).allMatch(h -> h > 0 && h <= 1);
    assertThat(layers.get(1).entropy()).isEmpty();
    assertThat(layers.get(1).agreement()).isEmpty();
    assertThat(layers.get(1).deadOutputs()).isZero();
  }

  @Test
  void whatCannotBeLookedIntoIsSaid() {
    CapsNet net = net(new DynamicRouting(1));
    net.train();
    assertThatIllegalStateException()
        .isThrownBy(() -> RoutingStatistics.of(net).add(images(1)))
        .withMessageContaining("eval()");
    net.eval();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoutingStatistics.of(net).add(images(1).muli(255)))
        .withMessageStartingWith("images: expected values from 0 to 1");
    Block<Variable, Variable> linear = new Linear(Shape.of(2), 2, Init.seed(0));
    linear.eval();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                new RoutingStatistics(linear, linear::forward, 0.5)
                    .add(Nd4j.ones(DataType.FLOAT, 1, 2)))
        .withMessageContaining("no layer of capsules that is routed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RoutingStatistics(linear, linear::forward, Double.NaN))
        .withMessage("active: expected 0 to 1, got NaN");
  }

  @Test
  void whatIsNaNIsSaid() {
    CapsNet net = net(new SelfAttentionRouting());
    net.parameters().get("classes.prior").value().putScalar(0, 0, Double.NaN);
    INDArray images = images(2);
    assertThatThrownBy(() -> RoutingStatistics.of(net).add(images))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("activations: expected numbers, got NaN");
    assertThatThrownBy(() -> Perturbation.of(net, images(1), Perturbation.PAPER))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("activations: expected numbers, got NaN");
    assertThatThrownBy(() -> Explanation.of(net, images.slice(0), 0))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("coupling map: expected numbers, got NaN");
    try (RoutingTrace trace = RoutingTrace.open()) {
      net.classify(Variable.constant(images));
      assertThatThrownBy(() -> CouplingMap.of(trace.routed().get(0), 0))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("coupling map: expected numbers, got NaN");
    }
  }

  /** Images of floats to a network of doubles, as everywhere. */
  @Test
  void imagesTakeTheTypeOfTheNetwork() {
    CapsNet net = net(new DynamicRouting(2));
    INDArray images = images(1).castTo(DataType.FLOAT);
    RoutingStatistics statistics = RoutingStatistics.of(net);
    statistics.add(images);
    assertThat(statistics.layers()).hasSize(1);
  }

  /** It would follow the statistics of the image that is looked at. */
  @Test
  void aNetworkThatIsTrainedIsNotLookedInto() {
    EfficientCapsNet net =
        (EfficientCapsNet)
            SmallNetworks.all().stream()
                .filter(EfficientCapsNet.Config.class::isInstance)
                .findAny()
                .orElseThrow()
                .build(1);
    INDArray image = Nd4j.rand(DataType.FLOAT, 1, 1, 16, 16);
    for (ThrowingCallable look :
        List.<ThrowingCallable>of(
            () -> Perturbation.of(net, image, Perturbation.PAPER),
            () -> Explanation.of(net, image.slice(0), 0),
            () -> RoutingStatistics.of(net).add(image))) {
      assertThatIllegalStateException()
          .isThrownBy(look)
          .withMessage("the network is in training mode: call eval() first");
    }
  }

  @Test
  void aTraceNotesWhatIsRoutedWhileItIsOpen() {
    CapsNet net = net(new DynamicRouting(2));
    Variable x = Variable.constant(images(1));
    try (RoutingTrace outer = RoutingTrace.open()) {
      try (RoutingTrace inner = RoutingTrace.open()) {
        Capsules classes = net.classify(x).classes();
        assertThat(inner.routed()).hasSize(1);
        assertThat(inner.routed().get(0).output()).isSameAs(classes);
        assertThat(inner.routed().get(0).layer()).isSameAs(net.classCapsules());
      }
      assertThat(outer.routed()).hasSize(1);
      net.classify(x);
      assertThat(outer.routed()).hasSize(2);
    }
  }

  @Test
  void theMapOfAClassIsWhatItsExplanationShows() {
    CapsNet net = net(new DynamicRouting(3));
    INDArray images = images(2);
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      net.classify(Variable.constant(images));
      INDArray map = CouplingMap.of(trace.routed().get(0), 2);
      assertThat(map.shape()).containsExactly(2, 4, 3);
      INDArray expected = Explanation.of(net, images.slice(1), 2).contributions();
      assertThat(map.slice(1).equalsWithEps(expected, 1e-12)).isTrue();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CouplingMap.of(trace.routed().get(0), 3))
          .withMessage("output capsule: expected 0 to 2, got 3");
    }
  }

  @Test
  void aLayerOnAGridHasNoSuchMap() {
    Two net = new Two();
    net.eval();
    try (RoutingTrace trace = RoutingTrace.open()) {
      net.forward(Variable.constant(Nd4j.rand(DataType.DOUBLE, 1, 2, 16, 4, 4)));
      assertThatThrownBy(() -> CouplingMap.of(trace.routed().get(0), 0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("coupling map: expected capsules without a grid, got one of [");
    }
  }

  @Test
  void aPoseIsDrawnWithEachOfItsNumbersChanged() {
    CapsNet net = net(new DynamicRouting(2));
    INDArray image = images(1);
    INDArray drawn = Perturbation.of(net, image, List.of(-0.5, 0.0, 0.5));
    assertThat(drawn.shape()).containsExactly(4, 3, 120);
    Capsules classes = net.classify(Variable.constant(image)).classes();
    INDArray as = net.reconstruct(classes, Masking.longest(classes)).value().slice(0);
    int longest = classes.activation().value().argMax(1).getInt(0);
    for (int d = 0; d < 4; d++) {
      assertThat(drawn.slice(d).slice(1).equalsWithEps(as, 1e-9)).isTrue();
      INDArray changed = classes.pose().value().dup();
      changed.putScalar(new int[] {0, longest, d}, changed.getDouble(0, longest, d) + 0.5);
      Capsules other = new Capsules(Variable.constant(changed), classes.activation());
      INDArray expected = net.reconstruct(other, Masking.longest(classes)).value().slice(0);
      assertThat(drawn.slice(d).slice(2).equalsWithEps(expected, 1e-9)).isTrue();
      assertThat(expected.equalsWithEps(as, 1e-6)).isFalse();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Perturbation.of(net, images(2), Perturbation.PAPER));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Perturbation.of(net, image.mul(2), Perturbation.PAPER))
        .withMessageStartingWith("image: expected values from 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Perturbation.of(net, image, List.of(0.1, Double.NaN)))
        .withMessage("changes: expected finite numbers, got [0.1, NaN]");
  }

  private static Stream<Architecture.OfImages<?, ?>> networks(boolean routed) {
    return SmallNetworks.all().stream()
        .filter(network -> WITHOUT_ROUTING.contains(network.getClass()) != routed);
  }

  static Stream<Architecture.OfImages<?, ?>> routedNetworks() {
    return networks(true);
  }

  static Stream<Architecture.OfImages<?, ?>> otherNetworks() {
    return networks(false);
  }

  @ParameterizedTest
  @MethodSource("otherNetworks")
  void saysWhereThereIsNoLayerToLookInto(Architecture.OfImages<?, ?> architecture) {
    Network<?> net = architecture.build(1);
    net.eval();
    RoutingStatistics statistics = RoutingStatistics.of((Classifier) net);
    INDArray images = Nd4j.rand(DataType.FLOAT, 3, 1, 16, 16);
    assertThatThrownBy(() -> statistics.add(images))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this network has no layer of capsules that is routed");
  }

  @ParameterizedTest
  @MethodSource("routedNetworks")
  void looksIntoEveryNetwork(Architecture.OfImages<?, ?> architecture) {
    Network<?> net = architecture.build(1);
    net.eval();
    INDArray images = Nd4j.rand(DataType.FLOAT, 3, 1, 16, 16);

    RoutingStatistics statistics = RoutingStatistics.of((Classifier) net);
    statistics.add(images);
    for (LayerStatistics layer : statistics.layers()) {
      assertThat(layer.entropy())
          .as(layer.layer())
          .isNotEmpty()
          .allSatisfy(entropy -> assertThat(entropy).isBetween(0.0, 1 + 1e-6));
      assertThat(layer.agreement()).hasSameSizeAs(layer.entropy());
      assertThat(layer.deadInputs()).isBetween(0.0, 1.0);
      assertThat(layer.deadOutputs()).isBetween(0.0, 1.0);
    }
    if (net instanceof Reconstructor decoder && decoder.reconstructs()) {
      INDArray one = images.get(NDArrayIndex.interval(0, 1));
      INDArray drawn = Perturbation.of((Classifier) net, one, Perturbation.PAPER);
      assertThat(drawn.shape()[1]).isEqualTo(Perturbation.PAPER.size());
      assertThat(drawn.shape()[2]).isEqualTo(16 * 16);
      assertThat(drawn.minNumber().doubleValue()).isBetween(0.0, 1.0);
      assertThat(drawn.maxNumber().doubleValue()).isBetween(0.0, 1.0);
    }
  }

  /** All that the voters gave, and where the image is covered by it. */
  @ParameterizedTest
  @MethodSource("routedNetworks")
  void everyNetworkWhoseVotersHavePlacesHasMaps(Architecture.OfImages<?, ?> architecture) {
    Network<?> net = architecture.build(Init.seed(1).type(DataType.DOUBLE));
    net.eval();
    INDArray images = Nd4j.rand(DataType.DOUBLE, 2, 1, 16, 16);
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      Capsules classes = ((Classifier) net).classify(Variable.constant(images)).classes();
      RoutingTrace.Routed routed = trace.of(classes);
      assertThat(routed.output()).isSameAs(classes);
      INDArray coupling = routed.last().coupling().value();
      INDArray activation = routed.input().flat().activation().value();
      for (int label = 0; label < SmallNetworks.CLASSES; label++) {
        INDArray map = CouplingMap.of(routed, label);
        assertThat(map.size(1) * map.size(2) > 1)
            .isNotEqualTo(WITHOUT_PLACES.contains(architecture.getClass()));
        INDArray all = coupling.slice(label, 2).mul(activation).sum(1);
        assertThat(map.sum(1, 2).equalsWithEps(all, 1e-9)).isTrue();
      }
      INDArray heat = Explanation.of((Classifier) net, images.slice(1), 0).heatMap();
      assertThat(heat.shape()).containsExactly(16, 16);
      INDArray expected = Explanation.heatMap(CouplingMap.of(routed, 0).slice(1), 16, 16);
      assertThat(heat.equalsWithEps(expected, 1e-6)).isTrue();
    }
  }

  /** Two types on 2×2 places and one on a single place, which covers all of them. */
  @Test
  void aCoarserLevelIsSpreadOverThePlacesThatItCovers() {
    Init init = Init.seed(0).type(DataType.DOUBLE);
    Block<Capsules, Capsules> coarse =
        new ConvCapsules2d(
            Shape.of(2, 2, 2, 2),
            1,
            2,
            2,
            Conv2dSpec.UNIT,
            new DenseVotes(),
            new DynamicRouting(1),
            init);
    JoinedCapsules joined =
        new JoinedCapsules(Chain.<Capsules>start(Shape.of(2, 2, 2, 2)).then(in -> coarse));
    CapsuleLayer classes =
        new CapsuleLayer(joined.output(), 2, 2, new DenseVotes(), new DynamicRouting(1), init);
    Capsules in = Capsules.ofLength(Variable.constant(Nd4j.rand(DataType.DOUBLE, 1, 2, 2, 2, 2)));
    try (RoutingTrace trace = RoutingTrace.open()) {
      Capsules voters = joined.forward(in);
      RoutingTrace.Routed routed = trace.of(classes.forward(voters));
      assertThat(routed.levels()).extracting(Capsules::gridRank).containsExactly(2, 2);
      INDArray map = CouplingMap.of(routed, 1).slice(0);
      INDArray activation = voters.activation().value().slice(0); // with one iteration half goes
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 2; x++) {
          int at = 2 * y + x;
          double own = activation.getDouble(at) + activation.getDouble(4 + at);
          double expected = 0.5 * (own + activation.getDouble(8) / 4);
          assertThat(map.getDouble(y, x)).isCloseTo(expected, within(1e-9));
        }
      }
    }
  }

  @Test
  void whatWasDoneToCapsulesSinceIsNotTakenForWhatWasRouted() {
    CapsNet net = net(new DynamicRouting(2));
    try (RoutingTrace trace = RoutingTrace.open()) {
      Capsules classes = net.classify(Variable.constant(images(1))).classes();
      Capsules changed = new Capsules(classes.pose().times(0.5), classes.activation());
      assertThatThrownBy(() -> trace.of(changed))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("no layer of this network routed to these capsules");
    }
  }

  /** Of a user's, which knows what it does in the end and no more. */
  private static final class Stubborn implements IterativeRouting {
    @Override
    public int iterations() {
      return 3;
    }

    @Override
    public IterativeRouting withIterations(int number) {
      throw new UnsupportedOperationException("always three");
    }

    @Override
    public Capsules route(RoutingInput in) {
      return Capsules.ofLength(Variable.einsum("bij,bijd->bjd", coupling(in), in.votes()));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      return Variable.constant(
          Nd4j.valueArrayOf(new long[] {1, in.votes().size(1), 2}, 0.5, DataType.DOUBLE));
    }
  }

  @Test
  void aRoutingOfAFixedNumberOfIterationsHasItsLastOne() {
    Init init = Init.seed(0).type(DataType.DOUBLE);
    CapsuleLayer layer =
        new CapsuleLayer(Shape.of(2, 2, 3, 3), 2, 2, new DenseVotes(), new Stubborn(), init);
    Capsules in = Capsules.ofLength(Variable.constant(Nd4j.rand(DataType.DOUBLE, 1, 2, 2, 3, 3)));
    try (RoutingTrace trace = RoutingTrace.open()) {
      RoutingTrace.Routed routed = trace.of(layer.forward(in));
      assertThat(routed.iterations()).hasSize(3);
      INDArray expected = in.activation().value().sum(1).mul(0.5);
      assertThat(CouplingMap.of(routed, 1).equalsWithEps(expected, 1e-12)).isTrue();
      assertThatThrownBy(() -> routed.iterations().get(0).coupling())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("always three");
    }
  }
}
