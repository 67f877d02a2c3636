package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.function.Function;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.ConvTranspose2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.InstanceNorm2d;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** An input of another type than a layer's weights is told as that, whichever layer it is. */
class InputTypeTest {

  private static Arguments layer(
      String name, String input, Function<DataType, Function<Variable, ?>> build, long... shape) {
    return Arguments.of(name, input, build, shape);
  }

  private static Arguments capsules(
      String name, Function<DataType, Function<Capsules, ?>> build, long... shape) {
    return layer(
        name,
        "capsules",
        type -> {
          Function<Capsules, ?> layer = build.apply(type);
          return x -> layer.apply(Capsules.ofLength(x));
        },
        shape);
  }

  private static final Shape MAP = Shape.of(2, 4, 4);
  private static final Shape GRID = Shape.of(2, 4, 4, 4);

  private static Init init(DataType type) {
    return Init.seed(1).type(type);
  }

  static Stream<Arguments> layers() {
    Conv2dSpec one = Conv2dSpec.UNIT;
    DynamicRouting routing = new DynamicRouting(2);
    return Stream.of(
        layer("linear", "input", t -> new Linear(Shape.of(3), 2, init(t))::forward, 2, 3),
        layer("conv", "input", t -> new Conv2d(MAP, 2, 3, one, init(t))::forward, 1, 2, 4, 4),
        layer(
            "transposed",
            "input",
            t -> new ConvTranspose2d(MAP, 2, 3, one, init(t))::forward,
            1,
            2,
            4,
            4),
        layer("norm", "input", t -> new BatchNorm2d(MAP, init(t))::forward, 2, 2, 4, 4),
        layer(
            "instances", "input", t -> new InstanceNorm2d(MAP, 1e-3, init(t))::forward, 2, 2, 4, 4),
        layer(
            "primary",
            "input",
            t -> new PrimaryCapsules(MAP, 2, 4, 3, one, init(t))::forward,
            1,
            2,
            4,
            4),
        capsules(
            "dense",
            t ->
                new CapsuleLayer(Shape.of(3, 4), 2, 4, new DenseVotes(), routing, init(t))::forward,
            1,
            3,
            4),
        capsules(
            "convolutional",
            t ->
                new ConvCapsules2d(GRID, 2, 4, 3, one, new DenseVotes(), routing, init(t))::forward,
            1,
            2,
            4,
            4,
            4),
        capsules(
            "local",
            t -> new CapsuleLayer(GRID, 2, 4, new ConvVotes(3, one), routing, init(t))::forward,
            1,
            2,
            4,
            4,
            4),
        capsules(
            "transposed capsules",
            t -> new CapsuleLayer(GRID, 2, 4, new DeconvVotes(3, one), routing, init(t))::forward,
            1,
            2,
            4,
            4,
            4),
        capsules(
            "class capsules",
            t ->
                new CapsuleLayer(GRID, 2, 4, new DenseVotes(Sharing.TYPE, true), routing, init(t))
                    ::forward,
            1,
            2,
            4,
            4,
            4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void anotherTypeIsNamedAsTheInputs(
      String name, String input, Function<DataType, Function<Variable, ?>> build, long[] shape) {
    for (DataType own : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      DataType other = own == DataType.FLOAT ? DataType.DOUBLE : DataType.FLOAT;
      Function<Variable, ?> layer = build.apply(own);
      assertThat(layer.apply(Variable.constant(Nd4j.ones(own, shape)))).isNotNull();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> layer.apply(Variable.constant(Nd4j.ones(other, shape))))
          .withMessage(input + ": expected " + own + ", got " + other);
    }
  }
}
