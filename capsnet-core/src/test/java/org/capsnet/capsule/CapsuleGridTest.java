package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CapsuleGridTest {

  private static final Conv2dSpec HALF = Conv2dSpec.UNIT.withStride(2);

  private static final int BATCH = 2;
  private static final int TYPES = 3;
  private static final int DIM = 4;
  private static final int H = 2;
  private static final int W = 5;

  private final INDArray poses = GradientCheck.random(new Random(1), BATCH, TYPES, DIM, H, W);

  @Test
  void capsulesStandInTheOrderOfTypeRowAndColumn() {
    CapsuleGrid grid = CapsuleGrid.ofLength(Variable.constant(poses));
    Capsules capsules = grid.capsules();
    for (int t = 0; t < TYPES; t++) {
      for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
          int index = t * (H * W) + y * W + x;
          double squares = 1e-8;
          for (int d = 0; d < DIM; d++) {
            double p = poses.getDouble(1, t, d, y, x);
            assertThat(capsules.pose().value().getDouble(1, index, d)).isEqualTo(p);
            squares += p * p;
          }
          assertThat(capsules.activation().value().getDouble(1, index))
              .isCloseTo(Math.sqrt(squares), within(1e-12));
        }
      }
    }
    CapsuleGrid back = CapsuleGrid.of(capsules, TYPES, H, W);
    assertThat(Numbers.of(back.pose().value())).isEqualTo(Numbers.of(poses));
    assertThat(Numbers.of(back.activation().value()))
        .isEqualTo(Numbers.of(grid.activation().value()));
  }

  @Test
  void sizesAndFeaturesAreThoseOfTheLayout() {
    CapsuleGrid grid = CapsuleGrid.ofLength(Variable.constant(poses));
    assertThat(new long[] {grid.batch(), grid.types(), grid.dim(), grid.height(), grid.width()})
        .containsExactly(BATCH, TYPES, DIM, H, W);
    assertThat(grid.features().value().getDouble(1, 2 * DIM + 3, 1, 4))
        .isEqualTo(poses.getDouble(new long[] {1, 2, 3, 1, 4}));
  }

  @Test
  void primaryCapsulesKeepTheirGrid() {
    PrimaryCapsules layer =
        new PrimaryCapsules(2, TYPES, DIM, 3, HALF, new Random(1), DataType.DOUBLE);
    Variable features =
        Variable.constant(GradientCheck.random(new Random(2), BATCH, 2, 2 * H + 1, 2 * W + 1));
    CapsuleGrid grid = layer.grid(features);
    assertThat(grid.pose().shape()).containsExactly(BATCH, TYPES, DIM, H, W);
    Capsules capsules = layer.forward(features);
    assertThat(Numbers.of(grid.capsules().pose().value()))
        .isEqualTo(Numbers.of(capsules.pose().value()));
    assertThat(Numbers.of(grid.activation().value()))
        .isEqualTo(Numbers.of(capsules.activation().value()));
  }

  @Test
  void joinsTypes() {
    CapsuleGrid one = CapsuleGrid.ofLength(Variable.constant(poses));
    CapsuleGrid other = CapsuleGrid.ofLength(Variable.constant(poses.mul(2)));
    CapsuleGrid both = CapsuleGrid.concat(one, other);
    assertThat(both.types()).isEqualTo(2 * TYPES);
    long[] at = {1, TYPES + 1, 2, 1, 3};
    assertThat(both.pose().value().getDouble(at))
        .isEqualTo(2 * poses.getDouble(new long[] {1, 1, 2, 1, 3}));
    assertThat(both.activation().value().getDouble(1, TYPES + 1, 1, 3))
        .isEqualTo(other.activation().value().getDouble(1, 1, 1, 3));
  }

  @Test
  void aMaskKeepsThePosesThatItMarks() {
    CapsuleGrid grid = CapsuleGrid.ofLength(Variable.constant(poses));
    INDArray mask = Nd4j.zeros(DataType.FLOAT, BATCH, TYPES, H, W);
    mask.putScalar(new int[] {1, 2, 0, 3}, 1);
    INDArray kept = Masking.byMask(grid, mask).value();
    assertThat(kept.shape()).containsExactly(BATCH, TYPES * DIM, H, W);
    for (int d = 0; d < DIM; d++) {
      assertThat(kept.getDouble(1, 2 * DIM + d, 0, 3))
          .isEqualTo(poses.getDouble(new long[] {1, 2, d, 0, 3}))
          .isNotZero();
    }
    assertThat(Arrays.stream(Numbers.of(kept)).filter(number -> number != 0)).hasSize(DIM);
    assertThatThrownBy(() -> Masking.byMask(grid, Nd4j.zeros(BATCH, 1, H, W)))
        .hasMessage("mask: expected [2, 3, 2, 5], got [2, 1, 2, 5]");
  }

  @Test
  void wrongShapesAreToldWhatWasExpected() {
    Variable pose = Variable.constant(poses);
    Variable flat = Variable.constant(Nd4j.zeros(2, 3));
    assertThatThrownBy(() -> CapsuleGrid.ofLength(flat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pose: expected [batch, types, dim, height, width], got [2, 3]");
    assertThatThrownBy(() -> new CapsuleGrid(pose, flat))
        .hasMessage("activation: expected [2, 3, 2, 5], got [2, 3]");
    Capsules capsules = CapsuleGrid.ofLength(pose).capsules();
    assertThatThrownBy(() -> CapsuleGrid.of(capsules, TYPES, H, W + 1))
        .hasMessage("capsules: expected [batch, 36, dim], got [2, 30, 4]");
  }
}
