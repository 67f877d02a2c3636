package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class VoteProductsTest {

  /** Of the sum of the products' absolute values. */
  private static final double TOLERANCE = 1e-6;

  /** Operands of products, and what these are in double precision. */
  private static final class Case {
    private final int batch;
    private final int in;
    private final int out;
    private final int dim;
    private final INDArray votes;
    private final INDArray weights;
    private final INDArray directions;

    Case(int batch, int in, int out, int dim, double scale) {
      this.batch = batch;
      this.in = in;
      this.out = out;
      this.dim = dim;
      Nd4j.getRandom().setSeed(7);
      votes = Nd4j.randn(DataType.FLOAT, batch, in, out, dim).muli(scale);
      weights = Nd4j.randn(DataType.FLOAT, batch, in, out);
      directions = Nd4j.randn(DataType.FLOAT, batch, out, dim);
    }

    VoteProducts products() {
      return VoteProducts.of(batch, in, out, dim).orElseThrow();
    }

    void assertSums(INDArray sums) {
      double[] v = Numbers.of(votes);
      double[] w = Numbers.of(weights);
      double[] expected = new double[batch * out * dim];
      double[] size = new double[expected.length];
      for (int x = 0; x < v.length; x++) {
        int to = x / (in * out * dim) * out * dim + x % (out * dim);
        expected[to] += w[x / dim] * v[x];
        size[to] += Math.abs(w[x / dim] * v[x]);
      }
      assertThat(sums.shape()).containsExactly(batch, out, dim);
      assertClose(sums, expected, size);
    }

    void assertAgreements(INDArray agreements) {
      double[] v = Numbers.of(votes);
      double[] y = Numbers.of(directions);
      double[] expected = new double[batch * in * out];
      double[] size = new double[expected.length];
      for (int x = 0; x < v.length; x++) {
        double product = v[x] * y[x / (in * out * dim) * out * dim + x % (out * dim)];
        expected[x / dim] += product;
        size[x / dim] += Math.abs(product);
      }
      assertThat(agreements.shape()).containsExactly(batch, in, out);
      assertClose(agreements, expected, size);
    }

    void assertOuter(INDArray outer) {
      double[] w = Numbers.of(weights);
      double[] y = Numbers.of(directions);
      double[] expected =
          IntStream.range(0, batch * in * out * dim)
              .mapToDouble(x -> w[x / dim] * y[x / (in * out * dim) * out * dim + x % (out * dim)])
              .toArray();
      assertThat(outer.shape()).containsExactly(batch, in, out, dim);
      assertClose(outer, expected, expected);
    }

    private static void assertClose(INDArray got, double[] expected, double[] size) {
      double[] numbers = Numbers.of(got);
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(numbers[i] - expected[i]))
            .as("number %d, %s of %s", i, numbers[i], expected[i])
            .isLessThanOrEqualTo(TOLERANCE * Math.abs(size[i]));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 70, 10, 16", // several chunks of input capsules, the last not full
    "2, 9, 7, 8",
    "2, 40, 3, 48", // three of the longest vectors
    "5, 33, 5, 20",
    "2, 6, 4, 3",
    "1, 1, 1, 1",
    "4, 1, 2, 16", // one input capsule
    "1, 5000, 1, 1", // one output capsule of one number
    "2, 3, 9, 700" // an input capsule has more than a chunk
  })
  void agreeWithTheSumsInDoublePrecision(int batch, int in, int out, int dim) {
    Case c = new Case(batch, in, out, dim, 1);
    VoteProducts products = c.products();

    for (int time = 0; time < 2; time++) { // in scratch memory that is new, and that was used
      c.assertSums(products.sums(c.weights, c.votes));
      c.assertAgreements(products.agreements(c.votes, c.directions));
      c.assertOuter(products.outer(c.weights, c.directions));
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-30", "1e-4", "1e4", "1e30"})
  void bearVotesOfAnySize(double scale) {
    Case c = new Case(2, 300, 4, 16, scale);

    c.assertSums(c.products().sums(c.weights, c.votes));
    c.assertAgreements(c.products().agreements(c.votes, c.directions));
  }

  @Test
  void areLeftToOthersWhereScratchMemoryWouldBeLarge() {
    assertThat(VoteProducts.of(1, 1, 1, 1L << 17)).isEmpty();
    assertThat(VoteProducts.of(1, 1, 1L << 17, 1)).isEmpty();
    assertThat(VoteProducts.of(1, 1, 1L << 9, 1L << 9)).isEmpty();
    assertThat(VoteProducts.of(1L << 31, 1, 1, 1)).isEmpty();
    assertThat(VoteProducts.of(1, 1L << 31, 1, 1)).isEmpty();
  }

  @Test
  void takeArraysInAnyOrder() {
    Case c = new Case(3, 20, 5, 16, 1);
    INDArray votes = c.votes.permute(1, 0, 3, 2).dup('c').permute(1, 0, 3, 2);
    INDArray weights = c.weights.dup('f');
    INDArray directions = c.directions.permute(2, 0, 1).dup('c').permute(1, 2, 0);

    c.assertSums(c.products().sums(weights, votes));
    c.assertAgreements(c.products().agreements(votes, directions));
    c.assertOuter(c.products().outer(weights, directions));
  }
}
