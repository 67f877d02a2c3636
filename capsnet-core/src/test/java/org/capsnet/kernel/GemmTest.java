package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GemmTest {

  /**
   * The one of this JVM, which is the Vector API's where the module is there, and the plain one.
   */
  static Stream<Gemm> implementations() {
    return Stream.of(Simd.GEMM, new PlainGemm());
  }

  @Test
  void theVectorApiIsUsedWhereItIs() {
    assertThat(Simd.GEMM.getClass().getSimpleName())
        .isEqualTo(Simd.available() ? "VectorGemm" : "PlainGemm");
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void multipliesAsTheDefinitionSays(Gemm gemm) {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int m = 1 + random.nextInt(19);
      int n = 1 + random.nextInt(round % 10 == 0 ? 300 : 90);
      int k = 1 + random.nextInt(round % 10 == 1 ? 400 : 40);
      boolean add = random.nextBoolean();
      boolean transposed = random.nextBoolean();
      int al = transposed ? m + random.nextInt(3) : 1;
      int ai = transposed ? 1 : k + random.nextInt(3);
      int bl = Gemm.padded(n) + random.nextInt(3);
      int ci = Gemm.padded(n) + random.nextInt(3);
      float[] a = random(random, 5 + m * ai + k * al);
      float[] b = random(random, 3 + k * bl);
      float[] c = random(random, 2 + m * ci);
      float[] before = c.clone();

      gemm.multiply(m, n, k, a, 5, ai, al, b, 3, bl, c, 2, ci, add);

      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double expected = add ? before[2 + i * ci + j] : 0;
          for (int l = 0; l < k; l++) {
            expected += (double) a[5 + i * ai + l * al] * b[3 + l * bl + j];
          }
          assertThat((double) c[2 + i * ci + j])
              .as("m %d n %d k %d at %d, %d", m, n, k, i, j)
              .isCloseTo(expected, within(1e-5 * k));
        }
        for (int j = Gemm.padded(n); j < ci && i * ci + j + 2 < c.length; j++) {
          assertThat(c[2 + i * ci + j]).isEqualTo(before[2 + i * ci + j]);
        }
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
