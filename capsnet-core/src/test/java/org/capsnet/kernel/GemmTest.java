package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
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
        .isEqualTo(
            Simd.available() && !"plain".equals(System.getProperty(Simd.PROPERTY))
                ? "WarmGemm"
                : "PlainGemm");
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void multipliesAsTheDefinitionSays(Gemm gemm) {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int m = 1 + random.nextInt(19);
      int n = 1 + random.nextInt(round % 10 == 0 ? 450 : 90);
      int k = random.nextInt(round % 10 == 1 ? 400 : 40);
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

  @ParameterizedTest
  @MethodSource("implementations")
  void multipliesAtTheEdgesOfItsBlocks(Gemm gemm) {
    for (int m : new int[] {1, 3, 4, 5}) {
      for (int n : new int[] {1, 16, 48, 64, 65, 128, 176, 191, 192, 193, 400}) {
        for (int k : new int[] {1, 2, 63, 64, 65, 129}) {
          int length = Gemm.padded(n);
          float[] a = new float[m * k];
          float[] b = new float[k * length];
          float[] c = new float[m * length];
          for (int i = 0; i < a.length; i++) {
            a[i] = i % 7 - 3;
          }
          for (int i = 0; i < b.length; i++) {
            b[i] = i % 5 - 2;
          }

          gemm.multiply(m, n, k, a, 0, k, 1, b, 0, length, c, 0, length, false);

          for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
              float expected = 0;
              for (int l = 0; l < k; l++) {
                expected += a[i * k + l] * b[l * length + j];
              }
              assertThat(c[i * length + j])
                  .as("m %d n %d k %d at %d, %d", m, n, k, i, j)
                  .isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void isTheSameToTheLastBitEachTime(Gemm gemm) {
    Random random = new Random(3);
    float[] a = random(random, 9 * 33);
    float[] b = random(random, 33 * 144);
    float[] first = new float[9 * 144];
    gemm.multiply(9, 140, 33, a, 0, 33, 1, b, 0, 144, first, 0, 144, false);
    float[] again = new float[9 * 144];
    for (int i = 0; i < 2000; i++) {
      gemm.multiply(9, 140, 33, a, 0, 33, 1, b, 0, 144, again, 0, 144, false);
      assertThat(again).isEqualTo(first);
    }
  }

  /** So that it does not matter when the loops of the Vector API are compiled. */
  @Test
  void vectorsAndPlainLoopsGiveTheSameToTheLastBit() {
    assumeTrue(Simd.available());
    Gemm vectors = Simd.make("org.capsnet.kernel.VectorGemm", Gemm.class);
    Gemm plain = new PlainGemm();
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      int m = 1 + random.nextInt(19);
      int n = 1 + random.nextInt(round % 10 == 0 ? 450 : 90);
      int k = random.nextInt(round % 3 == 1 ? 600 : 40);
      boolean add = random.nextBoolean();
      int length = Gemm.padded(n) + random.nextInt(3);
      float[] a = random(random, m * k);
      float[] b = random(random, k * length);
      float[] c = random(random, m * length);
      float[] other = c.clone();

      vectors.multiply(m, n, k, a, 0, 1, m, b, 0, length, c, 0, length, add);
      plain.multiply(m, n, k, a, 0, 1, m, b, 0, length, other, 0, length, add);

      for (int i = 0; i < m; i++) { // what is behind a row depends on the width of vectors
        assertThat(Arrays.copyOfRange(other, i * length, i * length + n))
            .as("m %d n %d k %d add %s, row %d", m, n, k, add, i)
            .containsExactly(Arrays.copyOfRange(c, i * length, i * length + n));
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
