package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.autograd.Normalization.Normalized;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The kernel against its twin in double precision. */
class NormalizationTest {

  private static final double EPSILON = 1e-5;
  private static final double TOLERANCE = 2e-5;

  /** Output, mean and variance, and the gradients of x, gamma and beta. */
  private static INDArray[] run(
      INDArray x, INDArray gamma, INDArray beta, INDArray upstream, boolean constantX) {
    Variable in = constantX ? Variable.constant(x) : Variable.leaf(x);
    Variable scale = Variable.leaf(gamma);
    Variable shift = Variable.leaf(beta);
    BiFunction<Variable, Variable, Normalized> how =
        x.dataType() == DataType.DOUBLE
            ? (g, b) -> Normalization.portable(in, g, b, EPSILON)
            : (g, b) -> Normalization.batchNorm(in, g, b, EPSILON);
    Normalized made = how.apply(scale, shift);
    made.output().times(Variable.constant(upstream)).sum().backward();
    return new INDArray[] {
      made.output().value(),
      made.mean(),
      made.variance(),
      constantX ? null : in.gradient(),
      scale.gradient(),
      shift.gradient()
    };
  }

  private static INDArray random(Random random, long... shape) {
    return GradientCheck.random(random, shape).castTo(DataType.FLOAT);
  }

  private static INDArray exact(INDArray x) {
    return x.castTo(DataType.DOUBLE);
  }

  private static void compare(INDArray x, boolean constantX) {
    Random random = new Random(7);
    INDArray gamma = random(random, x.size(1));
    INDArray beta = random(random, x.size(1));
    INDArray upstream = random(random, x.shape());
    INDArray[] expected = run(exact(x), exact(gamma), exact(beta), exact(upstream), constantX);
    INDArray[] got = run(x, gamma, beta, upstream, constantX);
    for (int i = 0; i < got.length; i++) {
      if (expected[i] == null) {
        assertThat(got[i]).isNull();
        continue;
      }
      double largest = Math.max(1, Numbers.size(expected[i]));
      double off = Numbers.difference(got[i], expected[i]);
      assertThat(off).as("result %s", i).isLessThan(TOLERANCE * largest);
    }
  }

  @Property(tries = 30, seed = "1")
  void anyShape(
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 7) int channels,
      @ForAll @IntRange(min = 2, max = 19) int height,
      @ForAll @IntRange(min = 1, max = 17) int width,
      @ForAll long seed) {
    compare(random(new Random(seed), batch, channels, height, width), false);
  }

  @Test
  void planesThatAreCutIntoPieces() {
    compare(random(new Random(1), 2, 3, 97, 89), false);
  }

  @Test
  void featuresFarFromZero() {
    compare(random(new Random(2), 4, 2, 8, 8).addi(100), false);
  }

  @Test
  void aConstantInputHasNoGradient() {
    compare(random(new Random(3), 4, 3, 5, 5), true);
  }

  @Test
  void aViewIsReadAtItsPlace() {
    INDArray all = random(new Random(4), 6, 3, 4, 5);
    compare(all.get(NDArrayIndex.interval(2, 5)), false);
    compare(all.permute(0, 1, 3, 2), false);
  }
}
