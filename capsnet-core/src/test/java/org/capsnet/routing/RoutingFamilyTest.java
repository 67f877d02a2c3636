package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.IterativeRouting;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.Squash;
import org.capsnet.io.Components;
import org.capsnet.io.WrittenForm;
import org.capsnet.kinds.LibraryKinds;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.CrossEntropyLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.MeasuredCost;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What holds for every routing that the library has a name for, with each of its options: a new one
 * joins by that name. Its settings are those of its shortest constructor, in which a number is that
 * of iterations.
 */
class RoutingFamilyTest {

  private static final int IN_DIM = 5;
  private static final int DIM = 4;
  private static final int ITERATIONS = 3;

  // ---------------------------------------------------------------- all routings

  static Stream<Routing> routings() {
    return new TreeMap<>(new LibraryKinds().kinds())
        .values().stream().filter(Routing.class::isAssignableFrom).flatMap(RoutingFamilyTest::each);
  }

  /** With the settings of the paper, and with another value of each option. */
  private static Stream<Routing> each(Class<?> kind) {
    Routing papers = papers(kind);
    List<Routing> all = new ArrayList<>(List.of(papers));
    for (RecordComponent option : kind.getRecordComponents()) {
      if (option.getType() == boolean.class) {
        for (boolean value : new boolean[] {true, false}) {
          all.add(Components.with(papers, option.getName(), value));
        }
      } else if (option.getType() == Squash.class) {
        all.add(Components.with(papers, option.getName(), new ExponentialSquash()));
      } else if (option.getName().equals("iterations")) {
        all.add(Components.with(papers, option.getName(), 1));
      }
    }
    return all.stream().distinct();
  }

  private static Routing papers(Class<?> kind) {
    Constructor<?> shortest =
        Arrays.stream(kind.getConstructors())
            .min(Comparator.comparingInt(Constructor::getParameterCount))
            .orElseThrow();
    Object[] arguments =
        Arrays.stream(shortest.getParameterTypes())
            .map(
                type -> {
                  assertThat(type).as("settings of %s", kind).isEqualTo(int.class);
                  return ITERATIONS;
                })
            .toArray();
    try {
      return (Routing) shortest.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(kind.getName(), e);
    }
  }

  @Test
  void allOfThemAreFound() {
    assertThat(routings().map(Object::getClass).distinct().count()).isGreaterThanOrEqualTo(12);
    assertThat(routings())
        .contains(new DynamicRouting(3).withLeak(), new EmRouting(3), new EmRouting(1))
        .contains(new UniformRouting(new ExponentialSquash()), new DeepCapsRouting(3, true));
  }

  /** So that one can look at what each was before its last iteration. */
  @ParameterizedTest
  @MethodSource("routings")
  void whatIteratesCanDoSoLessOften(Routing routing) {
    boolean iterates =
        Arrays.stream(routing.getClass().getRecordComponents())
            .anyMatch(option -> option.getName().equals("iterations"));
    assertThat(routing instanceof IterativeRouting).isEqualTo(iterates);
    if (routing instanceof IterativeRouting iterative) {
      assertThat(iterative.withIterations(iterative.iterations())).isEqualTo(routing);
      IterativeRouting once = iterative.withIterations(1);
      assertThat(once.iterations()).isEqualTo(1);
      assertThat(once).isEqualTo(Components.with(routing, "iterations", 1));
    }
  }

  // ---------------------------------------------------------------- layers with them

  /** A dense layer whose routing has learned something, and its input. */
  private record Case(CapsuleLayer layer, Variable pose, Variable activation) {

    static Case of(Routing routing, DataType type, int in, int out) {
      Init init = Init.seed(2).type(type);
      CapsuleLayer layer =
          new CapsuleLayer(Shape.of(in, IN_DIM), out, DIM, new DenseVotes(), routing, init);
      perturb(layer, type);
      Random random = new Random(7);
      Variable pose = Variable.leaf(GradientCheck.random(random, 2, in, IN_DIM).castTo(type));
      INDArray a = GradientCheck.random(random, 2, in).muli(0.3).addi(0.5).castTo(type);
      return new Case(layer, pose, Variable.leaf(Scope.copyDetached(a)));
    }

    Capsules forward() {
      return layer.forward(new Capsules(pose, activation));
    }

    /** Poses and activations. */
    Variable all() {
      return joined(forward());
    }

    Map<String, Variable> leaves() {
      Map<String, Variable> leaves = new LinkedHashMap<>();
      leaves.put("pose", pose);
      if (layer.routing().readsActivations()) {
        leaves.put("activation", activation);
      }
      layer.parameters().forEach((name, p) -> leaves.put(name, p.variable()));
      return leaves;
    }

    INDArray weight() {
      return layer.parameters().get("weight").value();
    }
  }

  private static void perturb(Block<?, ?> layer, DataType type) {
    Random random = new Random(5);
    layer
        .parameters()
        .forEach(
            (name, p) ->
                p.value().addi(GradientCheck.random(random, p.shape()).castTo(type).muli(0.2)));
  }

  private static Variable joined(Capsules out) {
    return Variable.concat(0, out.pose().reshape(-1), out.activation().reshape(-1));
  }

  /** Where gradients stop on purpose they are no slopes. */
  private static boolean hasSlopes(Routing routing) {
    return !(routing instanceof DynamicRouting dynamic)
        || !dynamic.lastIterationOnly()
        || dynamic.iterations() == 1;
  }

  @ParameterizedTest
  @MethodSource("routings")
  void gradientsAreTheSlopes(Routing routing) {
    assumeTrue(hasSlopes(routing));
    for (int[] sizes : new int[][] {{6, 3}, {1, 4}, {5, 1}}) {
      Case dense = Case.of(routing, DataType.DOUBLE, sizes[0], sizes[1]);
      GradientCheck.checkDirections(dense::all, dense.leaves());
    }
  }

  @ParameterizedTest
  @MethodSource("routings")
  void gradientsAreTheSlopesOnAGrid(Routing routing) {
    assumeTrue(hasSlopes(routing));
    ConvCapsules2d layer = onGrid(routing, DataType.DOUBLE);
    Map<String, Variable> leaves = new LinkedHashMap<>();
    layer.parameters().forEach((name, p) -> leaves.put(name, p.variable()));
    Random random = new Random(11);
    leaves.put("pose", Variable.leaf(GradientCheck.random(random, 2, 2, IN_DIM, 4, 3).muli(0.3)));
    INDArray a = GradientCheck.random(random, 2, 2, 4, 3).muli(0.3).addi(0.5);
    Variable activation = Variable.leaf(Scope.copyDetached(a));
    if (routing.readsActivations()) {
      leaves.put("activation", activation);
    }
    GradientCheck.checkDirections(
        () -> joined(layer.forward(new Capsules(leaves.get("pose"), activation))), leaves);
  }

  private static ConvCapsules2d onGrid(Routing routing, DataType type) {
    ConvCapsules2d layer =
        new ConvCapsules2d(
            Shape.of(2, IN_DIM, 4, 3),
            2,
            DIM,
            2,
            Conv2dSpec.UNIT,
            new DenseVotes(),
            routing,
            Init.seed(3).type(type));
    perturb(layer, type);
    return layer;
  }

  @ParameterizedTest
  @MethodSource("routings")
  void gradientsComeToActivationsIfTheyAreRead(Routing routing) {
    Case dense = Case.of(routing, DataType.DOUBLE, 6, 3);
    dense.all().sum().backward();
    boolean comes =
        dense.activation.hasGradient()
            && dense.activation.gradient().amaxNumber().doubleValue() > 0;
    assertThat(comes).isEqualTo(routing.readsActivations());
  }

  // ---------------------------------------------------------------- floats

  /** Votes that are hard for floats. */
  enum Hard {
    ORDINARY(1, 6, 3),
    LARGE(1e4, 6, 3),
    SMALL(1e-4, 6, 3),
    IDENTICAL(1, 6, 3),
    LARGE_AND_IDENTICAL(1e4, 6, 3),
    INACTIVE(1, 6, 3),
    ONE_INPUT_CAPSULE(1, 1, 3),
    ONE_OUTPUT_CAPSULE(1, 6, 1),
    ONE_OF_BOTH(1, 1, 1);

    private final double size;
    private final int in;
    private final int out;

    Hard(double size, int in, int out) {
      this.size = size;
      this.in = in;
      this.out = out;
    }

    Case of(Routing routing, DataType type) {
      Case dense = Case.of(routing, type, in, out);
      if (this == IDENTICAL || this == LARGE_AND_IDENTICAL) {
        for (int i = 1; i < in; i++) {
          dense.weight().slice(i).assign(dense.weight().slice(0));
          for (int b = 0; b < 2; b++) {
            dense.pose.value().slice(b).slice(i).assign(dense.pose.value().slice(b).slice(0));
          }
        }
      }
      if (this == INACTIVE) {
        dense.activation.value().assign(0);
      }
      dense.weight().muli(size);
      return dense;
    }
  }

  static Stream<Arguments> hardVotes() {
    return routings()
        .flatMap(routing -> Arrays.stream(Hard.values()).map(hard -> Arguments.of(routing, hard)));
  }

  @ParameterizedTest
  @MethodSource("hardVotes")
  void floatsAreFiniteAndAgreeWithDoubles(Routing routing, Hard hard) {
    Case floats = hard.of(routing, DataType.FLOAT);
    Case doubles = hard.of(routing, DataType.DOUBLE);
    Capsules out = floats.forward();
    Numbers.assertFinite("poses", out.pose().value());
    Numbers.assertFinite("activations", out.activation().value());
    if (hard != Hard.LARGE_AND_IDENTICAL) { // whose variance is the rounding of floats
      Capsules expected = doubles.forward();
      Numbers.assertFloatsAgree("pose", out.pose().value(), expected.pose().value());
      Numbers.assertFloatsAgree(
          "activation", out.activation().value(), expected.activation().value());
    }
    assertThat(out.activation().value().minNumber().doubleValue()).isNotNegative();
    assertThat(out.activation().value().maxNumber().doubleValue()).isLessThanOrEqualTo(1 + 1e-6);
    joined(out).sum().backward();
    floats.leaves().forEach((name, leaf) -> Numbers.assertFinite(name, leaf.gradient()));
  }

  /**
   * Which are those of kernels, where there are kernels: of more voters than fill a vector, too.
   */
  @ParameterizedTest
  @MethodSource("routings")
  void gradientsOfFloatsAreThoseOfDoubles(Routing routing) {
    for (int in : new int[] {6, 37}) {
      Case floats = Case.of(routing, DataType.FLOAT, in, 3);
      Case doubles = Case.of(routing, DataType.DOUBLE, in, 3);
      assertSameGradients(floats.all(), floats.leaves(), doubles.all(), doubles.leaves());
    }
  }

  @ParameterizedTest
  @MethodSource("routings")
  void gradientsOfFloatsAreThoseOfDoublesOnAGrid(Routing routing) {
    Map<String, Variable> floats = new LinkedHashMap<>();
    Map<String, Variable> doubles = new LinkedHashMap<>();
    Variable ofFloats = onGrid(routing, DataType.FLOAT, floats);
    assertSameGradients(ofFloats, floats, onGrid(routing, DataType.DOUBLE, doubles), doubles);
  }

  private static Variable onGrid(Routing routing, DataType type, Map<String, Variable> leaves) {
    ConvCapsules2d layer = onGrid(routing, type);
    layer.parameters().forEach((name, p) -> leaves.put(name, p.variable()));
    Random random = new Random(11);
    INDArray pose = GradientCheck.random(random, 2, 2, IN_DIM, 4, 3).muli(0.3);
    leaves.put("pose", Variable.leaf(pose.castTo(type)));
    INDArray a = GradientCheck.random(random, 2, 2, 4, 3).muli(0.3).addi(0.5).castTo(type);
    return joined(layer.forward(new Capsules(leaves.get("pose"), Variable.constant(a))));
  }

  private static void assertSameGradients(
      Variable floats,
      Map<String, Variable> ofFloats,
      Variable doubles,
      Map<String, Variable> ofDoubles) {
    INDArray upstream = GradientCheck.random(new Random(8), doubles.shape());
    floats.backward(upstream.castTo(DataType.FLOAT));
    doubles.backward(upstream);
    assertThat(ofFloats.keySet()).isEqualTo(ofDoubles.keySet());
    ofDoubles.forEach(
        (name, leaf) ->
            Numbers.assertFloatsAgree(name, ofFloats.get(name).gradient(), leaf.gradient()));
  }

  /** A normalization of one number leaves nothing, and no gradient would come to what is below. */
  @Test
  void attentionTakesPosesOfTwoNumbersOrMore() {
    Shape in = Shape.of(6, 5);
    Routing routing = new AttentionRouting(2);
    assertThat(new CapsuleLayer(in, 3, 2, new DenseVotes(), routing, Init.seed(1))).isNotNull();
    assertThatThrownBy(() -> new CapsuleLayer(in, 3, 1, new DenseVotes(), routing, Init.seed(1)))
        .hasMessage("attention routing: expected output capsules of 2 numbers or more, got 1");
  }

  // ---------------------------------------------------------------- properties

  @ParameterizedTest
  @MethodSource("routings")
  void theOrderOfInputCapsulesDoesNotMatter(Routing routing) {
    int in = 7;
    Case first = Case.of(routing, DataType.DOUBLE, in, 3);
    Case second = Case.of(routing, DataType.DOUBLE, in, 3);
    int[] order = {3, 0, 6, 1, 5, 2, 4};
    second
        .layer
        .parameters()
        .forEach(
            (name, p) -> {
              if (p.shape()[0] == in) {
                permute(p.value(), 0, order);
              }
            });
    permute(second.pose.value(), 1, order);
    permute(second.activation.value(), 1, order);
    assertThat(Numbers.difference(first.all().value(), second.all().value())).isLessThan(1e-12);
  }

  private static void permute(INDArray x, int axis, int... order) {
    INDArray before = x.dup();
    for (int i = 0; i < order.length; i++) {
      INDArray to = axis == 0 ? x.slice(i) : x.slice(i, axis);
      to.assign(axis == 0 ? before.slice(order[i]) : before.slice(order[i], axis));
    }
  }

  @ParameterizedTest
  @MethodSource("routings")
  void couplingIsADivision(Routing routing) {
    Case dense = Case.of(routing, DataType.DOUBLE, 6, 3);
    Capsules in = new Capsules(dense.pose, dense.activation);
    INDArray c = dense.layer.coupling(in).value();
    assertThat(c.shape()).containsExactly(2, 6, 3);
    if (routing instanceof SelfAttentionRouting) {
      c.subi(dense.layer.parameters().get("prior").value().reshape(1, 6, 3));
    }
    assertThat(c.minNumber().doubleValue()).isNotNegative();
    INDArray sums = c.sum(routing instanceof FanInRouting ? 1 : 2);
    assertThat(sums.maxNumber().doubleValue()).isLessThanOrEqualTo(1 + 1e-12);
    if (!(routing instanceof DynamicRouting dynamic && dynamic.leaky())) {
      assertThat(sums.minNumber().doubleValue()).isCloseTo(1, within(1e-12));
    }
  }

  /** By which a network learns that routes to its class capsules so. */
  @Test
  void eachHasTheLossThatItsActivationsAreFor() {
    ClassLoss spread = new SpreadLoss(new MarginSchedule(10_000));
    assertThat(new EmRouting(3).loss()).isEqualTo(spread);
    assertThat(new LocalEmRouting(3).loss()).isEqualTo(spread);
    assertThat(new SelfRouting().loss()).isEqualTo(new NegativeLogLikelihood());
    assertThat(new AttentionRouting(2).loss()).isEqualTo(new NegativeLogLikelihood());
    assertThat(new VariationalBayesRouting(3).loss()).isEqualTo(new CrossEntropyLoss());
    assertThat(new DynamicRouting(3).loss()).isInstanceOf(MarginLoss.class);
    Routing own = in -> Capsules.ofLength(new SabourSquash().squash(in.votes().mean(1)));
    assertThat(own.loss()).isInstanceOf(MarginLoss.class);
    CapsNet.Config paper = CapsNet.Config.paper();
    Init outline = Init.shapesOnly(DataType.FLOAT);
    assertThat(paper.build(outline).loss()).isInstanceOf(MarginLoss.class);
    assertThat(paper.with("routing", new EmRouting(2)).build(outline).loss()).isEqualTo(spread);
  }

  /** Biases and scales are left alone by weight decay, weights are not. */
  @ParameterizedTest
  @MethodSource("routings")
  void saysWhichOfItsParametersAreWeights(Routing routing) {
    CapsuleLayer layer = Case.of(routing, DataType.FLOAT, 6, 3).layer;
    assertThat(layer.parameters().keySet()).containsAll(routing.decayed());
    layer
        .parameters()
        .forEach(
            (name, parameter) ->
                assertThat(parameter.decayed())
                    .as(name)
                    .isEqualTo(name.equals("weight") || routing.decayed().contains(name)));
    assertThat(new SelfRouting().decayed()).containsExactly("route");
  }

  // ---------------------------------------------------------------- networks and files

  @ParameterizedTest
  @MethodSource("routings")
  void hasAWrittenForm(Routing routing) {
    String written = WrittenForm.write(routing);
    assertThat(WrittenForm.read("a routing", written, Routing.class)).isEqualTo(routing);
  }

  @ParameterizedTest
  @MethodSource("routings")
  void isTheRoutingOfACapsNetThatIsTrainedSavedAndLoaded(Routing routing, @TempDir Path folder)
      throws IOException {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 9, 9))
            .with("classes", 3)
            .with("stem", List.of(new Conv(4, 3, 1)))
            .with("primary", new Primary(2, 4, 3, 2))
            .with("classDim", 4)
            .with("decoder", List.of(5))
            .with("routing", routing)
            .build(1);
    INDArray images = GradientCheck.random(new Random(1), 4, 1, 9, 9).muli(0.3).addi(0.5);
    INDArray labels = Nd4j.eye(3).get(Nd4j.createFromArray(0, 1, 2, 0)).castTo(DataType.FLOAT);
    DataSet batch = new DataSet(images.castTo(DataType.FLOAT), labels);
    Variable loss = ClassificationObjective.standard(net).loss(batch, Step.FIRST).total();
    loss.backward();
    net.parameters().forEach((name, p) -> Numbers.assertFinite(name, p.variable().gradient()));
    net.eval();
    Path file = folder.resolve("net.safetensors");
    net.save(file);
    CapsNet loaded = Network.load(file, CapsNet.class);
    Variable seen = Variable.constant(batch.getFeatures());
    assertThat(loaded.architecture()).isEqualTo(net.architecture());
    assertThat(loaded.classify(seen).classes().activation().value())
        .isEqualTo(net.classify(seen).classes().activation().value());
  }

  @ParameterizedTest
  @MethodSource("routings")
  @Tag("memory")
  void statesItsCost(Routing routing) {
    Init doubles = Init.seed(1).type(DataType.DOUBLE);
    MeasuredCost.assertCapsulesStated(
        new CapsuleLayer(Shape.of(24, 8), 6, 12, new DenseVotes(), routing, doubles),
        DataType.DOUBLE);
    MeasuredCost.assertCapsulesStated(
        new ConvCapsules2d(
            Shape.of(3, 8, 5, 4),
            4,
            12,
            3,
            Conv2dSpec.UNIT,
            new DenseVotes(),
            routing,
            Init.seed(1)),
        DataType.FLOAT);
  }
}
