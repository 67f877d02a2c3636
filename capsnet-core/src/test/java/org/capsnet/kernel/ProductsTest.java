package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_get_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProductsTest {

  static Stream<Products> implementations() {
    return Stream.of(
        Simd.products(),
        new TiledProducts(Simd.GEMM),
        new TiledProducts(new PlainGemm()),
        new BlasProducts());
  }

  /** Sizes that are no multiple of a tile, a row, a column, and a depth of 1 among them. */
  @ParameterizedTest
  @MethodSource("implementations")
  void multipliesAsTheDefinitionSays(Products products) {
    Random random = new Random(5);
    for (int round = 0; round < 120; round++) {
      int m = 1 + random.nextInt(round % 7 == 0 ? 1 : 150);
      int n = 1 + random.nextInt(round % 5 == 0 ? 1 : 150);
      int k = 1 + random.nextInt(round % 3 == 0 ? 1 : 200);
      boolean turned = random.nextBoolean();
      boolean add = random.nextBoolean();
      Panels ofA = panels(products, turned ? k : m, turned ? m : k);
      Panels ofB = panels(products, k, n);
      Panels ofC = panels(products, m, n);
      float[] a = random(random, ofA);
      float[] b = random(random, ofB);
      float[] c = random(random, ofC);
      float[] before = c.clone();

      products.multiply(turned, a, ofA, b, ofB, c, ofC, add);

      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double expected = add ? at(before, ofC, i, j) : 0;
          for (int l = 0; l < k; l++) {
            double left = turned ? at(a, ofA, l, i) : at(a, ofA, i, l);
            expected += left * at(b, ofB, l, j);
          }
          assertThat((double) at(c, ofC, i, j))
              .as("%d × %d, depth %d, turned %s, at %d, %d", m, n, k, turned, i, j)
              .isCloseTo(expected, within(1e-5 * k));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void transposesBetweenPanels(Products products) {
    Random random = new Random(6);
    for (int round = 0; round < 30; round++) {
      Panels shape = panels(products, 1 + random.nextInt(150), 1 + random.nextInt(150));
      Panels turned = panels(products, /* rows= */ shape.columns(), /* columns= */ shape.rows());
      float[] from = random(random, shape);
      float[] to = new float[turned.size()];
      shape.transpose(from, to, turned);
      for (int i = 0; i < shape.rows(); i++) {
        for (int j = 0; j < shape.columns(); j++) {
          assertThat(at(to, turned, j, i)).isEqualTo(at(from, shape, i, j));
        }
      }
    }
  }

  @Test
  void chooses() {
    assertThat(Simd.products("plain")).isInstanceOf(TiledProducts.class);
    assertThat(Simd.products("blas")).isInstanceOf(BlasProducts.class);
    assertThat(Simd.products(null))
        .isInstanceOf(Simd.available() ? TiledProducts.class : BlasProducts.class);
    assertThatThrownBy(() -> Simd.products("mkl"))
        .hasMessage("capsnet.gemm: expected vector, blas or plain, got mkl");
    if (!Simd.available()) {
      assertThatThrownBy(() -> Simd.products("vector"))
          .hasMessage("capsnet.gemm: vector needs a JVM with --add-modules jdk.incubator.vector");
    }
  }

  @Test
  void leavesTheThreadsOfOpenBlasAsTheyWere() {
    int before = blas_get_num_threads();
    blas_set_num_threads(2);
    try {
      BlasProducts products = new BlasProducts();
      products.begin();
      products.begin();
      assertThat(blas_get_num_threads()).isEqualTo(1);
      products.end();
      assertThat(blas_get_num_threads()).isEqualTo(1);
      products.end();
      assertThat(blas_get_num_threads()).isEqualTo(2);
    } finally {
      blas_set_num_threads(before);
    }
  }

  private static Panels panels(Products products, int rows, int columns) {
    return new Panels(rows, columns, products.width(columns));
  }

  private static float at(float[] numbers, Panels shape, int i, int j) {
    return numbers[shape.at(j / shape.width(), i) + j % shape.width()];
  }

  /** Numbers, and what must not be used in the room behind them. */
  private static float[] random(Random random, Panels shape) {
    float[] numbers = new float[shape.size()];
    Arrays.fill(numbers, 1e9f);
    for (int i = 0; i < shape.rows(); i++) {
      for (int j = 0; j < shape.columns(); j++) {
        numbers[shape.at(j / shape.width(), i) + j % shape.width()] = random.nextFloat() - 0.5f;
      }
    }
    return numbers;
  }
}
