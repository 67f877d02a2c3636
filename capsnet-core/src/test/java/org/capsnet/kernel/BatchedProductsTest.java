package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.capsnet.testing.FusedKernels;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BatchedProductsTest {

  /** Of the sum of the products' absolute values. */
  private static final double TOLERANCE = 1e-6;

  @BeforeEach
  void fused() {
    FusedKernels.assumeUsed();
  }

  /** How the axes {@code [outer, matrices, rows, columns]} of an array lie in memory. */
  enum Order {
    DENSE("0123"),
    ROWS_FIRST("0213"),
    ROWS_BEFORE_ALL("2103"),
    MATRICES_FIRST("1023"),
    COLUMNS("0132"),
    COLUMNS_FIRST("0312");

    private final String axes;

    Order(String axes) {
      this.axes = axes;
    }

    /** A view whose memory has these axes in this order. */
    INDArray lay(INDArray x) {
      int[] there = axes.chars().map(axis -> axis - '0').toArray();
      int[] back = new int[there.length];
      for (int i = 0; i < there.length; i++) {
        back[there[i]] = i;
      }
      return x.permute(there).dup('c').permute(back);
    }

    boolean hasRows() {
      return axes.endsWith("3");
    }
  }

  private static INDArray random(long seed, long... shape) {
    return GradientCheck.random(new Random(seed), shape).castTo(DataType.FLOAT);
  }

  static List<Arguments> orders() {
    List<Arguments> all = new ArrayList<>();
    for (Order a : Order.values()) {
      for (Order b : Order.values()) {
        for (Order c : Order.values()) {
          if (c.hasRows()) {
            all.add(Arguments.of(a, b, c));
          }
        }
      }
    }
    return all;
  }

  private static void assertProducts(INDArray a, INDArray b, Order ofA, Order ofB, Order ofResult) {
    INDArray result = Nd4j.create(DataType.FLOAT, a.size(0), a.size(1), a.size(2), b.size(3));
    INDArray laid = ofResult.lay(result.addi(Float.NaN)); // of which nothing may be left
    BatchedProducts.of(ofA.lay(a), ofB.lay(b), laid).orElseThrow().multiply();
    assertThat(laid.shape()).isEqualTo(result.shape());
    double[] actual = Numbers.of(laid);
    double[] left = Numbers.of(a);
    double[] right = Numbers.of(b);
    int k = (int) a.size(3);
    int n = (int) b.size(3);
    int m = (int) a.size(2);
    for (int x = 0; x < actual.length; x++) {
      double exact = 0;
      double size = 0;
      for (int l = 0; l < k; l++) {
        double term = left[x / n * k + l] * right[x / n / m * k * n + l * n + x % n];
        exact += term;
        size += Math.abs(term);
      }
      assertThat(Math.abs(actual[x] - exact))
          .as("number %d", x)
          .isLessThanOrEqualTo(TOLERANCE * size);
    }
  }

  @ParameterizedTest
  @MethodSource("orders")
  void areThoseOfDoublesHoweverTheMatricesLie(Order a, Order b, Order result) {
    assertProducts(random(1, 2, 7, 5, 6), random(2, 2, 7, 6, 11), a, b, result);
  }

  /** More matrices than a group has, more terms than a block has, and one of each. */
  @ParameterizedTest
  @CsvSource({
    "1, 300, 9, 8, 10",
    "3, 5, 70, 20, 33",
    "1, 2, 17, 300, 19",
    "1, 1, 1, 1, 1",
    "2, 3, 1, 4, 1",
    "2, 3, 4, 1, 5",
    "4, 1, 16, 16, 16"
  })
  void areThoseOfDoublesWhateverTheSizes(int outer, int of, int m, int k, int n) {
    INDArray a = random(3, outer, of, m, k);
    INDArray b = random(4, outer, of, k, n);
    assertProducts(a, b, Order.DENSE, Order.DENSE, Order.DENSE);
    assertProducts(a, b, Order.ROWS_FIRST, Order.COLUMNS, Order.ROWS_FIRST);
    assertProducts(a, b, Order.COLUMNS_FIRST, Order.ROWS_FIRST, Order.DENSE);
  }

  @Test
  void takesOnlyWhatItIsFor() {
    INDArray a = random(5, 4, 3, 2);
    INDArray b = random(6, 4, 2, 5);
    INDArray c = random(7, 4, 3, 5);
    assertThat(BatchedProducts.of(a, b, c)).isPresent();
    assertThat(BatchedProducts.of(a.slice(0), b.slice(0), c.slice(0))).isEmpty();
    INDArray columns = random(8, 4, 5, 3).permute(0, 2, 1);
    assertThat(BatchedProducts.of(a, b, columns)).isEmpty();
    INDArray gaps = random(9, 3, 2, 4).permute(2, 0, 1);
    assertThat(BatchedProducts.of(gaps, b, c)).isEmpty();
  }

  @Test
  void leavesLargeMatricesToTheLibrary() {
    INDArray a = random(1, 2, 128, 64);
    INDArray b = random(2, 2, 64, 128);
    assertThat(BatchedProducts.of(a, b, random(3, 2, 128, 128))).isPresent();
    INDArray longer = random(4, 2, 129, 64);
    assertThat(BatchedProducts.of(longer, b, random(5, 2, 129, 128))).isEmpty();
  }

  /** Products write whole vectors, of which a part belongs to another matrix. */
  @Test
  void aMatrixOfNoNumbersSpoilsNoOther() {
    INDArray a = random(1, 1, 3, 4, 5);
    INDArray b = random(2, 1, 3, 5, 7);
    INDArray clean = Nd4j.create(DataType.FLOAT, 1, 3, 4, 7);
    BatchedProducts.of(a, b, clean).orElseThrow().multiply();
    for (Order order : List.of(Order.DENSE, Order.ROWS_FIRST)) {
      INDArray spoiled = a.dup();
      spoiled.slice(0).slice(1).assign(Float.NaN);
      INDArray result = order.lay(clean.dup());
      BatchedProducts.of(order.lay(spoiled), order.lay(b), result).orElseThrow().multiply();
      for (int i = 0; i < 3; i++) {
        double[] numbers = Numbers.of(result.slice(0).slice(i).dup('c'));
        if (i == 1) {
          assertThat(numbers).containsOnly(Double.NaN);
        } else {
          assertThat(numbers).isEqualTo(Numbers.of(clean.slice(0).slice(i)));
        }
      }
    }
  }
}
