package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GroupedConvolutionTest {

  private static final double TOLERANCE = 1e-5;

  /** Small shapes in several groups, a few of one channel each, and several blocks of channels. */
  static Stream<Arguments> shapes() {
    Stream<ConvolutionSizes> paths =
        Stream.of(
            new ConvolutionSizes(3, 8, 14, 14, 8, 3, 3, 1, 1, 1, 1),
            new ConvolutionSizes(2, 5, 9, 7, 35, 3, 3, 2, 2, 1, 1),
            new ConvolutionSizes(17, 5, 9, 7, 20, 3, 3, 2, 2, 1, 1),
            new ConvolutionSizes(25, 3, 8, 8, 4, 2, 3, 3, 1, 0, 2),
            new ConvolutionSizes(35, 16, 6, 6, 16, 5, 5, 1, 1, 0, 0));
    List<ConvolutionSizes> all = Stream.concat(paths, Convolutions.shapes()).toList();
    return Stream.iterate(0, i -> i < all.size(), i -> i + 1)
        .filter(i -> (long) all.get(i).in() * all.get(i).out() < 2000)
        .map(i -> Arguments.of(all.get(i), 2 + i % 3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes ofGroup, int groups) {
    Convolutions.Operands o = Convolutions.inGroups(ofGroup, groups);
    Convolutions.DirectSum exact = new Convolutions.DirectSum(o);
    INDArray w = Convolutions.own(o.w, groups);
    INDArray dw = w.like().assign(Float.NaN);
    INDArray db = Nd4j.valueArrayOf(new long[] {o.sizes.out()}, Float.NaN);
    GroupedConvolution convolution = new GroupedConvolution(ofGroup, groups);

    for (int time = 0; time < 2; time++) { // in scratch memory that is new, and that was used
      convolution.forward(o.x, w, ChannelFinish.NONE, o.y.assign(Float.NaN));
      convolution.backward(o.x, w, o.g, null, o.dx.assign(Float.NaN), dw, db);

      assertThat(Convolutions.distance(o.y, exact.y)).isLessThan(TOLERANCE);
      assertThat(Convolutions.distance(o.dx, exact.dx)).isLessThan(TOLERANCE);
      assertThat(Convolutions.distance(db, exact.db)).isLessThan(TOLERANCE);
      double[] expected = Convolutions.own(exact.dw, o.dw, groups);
      assertThat(Convolutions.distance(dw, expected)).isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void addsABiasRectifiesAndLetsTheGradientPassWhereItDid(ConvolutionSizes ofGroup, int groups) {
    Convolutions.Operands o = Convolutions.inGroups(ofGroup, groups);
    INDArray w = Convolutions.own(o.w, groups);
    INDArray bias = Nd4j.randn(DataType.FLOAT, o.sizes.out());
    GroupedConvolution convolution = new GroupedConvolution(ofGroup, groups);
    INDArray plain = o.y.like();
    convolution.forward(o.x, w, ChannelFinish.NONE, plain);
    convolution.forward(o.x, w, ChannelFinish.of(bias, true, null), o.y);

    double[] rectified = plain.addi(bias.reshape(1, o.sizes.out(), 1, 1)).data().asDouble();
    for (int i = 0; i < rectified.length; i++) {
      rectified[i] = Math.max(0, rectified[i]);
    }
    assertThat(Convolutions.distance(o.y, rectified)).isLessThan(TOLERANCE);

    INDArray dx = o.dx.like();
    INDArray dw = w.like();
    INDArray db = bias.like();
    convolution.backward(o.x, w, o.g, o.y, dx, dw, db);
    INDArray passing = o.g.mul(o.y.gt(0).castTo(DataType.FLOAT));
    INDArray dwOfPassing = w.like();
    INDArray dbOfPassing = bias.like();
    convolution.backward(o.x, w, passing, null, o.dx, dwOfPassing, dbOfPassing);
    assertThat(dx).isEqualTo(o.dx);
    assertThat(dw).isEqualTo(dwOfPassing);
    assertThat(db).isEqualTo(dbOfPassing);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void makesTheGradientsThatAreAskedFor(ConvolutionSizes ofGroup, int groups) {
    Convolutions.Operands o = Convolutions.inGroups(ofGroup, groups);
    INDArray w = Convolutions.own(o.w, groups);
    GroupedConvolution convolution = new GroupedConvolution(ofGroup, groups);
    INDArray dw = w.like();
    INDArray db = Nd4j.create(DataType.FLOAT, o.sizes.out());
    convolution.backward(o.x, w, o.g, null, o.dx, dw, db);
    INDArray dx = o.dx.like();
    INDArray dwAgain = w.like();
    INDArray dbAgain = db.like();
    convolution.backward(null, w, o.g, null, dx, null, null);
    convolution.backward(o.x, null, o.g, null, null, dwAgain, null);
    convolution.backward(null, null, o.g, null, null, null, dbAgain);
    assertThat(dx).isEqualTo(o.dx);
    assertThat(dwAgain).isEqualTo(dw);
    assertThat(dbAgain).isEqualTo(db);
  }

  /** What is not a number stays in its group, and in the result at the places that see it. */
  @ParameterizedTest
  @ValueSource(ints = {2, 25})
  void aGroupDoesNotSeeTheOthers(int batch) {
    ConvolutionSizes ofGroup = new ConvolutionSizes(batch, 3, 7, 6, 4, 3, 3, 1, 1, 1, 1);
    Convolutions.Operands o = Convolutions.inGroups(ofGroup, 3);
    INDArray w = Convolutions.own(o.w, 3);
    o.x.putScalar(new int[] {1, 4, 2, 3}, Float.NaN);
    double[] exact = new Convolutions.DirectSum(o).y; // whose zeros make NaN of other groups
    new GroupedConvolution(ofGroup, 3).forward(o.x, w, ChannelFinish.NONE, o.y);
    double[] y = o.y.data().asDouble();
    for (int i = 0; i < y.length; i++) {
      int group = i / ofGroup.outputs() / ofGroup.out() % 3;
      assertThat(Double.isNaN(y[i])).isEqualTo(group == 1 && Double.isNaN(exact[i]));
    }
    assertThat(Arrays.stream(y).anyMatch(Double::isNaN)).isTrue();

    o.g.putScalar(new int[] {1, 5, 2, 3}, Float.NaN);
    double[] exactBack = new Convolutions.DirectSum(o).dx;
    new GroupedConvolution(ofGroup, 3).backward(null, w, o.g, null, o.dx, null, null);
    double[] dx = o.dx.data().asDouble();
    for (int i = 0; i < dx.length; i++) {
      int group = i / ofGroup.pixels() / ofGroup.in() % 3;
      assertThat(Double.isNaN(dx[i])).isEqualTo(group == 1 && Double.isNaN(exactBack[i]));
    }
    assertThat(Arrays.stream(dx).anyMatch(Double::isNaN)).isTrue();
  }

  @Test
  void paysWhereAGroupIsNotTooLarge() {
    ConvolutionSizes fits = new ConvolutionSizes(1, 4, 8, 8, 4, 3, 3, 1, 1, 0, 0);
    ConvolutionSizes large = new ConvolutionSizes(1, 4, 3000, 3000, 4, 3, 3, 1, 1, 0, 0);
    ConvolutionSizes wide = new ConvolutionSizes(1, 4096, 8, 8, 4096, 3, 3, 1, 1, 0, 0);
    assertThat(GroupedConvolution.pays(fits, 3)).isTrue();
    assertThat(GroupedConvolution.pays(large, 3)).isFalse();
    assertThat(GroupedConvolution.pays(wide, 2)).isFalse();
  }
}
