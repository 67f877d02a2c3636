package org.capsnet.capsule;

import static org.capsnet.testing.MeasuredCost.assertCapsulesStated;
import static org.capsnet.testing.MeasuredCost.assertStated;

import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Residual;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What layers of capsules say that they make is what their scopes hold. */
@Tag("memory")
class CapsuleCostTest {

  private static final Shape GRID = Shape.of(4, 8, 7, 6);
  private static final Shape LIST = Shape.of(60, 8);
  private static final Conv2dSpec PADDED = Conv2dSpec.UNIT.withPadding(1);
  private static final Conv2dSpec DOUBLING = Conv2dSpec.UNIT.withStride(2).withPadding(1);

  private static Init seed(DataType type) {
    return Init.seed(1).type(type);
  }

  /** By the twins alone floats are what is new: doubles have no kernels. */
  static List<DataType> types() {
    return Kernels.fused(DataType.FLOAT)
        ? List.of(DataType.FLOAT, DataType.DOUBLE)
        : List.of(DataType.FLOAT);
  }

  /** Each kind of it. */
  private static List<DynamicRouting> routings() {
    DynamicRouting three = new DynamicRouting(3);
    return List.of(
        three,
        three.withLeak(),
        three.withLastIterationOnly(),
        three.withoutBias().withSquash(new ExponentialSquash()),
        new DynamicRouting(1),
        new DynamicRouting(5));
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofPrimaryCapsules(DataType type) {
    for (Squash squash : List.of(new SabourSquash(), new ExponentialSquash())) {
      Shape features = Shape.of(16, 12, 12);
      assertStated(
          new PrimaryCapsules(features, 4, 8, 3, Conv2dSpec.UNIT, squash, seed(type)), type);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofDynamicRouting(DataType type) {
    for (DynamicRouting routing : routings()) {
      assertCapsulesStated(
          new CapsuleLayer(LIST, 10, 16, new DenseVotes(), routing, seed(type)), type);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofSharedMatrices(DataType type) {
    for (DenseVotes votes :
        List.of(
            new DenseVotes(Sharing.ALL, false),
            new DenseVotes(Sharing.TYPE, false),
            new DenseVotes(Sharing.TYPE, true))) {
      assertStated(
          Chain.of(Shape.of(12, 6, 6))
              .then(in -> new PrimaryCapsules(in, 4, 8, 1, Conv2dSpec.UNIT, seed(type)))
              .then(in -> new CapsuleLayer(in, 5, 12, votes, new DynamicRouting(2), seed(type))),
          type);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofMatrixPosesAndElements(DataType type) {
    Shape poses = Shape.of(20, 16);
    for (Votes votes : List.of(new PoseVotes(), new ElementVotes())) {
      assertCapsulesStated(
          new CapsuleLayer(poses, 6, 16, votes, new DynamicRouting(2), seed(type)), type);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofConvolvedVotes(DataType type) {
    for (Sharing sharing : List.of(Sharing.ALL, Sharing.TYPE)) {
      for (Votes votes :
          List.of(new ConvVotes(3, PADDED, sharing), new DeconvVotes(4, DOUBLING, 0, sharing))) {
        assertCapsulesStated(
            new CapsuleLayer(GRID, 3, 10, votes, new DynamicRouting(3), seed(type)), type);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofConvolutionalCapsules(DataType type) {
    for (int kernel : new int[] {1, 3}) {
      Conv2dSpec spec = Conv2dSpec.UNIT.withPadding(kernel / 2);
      assertCapsulesStated(
          new ConvCapsules2d(
              GRID, 5, 8, kernel, spec, new DenseVotes(), new DynamicRouting(3), seed(type)),
          type);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void ofChainsOfCapsules(DataType type) {
    Init init = seed(type);
    DynamicRouting routing = new DynamicRouting(2);
    Chain<Variable, Capsules> net =
        Chain.of(Shape.of(6, 9, 9))
            .then(in -> new PrimaryCapsules(in, 4, 8, 3, Conv2dSpec.UNIT, init))
            .then(
                in ->
                    Residual.of(
                        new CapsuleLayer(
                            in, 4, 8, new ConvVotes(3, PADDED, Sharing.ALL), routing, init)))
            .then(in -> new CapsuleLayer(in, 5, 10, new DenseVotes(), routing, init));
    assertStated(net, type);
  }
}
