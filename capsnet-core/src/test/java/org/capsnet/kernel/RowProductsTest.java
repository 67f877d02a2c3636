package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowProductsTest {

  static Stream<RowProducts> implementations() {
    return Stream.of(Simd.ROWS, new PlainRowProducts());
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void multiplyAsTheDefinitionSays(RowProducts products) {
    int width = products.width();
    Random random = new Random(5);
    for (int rows = 1; rows < 20; rows++) {
      int depth = 1 + random.nextInt(128);
      boolean add = rows % 2 == 0;
      float[] a = random(random, 3 + rows * (depth + 2));
      float[] b = random(random, 7 + depth * width);
      float[] c = random(random, 5 + rows * width);
      float[] before = c.clone();

      products.multiply(rows, depth, a, 3, depth + 2, b, 7, c, 5, width, add);

      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < width; j++) {
          int at = 5 + i * width + j;
          double expected = add ? before[at] : 0;
          for (int l = 0; l < depth; l++) {
            expected += (double) a[3 + i * (depth + 2) + l] * b[7 + l * width + j];
          }
          assertThat((double) c[at]).isCloseTo(expected, within(1e-5 * depth));
        }
      }
    }
  }

  /** So that it does not matter when the loops of the Vector API are compiled. */
  @Test
  void vectorsAndPlainLoopsGiveTheSameToTheLastBit() {
    assumeTrue(Simd.available());
    RowProducts vectors = Simd.make("org.capsnet.kernel.VectorRowProducts", RowProducts.class);
    int width = vectors.width();
    assumeTrue(width % Gemm.LANES == 0, "vectors of 128 bits make no panels");
    RowProducts plain = new PlainRowProducts(width);
    Random random = new Random(9);
    for (int rows = 1; rows < 40; rows++) {
      int depth = 1 + random.nextInt(Gemm.DEPTH);
      float[] a = random(random, rows * depth);
      float[] b = random(random, depth * width);
      float[] c = random(random, rows * width);
      float[] other = c.clone();
      for (boolean add : new boolean[] {true, false}) {
        vectors.multiply(rows, depth, a, 0, depth, b, 0, c, 0, width, add);
        plain.multiply(rows, depth, a, 0, depth, b, 0, other, 0, width, add);
        assertThat(other).containsExactly(c);
      }
    }
  }

  private static float[] random(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
