package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.FusedKernels;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CapsulesTest {

  private static final int BATCH = 2;
  private static final int TYPES = 3;
  private static final int DIM = 4;

  /** Grids of 0, 1, 2 and 3 axes. */
  static Stream<long[]> grids() {
    return Stream.of(new long[0], new long[] {5}, new long[] {2, 5}, new long[] {2, 5, 3});
  }

  private static INDArray poses(long... grid) {
    long[] shape =
        LongStream.concat(LongStream.of(BATCH, TYPES, DIM), Arrays.stream(grid)).toArray();
    return GradientCheck.random(new Random(1), shape);
  }

  private static Capsules capsules(long... grid) {
    return Capsules.ofLength(Variable.constant(poses(grid)));
  }

  @Test
  void theActivationOfCapsulesOfLengthIsTheirLength() {
    INDArray poses = Nd4j.createFromArray(new double[][][] {{{3, 4}, {0, 0}, {-5, 12}}});
    Capsules capsules = Capsules.ofLength(Variable.constant(poses));
    assertThat(capsules.count()).isEqualTo(3);
    assertThat(capsules.dim()).isEqualTo(2);
    double[] lengths = {5, 1e-4, 13}; // √1e-8 keeps the gradient at zero finite
    for (int i = 0; i < lengths.length; i++) {
      assertThat(capsules.activation().value().getDouble(0, i)).isCloseTo(lengths[i], within(1e-8));
    }
  }

  @Test
  void lengthHasAFiniteGradientAtZero() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Variable zero = Variable.leaf(Nd4j.zeros(type, 1, 2, 3));
      Capsules.ofLength(zero).activation().sum().backward();
      assertThat(zero.gradient().amaxNumber().doubleValue()).isZero();
    }
    GradientCheck.check(
        x -> Capsules.ofLength(x[0]).activation(), GradientCheck.random(new Random(1), 2, 3, 4));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void capsulesStandInTheOrderOfTypeAndPosition(long[] grid) {
    Capsules capsules = capsules(grid);
    Capsules flat = capsules.flat();
    long positions = Arrays.stream(grid).reduce(1, (a, b) -> a * b);

    assertThat(capsules.count()).isEqualTo(TYPES * positions);
    assertThat(flat.pose().shape()).containsExactly(BATCH, TYPES * positions, DIM);
    for (int t = 0; t < TYPES; t++) {
      for (long position = 0; position < positions; position++) {
        long index = t * positions + position;
        long[] place =
            grid.length == 0 ? grid : org.nd4j.linalg.api.shape.Shape.ind2subC(grid, position);
        double squares = 1e-8;
        for (int d = 0; d < DIM; d++) {
          double p = capsules.pose().value().getDouble(at(place, 1, t, d));
          assertThat(flat.pose().value().getDouble(1, index, d)).isEqualTo(p);
          squares += p * p;
        }
        double length = flat.activation().value().getDouble(1, index);
        assertThat(length).isCloseTo(Math.sqrt(squares), within(1e-12));
        assertThat(capsules.activation().value().getDouble(at(place, 1, t))).isEqualTo(length);
      }
    }
  }

  private static long[] at(long[] place, long... first) {
    return LongStream.concat(Arrays.stream(first), Arrays.stream(place)).toArray();
  }

  @ParameterizedTest
  @MethodSource("grids")
  void aGridIsPutBackWhereItWas(long[] grid) {
    Capsules capsules = capsules(grid);

    Capsules back = capsules.flat().onGrid(TYPES, grid);

    assertThat(back.grid()).containsExactly(grid);
    assertSame(back, capsules);
  }

  @ParameterizedTest
  @MethodSource("grids")
  void whatWasMadeForEachPositionStandsThere(long[] grid) {
    Capsules capsules = capsules(grid);
    int rank = grid.length;
    Variable byPosition = capsules.pose().permute(toLast(3 + rank, 2)).reshape(-1, TYPES, DIM);
    Variable activation = capsules.activation().permute(toLast(2 + rank, 1)).reshape(-1, TYPES);

    Capsules together =
        Reach.everyPosition(BATCH, 1, grid).onGrid(new Capsules(byPosition, activation));

    assertSame(together, capsules);
  }

  /** The order of axes in which some, from the second on, come last. */
  private static int[] toLast(int rank, int moved) {
    int[] axes = new int[rank];
    for (int i = 1; i < rank; i++) {
      axes[i] = i < rank - moved ? i + moved : i - (rank - moved) + 1;
    }
    return axes;
  }

  private static void assertSame(Capsules one, Capsules other) {
    assertThat(one.pose().shape()).containsExactly(other.pose().shape());
    assertThat(Numbers.of(one.pose().value())).isEqualTo(Numbers.of(other.pose().value()));
    assertThat(Numbers.of(one.activation().value()))
        .isEqualTo(Numbers.of(other.activation().value()));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void featuresHaveTheTypesAndDimensionsForChannels(long[] grid) {
    Capsules capsules = capsules(grid);
    INDArray features = capsules.features().value();
    long[] last = Arrays.stream(grid).map(size -> size - 1).toArray();
    assertThat(features.shape()).containsExactly(at(grid, BATCH, TYPES * DIM));
    assertThat(features.getDouble(at(last, 1, 2 * DIM + 3)))
        .isEqualTo(capsules.pose().value().getDouble(at(last, 1, 2, 3)));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void joinsTypes(long[] grid) {
    Capsules one = capsules(grid);
    Capsules other = Capsules.ofLength(Variable.constant(poses(grid).mul(2)));

    Capsules both = Capsules.concat(one, other);

    assertThat(both.types()).isEqualTo(2 * TYPES);
    assertThat(both.grid()).containsExactly(grid);
    long[] last = Arrays.stream(grid).map(size -> size - 1).toArray();
    assertThat(both.pose().value().getDouble(at(last, 1, TYPES + 1, 2)))
        .isEqualTo(other.pose().value().getDouble(at(last, 1, 1, 2)));
    assertThat(both.activation().value().getDouble(at(last, 1, TYPES + 1)))
        .isEqualTo(other.activation().value().getDouble(at(last, 1, 1)));
  }

  @Test
  void cutsOffWhatLiesBehindASize() {
    Capsules capsules = capsules(3, 5);

    Capsules cropped = capsules.cropped(2, 4);

    assertThat(cropped.grid()).containsExactly(2, 4);
    long[] corner = {1, 2, 3, 1, 3};
    assertThat(cropped.pose().value().getDouble(corner))
        .isEqualTo(capsules.pose().value().getDouble(corner));
    assertThat(cropped.activation().value().getDouble(1, 2, 1, 3))
        .isEqualTo(capsules.activation().value().getDouble(1, 2, 1, 3));
    assertThat(capsules.cropped(3, 5)).isSameAs(capsules);
    assertThatThrownBy(() -> capsules.cropped(3)).hasMessage("grid: expected 2 axes, got [3]");
    assertThatThrownBy(() -> capsules.cropped(3, 6)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void goingToAGridAndBackMovesNothingInMemory() {
    INDArray pose = Nd4j.rand(DataType.FLOAT, BATCH, TYPES * 10, DIM);
    Capsules flat = Capsules.ofLength(Variable.constant(pose));

    Capsules back = flat.onGrid(TYPES, 2, 5).flat();

    pose.putScalar(new int[] {1, 7, 2}, 9);
    assertThat(back.pose().value().getDouble(1, 7, 2)).isEqualTo(9);
  }

  @Test
  void primaryCapsulesStandOnTheGridOfTheirConvolution() {
    PrimaryCapsules layer =
        new PrimaryCapsules(
            Shape.of(2, 5, 11),
            TYPES,
            DIM,
            3,
            Conv2dSpec.UNIT.withStride(2),
            Init.of(new Random(1), DataType.DOUBLE));
    Variable features = Variable.constant(GradientCheck.random(new Random(2), BATCH, 2, 5, 11));

    assertThat(layer.forward(features).pose().shape()).containsExactly(BATCH, TYPES, DIM, 2, 5);
  }

  @ParameterizedTest
  @MethodSource("grids")
  void aMaskKeepsThePosesThatItMarks(long[] grid) {
    Capsules capsules = capsules(grid);
    INDArray mask = Nd4j.zeros(DataType.FLOAT, capsules.activation().shape());
    long[] last = Arrays.stream(grid).map(size -> size - 1).toArray();
    mask.putScalar(at(last, 1, 2), 1);

    INDArray kept = Masking.byMask(capsules, mask).value();

    assertThat(kept.shape()).containsExactly(at(grid, BATCH, TYPES * DIM));
    for (int d = 0; d < DIM; d++) {
      assertThat(kept.getDouble(at(last, 1, 2 * DIM + d)))
          .isEqualTo(capsules.pose().value().getDouble(at(last, 1, 2, d)))
          .isNotZero();
    }
    assertThat(Arrays.stream(Numbers.of(kept)).filter(number -> number != 0)).hasSize(DIM);
  }

  @Test
  void wrongShapesAreToldWhatWasExpected() {
    Variable flat = Variable.constant(Nd4j.zeros(2, 3));
    Variable pose = Variable.constant(Nd4j.zeros(2, 3, 4));
    String noPose = "pose: expected [batch, capsules, dim] and up to 3 axes of a grid, got [2, 3]";
    assertThatThrownBy(() -> Capsules.ofLength(flat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(noPose);
    assertThatThrownBy(() -> new Capsules(flat, flat)).hasMessage(noPose);
    assertThatThrownBy(() -> Capsules.ofLength(Variable.constant(Nd4j.zeros(1, 1, 1, 1, 1, 1, 1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Capsules(pose, Variable.constant(Nd4j.zeros(2, 4))))
        .hasMessage("activation: expected [2, 3], got [2, 4]");
    assertThatThrownBy(
            () -> new Capsules(Variable.constant(poses(2, 5)), Variable.constant(poses())))
        .hasMessage("activation: expected [2, 3, 2, 5], got [2, 3, 4]");
    assertThatThrownBy(() -> capsules(2, 5).flat().onGrid(TYPES, 2, 6))
        .hasMessage("capsules: expected [batch, 36, dim], got [2, 30, 4]");
    assertThatThrownBy(() -> Masking.byMask(capsules(2, 5), Nd4j.zeros(2, 1, 2, 5)))
        .hasMessage("mask: expected [2, 3, 2, 5], got [2, 1, 2, 5]");
    assertThatThrownBy(() -> Masking.longest(capsules(2, 5)))
        .hasMessage("activation: expected [batch, capsules], got [2, 3, 2, 5]");
  }

  /** On grids of any rank, several of a worker's parts, and poses that are no dense array. */
  @ParameterizedTest
  @ValueSource(ints = {1, 300})
  void lengthsByTheKernelAreThoseOfItsTwin(int types) {
    FusedKernels.assumeUsed();
    for (long[] shape :
        new long[][] {
          {2, types, 5},
          {3, types, 5, 4},
          {2, types, 5, 3, 4},
          {1, types, 20, 1, 2},
          {2, 1, 5, 60, 60}
        }) {
      INDArray poses = GradientCheck.random(new Random(2), shape);
      poses.slice(0).slice(0).assign(0);
      long[] without = LongStream.range(0, shape.length).filter(i -> i != 2).toArray();
      INDArray upstream =
          GradientCheck.random(
              new Random(3), Arrays.stream(without).map(i -> shape[(int) i]).toArray());
      Variable exact = Variable.leaf(poses);
      Variable dense = Variable.leaf(poses.castTo(DataType.FLOAT));
      Variable view = Variable.leaf(poses.castTo(DataType.FLOAT).dup('f'));
      for (Variable x : List.of(exact, dense, view)) {
        Variable length = Capsules.ofLength(x).activation();
        length.backward(upstream.castTo(x.dataType()));
        Variable expected = exact.norm(false, 1e-8, 2);
        assertThat(length.shape()).isEqualTo(expected.shape());
        assertThat(Numbers.difference(length.value(), expected.value())).isLessThan(1e-6);
        assertThat(Numbers.difference(x.gradient(), exact.gradient())).isLessThan(1e-6);
      }
      assertThat(Capsules.ofLength(dense).activation().operation()).isEqualTo("length");
    }
  }
}
