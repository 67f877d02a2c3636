package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Shape;
import org.capsnet.routing.UniformRouting;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What a user's routing and votes get wrong is an error that says so, and no wrong number. */
class RoutingResultTest {

  private static final int BATCH = 2;
  private static final int OUT = 3;
  private static final int DIM = 4;

  /** Gives whatever it is made of. */
  private record MyRouting(Capsules capsules, Optional<Capsules> fused, Variable weights)
      implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      return capsules;
    }

    @Override
    public Optional<Capsules> routeFused(RoutingInput in) {
      return fused;
    }

    @Override
    public Variable coupling(RoutingInput in) {
      return weights;
    }
  }

  /** Dense votes, but for one thing. */
  private record MyVotes(
      UnaryOperator<VotesShape> shape, BiFunction<Capsules, Variable, CastVotes> cast)
      implements Votes {

    @Override
    public VotesShape shape(Shape in, long out, long outDim) {
      return shape.apply(new DenseVotes().shape(in, out, outDim));
    }

    @Override
    public Map<String, InitialValue> parameters(VotesShape shape, Init init) {
      return new DenseVotes().parameters(shape, init);
    }

    @Override
    public CastVotes cast(Capsules in, VotesShape shape, Map<String, Variable> weights) {
      return cast.apply(in, weights.get("weight"));
    }
  }

  private static Variable constant(double value, long... shape) {
    return Variable.constant(Nd4j.valueArrayOf(shape, value, DataType.FLOAT));
  }

  private static Capsules capsules(double activation, long... shape) {
    long[] without = {shape[0], shape[1]};
    return new Capsules(constant(0.1, shape), constant(activation, without));
  }

  private static CapsuleLayer layer(Votes votes, Routing routing) {
    return new CapsuleLayer(Shape.of(5, 2), OUT, DIM, votes, routing, Init.seed(1));
  }

  private static void forward(Votes votes, Routing routing) {
    layer(votes, routing).forward(capsules(0.5, BATCH, 5, 2));
  }

  private static void forward(Capsules routed) {
    forward(new DenseVotes(), new MyRouting(routed, Optional.empty(), null));
  }

  @Test
  void capsulesOfAnotherShapeAreRefused() {
    for (long[] shape : new long[][] {{BATCH, 5, DIM}, {BATCH, OUT, 7}, {1, OUT, DIM}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> forward(capsules(0.5, shape)))
          .withMessage(
              "poses of routing MyRouting: expected [2, 3, 4], got [%d, %d, %d]",
              shape[0], shape[1], shape[2]);
      Routing fused = new MyRouting(null, Optional.of(capsules(0.5, shape)), null);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> forward(new DenseVotes(), fused))
          .withMessageStartingWith("poses of routing MyRouting: expected [2, 3, 4], got [");
    }
    Routing lambda = in -> capsules(0.5, BATCH, OUT, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forward(new DenseVotes(), lambda))
        .withMessage("poses of routing a lambda: expected [2, 3, 4], got [2, 3, 1]");
    Variable doubles = Variable.constant(Nd4j.zeros(DataType.DOUBLE, BATCH, OUT, DIM));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forward(Capsules.ofLength(doubles)))
        .withMessage("poses of routing MyRouting: expected FLOAT, got DOUBLE");
  }

  @Test
  void capsulesOfAnotherNumberOfPositionsAreRefused() {
    ConvCapsules2d layer =
        new ConvCapsules2d(
            Shape.of(1, 2, 3, 3),
            OUT,
            DIM,
            2,
            Conv2dSpec.UNIT,
            new DenseVotes(),
            in -> capsules(0.5, BATCH, OUT, DIM),
            Init.seed(1));
    Capsules grid = new Capsules(constant(0.1, BATCH, 1, 2, 3, 3), constant(1, BATCH, 1, 3, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.forward(grid))
        .withMessage("poses of routing a lambda: expected [8, 3, 4], got [2, 3, 4]");
  }

  @Test
  void activationsThatAreNoProbabilitiesAreRefused() {
    for (double wrong : new double[] {1.5, -0.5, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> forward(capsules(wrong, BATCH, OUT, DIM)))
          .withMessage("activations of routing MyRouting: expected 0 to 1, got " + wrong);
    }
    assertThat(
            layer(new DenseVotes(), in -> capsules(1.00001, BATCH, OUT, DIM))
                .forward(capsules(0.5, BATCH, 5, 2))
                .activation()
                .shape())
        .as("rounded")
        .containsExactly(BATCH, OUT);
  }

  @Test
  void nothingIsNamed() {
    assertThatNullPointerException()
        .isThrownBy(() -> forward((Capsules) null))
        .withMessage("capsules of routing MyRouting");
    assertThatNullPointerException()
        .isThrownBy(() -> new Capsules(constant(0, BATCH, OUT, DIM), null))
        .withMessage("activation");
    assertThatNullPointerException().isThrownBy(() -> Capsules.ofLength(null)).withMessage("pose");
    MyRouting routing = new MyRouting(null, Optional.empty(), null);
    assertThatNullPointerException()
        .isThrownBy(() -> layer(new DenseVotes(), routing).coupling(capsules(0.5, BATCH, 5, 2)))
        .withMessage("coupling of routing MyRouting");
  }

  @Test
  void couplingOfAnotherShapeIsRefused() {
    MyRouting routing = new MyRouting(null, Optional.empty(), constant(0.5, BATCH, OUT, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer(new DenseVotes(), routing).coupling(capsules(0.5, BATCH, 5, 2)))
        .withMessage("coupling of routing MyRouting: expected [2, 5, 3], got [2, 3, 5]");
  }

  /** Where it is looked at, too. */
  @Test
  void couplingOfAnotherShapeIsRefusedFromATrace() {
    Routing routing =
        new MyRouting(
            capsules(0.5, BATCH, OUT, DIM), Optional.empty(), constant(0.5, BATCH, OUT, 5));
    try (RoutingTrace trace = RoutingTrace.open()) {
      Capsules made = layer(new DenseVotes(), routing).forward(capsules(0.5, BATCH, 5, 2));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> trace.of(made).last().coupling())
          .withMessage("coupling of routing MyRouting: expected [2, 5, 3], got [2, 3, 5]");
    }
  }

  private static void cast(String message, BiFunction<Capsules, Variable, CastVotes> cast) {
    Votes votes = new MyVotes(shape -> shape, cast);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forward(votes, new UniformRouting()))
        .withMessage(message);
  }

  @Test
  void votesOfAnotherShapeAreRefused() {
    cast(
        "votes of MyVotes: expected [2, 5, 3, 4], got [2, 5, 4, 3]",
        (in, weight) -> CastVotes.of(in, () -> constant(0.1, BATCH, 5, DIM, OUT)));
    cast(
        "votes of MyVotes: expected [2, 5, 3, 4], got [2, 3, 3, 4]",
        (in, weight) -> CastVotes.of(in, () -> constant(0.1, BATCH, 3, OUT, DIM)));
    cast(
        "votes of MyVotes: expected those of 2 samples on a grid of 0 axes, got 1 on 0",
        (in, weight) -> CastVotes.of(constant(0.1, 1, 5, OUT, DIM), constant(1, 1, 5)));
    cast(
        "votes of MyVotes: expected those of 2 samples on a grid of 0 axes, got 2 on 2",
        (in, weight) ->
            CastVotes.onGrid(
                constant(0.1, BATCH, 5, OUT, DIM, 1, 1), () -> constant(1, BATCH, 5, 1, 1)));
  }

  @Test
  void votesWhoseSizesAreNotThoseOfTheLayerAreRefused() {
    Votes votes =
        new MyVotes(shape -> VotesShape.flat(shape.input(), OUT, DIM + 1), CastVotes::dense);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer(votes, new UniformRouting()))
        .withMessage("shape of votes of MyVotes: expected [5, 2] to [3, 4], got [5, 2] to [3, 5]");
  }
}
