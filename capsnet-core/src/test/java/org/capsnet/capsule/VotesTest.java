package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.io.WrittenForm;
import org.capsnet.nn.Block;
import org.capsnet.nn.Checkpointed;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.FusedKernels;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Any votes with any routing, in a layer of its own or sliding over a grid. */
class VotesTest {

  private static final Conv2dSpec HALF = Conv2dSpec.UNIT.withStride(2).withPadding(1);
  private static final Shape GRID = Shape.of(2, 16, 4, 6);

  /** Without a kernel, and with a coupling. */
  private record Uniform() implements Routing {
    @Override
    public Capsules route(RoutingInput in) {
      return Unsquashed.of(Variable.einsum("bij,bijd->bjd", coupling(in), in.votes()));
    }

    @Override
    public Variable coupling(RoutingInput in) {
      return in.reach().uniform(in.votes().size(2), in.type());
    }
  }

  private record Case(Votes votes, Shape in, Shape output, long voters, boolean fused) {}

  static Stream<Case> all() {
    Shape flat = Shape.of(5, 16);
    Shape out = Shape.of(3, 16);
    return Stream.of(
        new Case(new DenseVotes(), flat, out, 5, true),
        new Case(new DenseVotes(), GRID, out, 48, true),
        new Case(new DenseVotes(Sharing.TYPE, false), Shape.of(2, 16, 7), out, 14, true),
        new Case(new DenseVotes(Sharing.TYPE, true), GRID, out, 48, true),
        new Case(new DenseVotes(Sharing.ALL, false), flat, out, 5, true),
        new Case(new DenseVotes(Sharing.ALL, true), GRID, out, 48, true),
        new Case(new PoseVotes(), flat, out, 5, false),
        new Case(new PoseVotes(Sharing.TYPE, true), GRID, out, 48, false),
        new Case(new PoseVotes(Sharing.ALL, false), GRID, out, 48, false),
        new Case(new ElementVotes(), GRID, out, 48, false),
        new Case(new ConvVotes(3, HALF), GRID, Shape.of(3, 16, 2, 3), 2, true),
        new Case(new ConvVotes(3, HALF, Sharing.TYPE), GRID, Shape.of(3, 16, 2, 3), 2, true),
        new Case(new DeconvVotes(4, HALF), GRID, Shape.of(3, 16, 8, 12), 2, true),
        new Case(new DeconvVotes(3, HALF, 1, Sharing.TYPE), GRID, Shape.of(3, 16, 8, 12), 2, true));
  }

  private static Capsules capsules(Shape in, DataType type) {
    long[] shape = LongStream.concat(LongStream.of(2), Arrays.stream(in.sizes())).toArray();
    return Capsules.ofLength(
        Variable.constant(GradientCheck.random(new Random(1), shape).castTo(type)));
  }

  private static long[] withGrid(Shape output, long... axes) {
    return LongStream.concat(Arrays.stream(axes), Arrays.stream(output.from(2))).toArray();
  }

  @ParameterizedTest
  @MethodSource("all")
  void anyVotesGoWithAnyRouting(Case c) {
    for (Routing routing : List.of(new DynamicRouting(2), new Uniform())) {
      Init init = Init.seed(2);
      CapsuleLayer layer = new CapsuleLayer(c.in, 3, 16, c.votes, routing, init);
      assertThat(layer.output()).isEqualTo(c.output);
      Capsules in = capsules(c.in, DataType.FLOAT);
      Capsules out = layer.forward(in);
      assertThat(out.pose().shape()).isEqualTo(withGrid(c.output, 2, 3, 16));
      assertThat(layer.votes(in).shape()).isEqualTo(withGrid(c.output, 2, c.voters, 3, 16));
      assertThat(layer.coupling(in).shape()).isEqualTo(withGrid(c.output, 2, c.voters, 3));
    }
  }

  /** A kernel is for some votes, in floats, and with the paper's squash. */
  @ParameterizedTest
  @MethodSource("all")
  void aKernelIsAShortcutOfAPair(Case c) {
    FusedKernels.assumeUsed();
    DynamicRouting dynamic = new DynamicRouting(2);
    assertThat(operation(c, dynamic, DataType.FLOAT))
        .isEqualTo(!c.fused ? "squash" : c.output.rank() == 4 ? "gridRouting" : "dynamicRouting");
    assertThat(operation(c, dynamic, DataType.DOUBLE)).isNotIn("gridRouting", "dynamicRouting");
    assertThat(operation(c, dynamic.withSquash(new ExponentialSquash()), DataType.FLOAT))
        .isNotIn("gridRouting", "dynamicRouting");
  }

  private static String operation(Case c, Routing routing, DataType type) {
    CapsuleLayer layer = new CapsuleLayer(c.in, 3, 16, c.votes, routing, Init.seed(2).type(type));
    Variable pose = layer.forward(capsules(c.in, type)).pose();
    while (List.of("permute", "reshape").contains(pose.operation())) {
      pose = pose.inputs().get(0);
    }
    return pose.operation();
  }

  @ParameterizedTest
  @MethodSource("all")
  void areWrittenByName(Case c) {
    String written = WrittenForm.write(c.votes);
    assertThat(WrittenForm.read("votes", written, Votes.class)).isEqualTo(c.votes);
  }

  @Test
  void whatCannotVoteIsToldWhy() {
    Init init = Init.seed(1);
    Routing routing = new Uniform();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CapsuleLayer(Shape.of(5, 8), 3, 16, new PoseVotes(), routing, init))
        .withMessage(
            "matrix capsules: expected poses of 16 numbers, got 8 of input and 16 of output"
                + " capsules");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new CapsuleLayer(Shape.of(5, 8), 3, 16, new ElementVotes(), routing, init))
        .withMessage(
            "element by element: expected output capsules of the input's dimension 8, got 16");
    Votes placed = new DenseVotes(Sharing.TYPE, true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CapsuleLayer(Shape.of(5, 8), 3, 16, placed, routing, init))
        .withMessage("capsules: expected [types, dim, height, width], got [5, 8]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DenseVotes(Sharing.NONE, true))
        .withMessage(
            "placed: expected matrices that several places share, got a matrix for each pair");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ConvVotes(3, HALF, Sharing.NONE))
        .withMessage("sharing of kernels: expected TYPE or ALL, got NONE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DeconvVotes(0, HALF))
        .withMessage("kernel: expected at least 1, got 0");
  }

  @Test
  void votesOfSeveralCapsulesHaveNoPose() {
    Routing byPose = in -> Capsules.ofLength(in.pose());
    CapsuleLayer layer =
        new CapsuleLayer(GRID, 3, 16, new ConvVotes(3, HALF), byPose, Init.seed(1));
    assertThatThrownBy(() -> layer.forward(capsules(GRID, DataType.FLOAT)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("poses of input capsules: ");
  }

  @Test
  void aParameterThatIsNotThereIsNamed() {
    Routing wanting = in -> Unsquashed.of(in.votes().sum(1).times(in.parameter("scale")));
    CapsuleLayer layer =
        new CapsuleLayer(Shape.of(5, 8), 3, 16, new DenseVotes(), wanting, Init.seed(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.forward(capsules(Shape.of(5, 8), DataType.FLOAT)))
        .withMessage("parameter scale: expected one of []");
  }

  /** Notes the step at each call. */
  private record Noting(List<OptionalLong> steps) implements Routing {
    @Override
    public Capsules route(RoutingInput in) {
      steps.add(in.step());
      return Unsquashed.of(in.votes().sum(1));
    }
  }

  @Test
  void aRoutingReadsTheStepOfATrainingAndOfNothingElse() {
    List<OptionalLong> steps = new ArrayList<>();
    Block<Capsules, Capsules> layer =
        new Checkpointed<>(
            new ConvCapsules2d(
                GRID, 3, 16, 3, HALF, new DenseVotes(), new Noting(steps), Init.seed(1)));
    Capsules in = capsules(GRID, DataType.FLOAT);
    layer.forward(in);
    layer.atStep(7);
    layer.forward(in);
    layer.eval();
    layer.forward(in);
    layer.atStep(8);
    layer.forward(in);
    layer.train();
    layer.forward(in);
    OptionalLong none = OptionalLong.empty();
    assertThat(steps).containsExactly(none, OptionalLong.of(7), none, none, OptionalLong.of(8));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.atStep(-1))
        .withMessage("step: expected at least 0, got -1");
  }
}
