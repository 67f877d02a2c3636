package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Checkpoint;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Layers of variables and of capsules in chains, residuals and checkpoints, and without numbers.
 */
class BlocksTest {

  private static final Conv2dSpec PADDED = Conv2dSpec.UNIT.withPadding(1);
  private static final Shape IMAGE = Shape.of(1, 6, 5);

  private static Block<Capsules, Capsules> convolutional(Shape in, Init init) {
    return new ConvCapsules2d(in, 2, 3, 3, PADDED, new DenseVotes(), new DynamicRouting(2), init);
  }

  private static Chain<Variable, Capsules> network(boolean checkpointed, Init init) {
    return Chain.of(IMAGE)
        .then("stem", in -> new Conv2d(in, 4, 3, PADDED, init))
        .then(Activation::relu)
        .then("primary", in -> new PrimaryCapsules(in, 2, 3, 3, PADDED, init))
        .then(
            in -> {
              Block<Capsules, Capsules> body = convolutional(in, init);
              return Residual.of(checkpointed ? new Checkpointed<>(body) : body);
            })
        .then(
            "classes",
            in -> new CapsuleLayer(in, 3, 4, new DenseVotes(), new DynamicRouting(3), init));
  }

  private static Init seed() {
    return Init.seed(5).type(DataType.DOUBLE);
  }

  @Test
  void aChainGoesFromImagesToCapsulesAndKnowsItsShapes() {
    Chain<Variable, Capsules> net = network(false, seed());
    assertThat(net.input()).isEqualTo(IMAGE);
    assertThat(net.blocks().stream().map(Block::output).map(Shape::toString))
        .containsExactly("[4, 6, 5]", "[4, 6, 5]", "[2, 3, 6, 5]", "[2, 3, 6, 5]", "[3, 4]");
    assertThat(net.parameters())
        .containsKeys("stem.weight", "primary.conv.bias", "3.body.votes.weight", "classes.bias");
    INDArray images = GradientCheck.random(new Random(1), 2, 1, 6, 5);
    assertThat(net.forward(Variable.constant(images)).pose().shape()).containsExactly(2, 3, 4);
  }

  @Test
  void aResidualOverCapsulesAddsPosesAndHoldsEitherForThere() {
    Block<Capsules, Capsules> body = convolutional(Shape.of(2, 3, 4, 4), seed());
    Capsules in =
        Capsules.ofLength(
            Variable.constant(GradientCheck.random(new Random(2), 2, 2, 3, 4, 4).muli(0.3)));
    Capsules through = body.forward(in);
    Capsules out = Residual.of(body).forward(in);
    assertThat(out.pose().value()).isEqualTo(in.pose().plus(through.pose()).value());
    double a = in.activation().value().getDouble(1, 1, 2, 3);
    double b = through.activation().value().getDouble(1, 1, 2, 3);
    assertThat(out.activation().value().getDouble(1, 1, 2, 3)).isEqualTo(a + b - a * b);
  }

  @Test
  void checkpointedCapsulesGiveTheSameNumbers() {
    assertThat(results(network(true, seed()))).isEqualTo(results(network(false, seed())));
  }

  /** Poses, activations, and the gradients of images and parameters. */
  private static List<INDArray> results(Chain<Variable, Capsules> net) {
    Variable images = Variable.leaf(GradientCheck.random(new Random(3), 2, 1, 6, 5));
    List<INDArray> all = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      Capsules out = net.forward(images);
      out.pose().square().sum().plus(out.activation().sum()).backward();
      all.add(Scope.copyDetached(out.pose().value()));
      all.add(Scope.copyDetached(out.activation().value()));
      all.add(Scope.copyDetached(images.gradient()));
      net.parameters().values().forEach(p -> all.add(Scope.copyDetached(p.variable().gradient())));
    }
    return all;
  }

  @Test
  void aBlockThatDoesNotFitIsNamedWithTheShapeThatComesToIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Chain.of(IMAGE)
                    .then(in -> new Conv2d(in, 4, 3, Conv2dSpec.UNIT.withStride(2), seed()))
                    .then("primary", in -> new Conv2d(in, 4, 3, Conv2dSpec.UNIT, seed())))
        .withMessageStartingWith("block primary, of [4, 2, 2]: height: expected at least 3 ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chain.of(IMAGE).then(in -> new Linear(in, 4, seed())))
        .withMessage("block 0, of [1, 6, 5]: linear: expected [numbers], got [1, 6, 5]");
  }

  /** A hundred terabytes of weights. */
  @Test
  void aNetworkOfShapesOnlyTakesNoMemory() {
    long many = 5_000_000;
    Chain<Variable, Variable> net =
        Chain.of(Shape.of(many))
            .then(in -> new Linear(in, many, Init.shapesOnly(DataType.FLOAT)))
            .then(in -> new Dropout(in, 0.5, 1, Init.shapesOnly(DataType.FLOAT)));
    assertThat(net.parameterCount()).isEqualTo(many * many + many);
    assertThat(net.stateShapes().get("0.weight")).containsExactly(many, many);
    assertThat(net.stateShapes().get("1.counter")).containsExactly(1);
    assertThatIllegalStateException()
        .isThrownBy(net::state)
        .withMessage("this network was built of shapes only, and has no numbers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Linear(Shape.of(many), many, seed()))
        .withMessageStartingWith("the parameters take 186264.5 GiB or more, ");
  }

  @Test
  void shapesAdoptTheNumbersOfAnother() {
    Chain<Variable, Capsules> net = network(false, seed());
    Chain<Variable, Capsules> empty = network(false, Init.shapesOnly(DataType.DOUBLE));
    Map<String, INDArray> numbers = new LinkedHashMap<>();
    net.state().forEach((name, array) -> numbers.put(name, array.dup()));
    INDArray weight = numbers.remove("classes.weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> empty.adopt(numbers))
        .withMessage("the state lacks classes.weight");
    assertThatIllegalStateException().isThrownBy(empty::state);
    numbers.put("classes.weight", weight.castTo(DataType.FLOAT));
    empty.adopt(numbers);
    assertThat(empty.state().get("stem.weight")).isSameAs(numbers.get("stem.weight"));
    assertThat(empty.state().get("classes.weight").dataType()).isEqualTo(DataType.DOUBLE);
    numbers.put("classes.weight", weight);
    empty.loadState(numbers);
    assertThat(results(empty)).isEqualTo(results(net));
  }

  @Test
  void aShapeIsOfPositiveSizesThatCanBeCounted() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).hasToString("[2, 3]");
    assertThat(Shape.of(2, 3, 4, 5).from(2)).containsExactly(4, 5);
    assertThat(Shape.of().numbers()).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, 0))
        .withMessage("shape: expected sizes of at least 1, got [2, 0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(1L << 32, 1L << 31))
        .withMessage("shape: too large to be counted: [4294967296, 2147483648]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2).size(1))
        .withMessage("axis 1: the shape is [2]");
  }

  @Test
  void aModuleStandsInOnePlaceAlone() {
    Linear layer = new Linear(Shape.of(3), 3, seed());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Residual<>(layer, layer))
        .withMessage(
            "projection: a module can stand in one place of a network alone, and this Linear stands"
                + " in another");
    Chain<Variable, Variable> one = Chain.of(Shape.of(3)).then(in -> layer);
    assertThatIllegalArgumentException().isThrownBy(() -> one.then(in -> layer));
    assertThatIllegalArgumentException().isThrownBy(() -> one.then(in -> Residual.of(layer)));
  }

  /** Takes children in at any time. */
  private static final class Late extends Module {
    private <M extends Module> M take(String name, M module) {
      return child(name, module);
    }
  }

  @Test
  void aModuleThatTwoParentsTookInLateIsNotCountedTwice() {
    Late net = new Late();
    Late first = net.take("first", new Late());
    Late second = net.take("second", new Late());
    Linear shared = first.take("shared", new Linear(Shape.of(3), 2, seed()));
    assertThat(net.parameterCount()).isEqualTo(8);
    assertThatIllegalArgumentException().isThrownBy(() -> first.take("whole", net));
    second.take("tied", shared);
    String message =
        "second.tied: a module can stand in one place of a network alone, and this Linear stands"
            + " in first.shared";
    assertThatIllegalStateException().isThrownBy(net::parameterCount).withMessage(message);
    assertThatIllegalStateException().isThrownBy(net::state).withMessage(message);
    assertThatIllegalStateException().isThrownBy(net::train).withMessage(message);
    assertThatIllegalStateException()
        .isThrownBy(() -> net.costs(Setting.ofNetwork(DataType.FLOAT)))
        .withMessage(message);
    assertThat(second.parameterCount()).isEqualTo(8);
  }

  @Test
  void whatIsNullIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> new Late().take("stem", null))
        .withMessage("child stem");
    assertThatNullPointerException()
        .isThrownBy(() -> new Late().take(null, new Late()))
        .withMessage("name");
    assertThatNullPointerException()
        .isThrownBy(() -> new Late().weight("bias", null))
        .withMessage("initial value of bias");
  }

  @Test
  void aBlockForAnotherShapeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Chain.of(Shape.of(4)).then(in -> new Linear(Shape.of(7), 2, seed())))
        .withMessage("block 0: expected one for [4], got one for [7]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Residual<>(
                    new Linear(Shape.of(8), 2, seed()), new Linear(Shape.of(5), 2, seed())))
        .withMessage("input of the residual's body: expected [5], got [8]");
  }

  @Test
  void aModuleWithNumbersAdoptsNoOthers() {
    Linear layer = new Linear(Shape.of(3), 2, seed());
    Map<String, INDArray> copy = new LinkedHashMap<>();
    layer.state().forEach((name, array) -> copy.put(name, array.dup()));
    assertThatIllegalStateException()
        .isThrownBy(() -> layer.adopt(copy))
        .withMessage("this module has numbers: loadState replaces them");
  }

  @Test
  void aCheckpointKeepsItsMode() {
    Checkpointed<Variable, Variable> block =
        new Checkpointed<>(new Dropout(Shape.of(40), 0.5, 1, seed()));
    Variable x = Variable.leaf(GradientCheck.random(new Random(1), 2, 40));
    Variable y = block.forward(x.times(1)).sum();
    block.eval();
    assertThatIllegalStateException()
        .isThrownBy(y::backward)
        .withMessage("the mode of a checkpointed block changed between forward and backward pass");
  }

  /** Else what it has noted would be gone when somebody looks. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whileATraceIsOpenNothingIsDropped(boolean recording) {
    CapsuleLayer layer =
        new CapsuleLayer(Shape.of(5, 3), 2, 4, new DenseVotes(), new DynamicRouting(2), seed());
    Checkpointed<Capsules, Capsules> block = new Checkpointed<>(layer);
    Variable poses = Variable.leaf(GradientCheck.random(new Random(1), 1, 5, 3));
    try (NoGrad none = recording ? null : NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      Capsules out = block.forward(Capsules.ofLength(poses));
      assertThat(trace.routed()).hasSize(1);
      assertThat(trace.of(out).layer()).isSameAs(layer);
      assertThat(trace.of(out).last().coupling().shape()).containsExactly(1, 5, 2);
      assertThat(Checkpoint.drops()).isFalse();
      trace.close(); // and once more at the end, which changes nothing
    }
    assertThat(Checkpoint.drops()).isTrue();
  }

  /** A part that evaluates in a training, since it is frozen, does so after a validation too. */
  @Test
  void modesAreRememberedForEachModule() {
    Chain<Variable, Variable> net =
        Chain.of(Shape.of(3))
            .then(in -> new Linear(in, 3, seed()))
            .then(in -> new Linear(in, 2, seed()));
    Module first = net.children().get("0");
    first.eval();
    Runnable modes = net.modes();
    net.eval();
    modes.run();
    assertThat(first.training()).isFalse();
    assertThat(net.children().get("1").training()).isTrue();
    assertThat(net.training()).isTrue();
  }

  /** What one network takes does not count against the next one of the same source. */
  @Test
  void anInitServesAnyNumberOfNetworks() {
    Init init = Init.seed(5);
    CapsNet.Config small =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 20, 20))
            .with("primary", new Primary(1, 2, 9, 2))
            .with("decoder", null);
    for (int i = 0; i < 2; i++) {
      try (CapsNet net = small.build(init)) {
        assertThat(init.bytes()).isEqualTo(4 * net.parameterCount());
      }
    }
    Linear beside = new Linear(Shape.of(2), 2, init);
    assertThat(init.bytes()).isGreaterThan(4 * beside.parameterCount());
  }
}
