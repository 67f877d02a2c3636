package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every kernel against its twin in double precision, where numbers are so small or so large that a
 * square is 0 or infinite, where a power of e is, and where one is NaN.
 */
class ExtremesTest {

  private static final RoutingEngine PLAIN =
      new RoutingEngine(new PlainGemm(), new PlainRoutingLoops(), 2);

  /** Magnitudes of operands; that of the others is 1. */
  private static final double[] MAGNITUDES = {0, 1e-30, 1e-10, 1, 89, 1e4, 1e10, 1e18, 1e19};

  /** That of this JVM, which is the Vector API's where the module is there, and the plain one. */
  static Stream<RoutingEngine> engines() {
    return Stream.of(RoutingEngine.ofJvm(), PLAIN);
  }

  static Stream<RoutingLoops> loops() {
    return Stream.of(Simd.ROUTING, new PlainRoutingLoops());
  }

  private static DoubleStream magnitudes() {
    return DoubleStream.of(MAGNITUDES);
  }

  private static INDArray real(INDArray array) {
    return array.castTo(DataType.FLOAT);
  }

  /** The double that a float is, so that both sides are given the same number. */
  private static INDArray exact(INDArray array) {
    return array.castTo(DataType.FLOAT).castTo(DataType.DOUBLE);
  }

  private static void assertClose(String what, INDArray[] actual, INDArray... expected) {
    for (int k = 0; k < expected.length; k++) {
      // Of results that no float holds, the kernel's may be infinite.
      assertThat(Numbers.size(expected[k])).as(what).isLessThan(Float.MAX_VALUE);
      assertThat(Numbers.difference(actual[k], expected[k]))
          .as("%s, result %d", what, k)
          .isLessThanOrEqualTo(5e-4 * Numbers.size(expected[k]) + 1e-30);
    }
  }

  // ---------------------------------------------------------------- routing

  @ParameterizedTest
  @MethodSource("engines")
  void denseRoutingOfAnyMagnitude(RoutingEngine engine) {
    for (double magnitude : magnitudes().toArray()) {
      for (boolean leaky : new boolean[] {false, true}) {
        Random random = new Random(5);
        INDArray u = exact(GradientCheck.random(random, 18, 5, 4).muli(magnitude));
        INDArray w = exact(GradientCheck.random(random, 5, 3, 6, 4));
        denseRouting(engine, new RoutingSettings(3, leaky, false), u, w, "" + magnitude);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aSampleThatIsNotANumberSpoilsNoOther(RoutingEngine engine) {
    Random random = new Random(6);
    INDArray u = exact(GradientCheck.random(random, 18, 5, 4).muli(30));
    u.putScalar(new int[] {3, 2, 1}, Double.NaN);
    INDArray w = exact(GradientCheck.random(random, 5, 3, 6, 4));
    denseRouting(engine, new RoutingSettings(3, false, false), u, w, "NaN");
  }

  private static void denseRouting(
      RoutingEngine engine, RoutingSettings settings, INDArray u, INDArray w, String what) {
    INDArray upstream = exact(GradientCheck.random(new Random(7), u.size(0), 3, 6));
    DenseRoutingKernel kernel = new DenseRoutingKernel(real(u), real(w), null, settings, engine);
    INDArray v = kernel.forward();
    DenseRoutingKernel.Gradients gradients = kernel.backward(real(upstream));

    Variable poses = Variable.leaf(u);
    Variable weight = Variable.leaf(w);
    Variable expected =
        routing(settings)
            .route(RoutingInput.of(CastVotes.dense(Capsules.ofLength(poses), weight), Map.of()))
            .pose();
    expected.backward(upstream);
    assertClose(
        settings + " " + what,
        new INDArray[] {v, gradients.u(), gradients.weight()},
        expected.value(),
        poses.gradient(),
        weight.gradient());
  }

  private static DynamicRouting routing(RoutingSettings settings) {
    return new DynamicRouting(
        settings.iterations(),
        settings.leaky(),
        settings.lastIterationOnly(),
        false,
        new SabourSquash());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void gridRoutingOfAnyMagnitude(RoutingEngine engine) {
    for (double magnitude : magnitudes().toArray()) {
      for (boolean leaky : new boolean[] {false, true}) {
        INDArray votes =
            exact(GradientCheck.random(new Random(8), 2, 4, 3, 5, 3, 3).muli(magnitude));
        gridRouting(engine, new RoutingSettings(3, leaky, false), votes, "" + magnitude);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aPlaceThatIsNotANumberSpoilsNoOther(RoutingEngine engine) {
    INDArray votes = exact(GradientCheck.random(new Random(9), 2, 4, 3, 5, 3, 3).muli(30));
    votes.putScalar(new int[] {0, 1, 2, 3, 1, 1}, Double.NaN);
    gridRouting(engine, new RoutingSettings(3, false, false), votes, "NaN");
  }

  private static void gridRouting(
      RoutingEngine engine, RoutingSettings settings, INDArray votes, String what) {
    INDArray upstream = exact(GradientCheck.random(new Random(7), 2, 3, 5, 3, 3));
    GridRoutingKernel kernel = new GridRoutingKernel(real(votes), null, settings, engine);
    INDArray v = kernel.forward();
    INDArray gradient = kernel.backward(real(upstream)).votes();

    Variable leaf = Variable.leaf(votes);
    Variable here = Variable.constant(Nd4j.ones(DataType.DOUBLE, 2, 4, 3, 3));
    RoutingInput in = RoutingInput.of(CastVotes.onGrid(leaf, () -> here), Map.of());
    Variable expected = in.reach().onGrid(routing(settings).route(in)).pose();
    expected.backward(upstream);
    assertClose(
        settings + " " + what, new INDArray[] {v, gradient}, expected.value(), leaf.gradient());
  }

  /** The softmax of two logits: halves where they are equal, however large. */
  @ParameterizedTest
  @MethodSource("loops")
  void softmaxOfAnyLogits(RoutingLoops loops) {
    double[] all = {0, 1e-30, -1e-30, 1, -1, 88, 89, -89, 90, -90, 1e4, -1e4, 1e19, -1e19};
    int n = Gemm.LANES;
    for (boolean leaky : new boolean[] {false, true}) {
      for (double one : all) {
        for (double other : all) {
          float[] logits = new float[2 * n];
          for (int i = 0; i < n; i++) {
            logits[i] = (float) one;
            logits[n + i] = (float) other;
          }
          float[] coupling = new float[2 * n];
          loops.softmax(2, n, leaky, logits, 0, coupling, 0);
          double largest = Math.max(Math.max((float) one, (float) other), leaky ? 0 : -1e30);
          double first = Math.exp((float) one - largest);
          double second = Math.exp((float) other - largest);
          double total = first + second + (leaky ? Math.exp(-largest) : 0);
          for (int i = 0; i < n; i++) {
            assertThat((double) coupling[i]).isCloseTo(first / total, within(1e-5));
            assertThat((double) coupling[n + i]).isCloseTo(second / total, within(1e-5));
          }
        }
      }
    }
  }

  /** Small shares too, with respect to themselves. */
  @Test
  void softmaxIsAsGoodAsFloats() {
    int n = Gemm.LANES;
    for (double exponent = -80; exponent <= 0; exponent += 0.013) {
      float[] logits = new float[2 * n];
      Arrays.fill(logits, n, 2 * n, (float) exponent);
      float[] coupling = new float[2 * n];
      Simd.ROUTING.softmax(2, n, false, logits, 0, coupling, 0);
      double power = Math.exp((float) exponent);
      double share = power / (1 + power);
      double tolerance = Simd.available() ? 3e-7 : exponent < -20 ? 0.06 : 1e-5;
      assertThat((double) coupling[n]).isCloseTo(share, within(tolerance * share));
    }
  }

  @ParameterizedTest
  @MethodSource("loops")
  void softmaxOfWhatIsNotANumberIsNone(RoutingLoops loops) {
    int n = Gemm.LANES;
    float[] logits = new float[2 * n];
    logits[0] = Float.NaN;
    logits[n + 1] = Float.NaN;
    float[] coupling = new float[2 * n];
    loops.softmax(2, n, false, logits, 0, coupling, 0);
    for (int i = 0; i < n; i++) {
      Float expected = i < 2 ? Float.NaN : 0.5f;
      assertThat(coupling[i]).isEqualTo(expected);
      assertThat(coupling[n + i]).isEqualTo(expected);
    }
  }

  private static Offset<Double> within(double offset) {
    return Offset.offset(offset);
  }

  // ---------------------------------------------------------------- element by element

  /** A float squash, by the kernel or, where that is off, its twin. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-30, 1e-10, 1e-4, 1, 89, 1e4, 1e10, 1e18, 1e19, 1e30, 1e37})
  void squashOfAnyMagnitude(double magnitude) {
    INDArray s = exact(GradientCheck.random(new Random(10), 40, 5).muli(magnitude));
    s.putScalar(new int[] {3, 2}, Double.NaN);
    s.putRow(4, Nd4j.createFromArray(0, 1e-30, -1e19, 89.0, -89));
    INDArray upstream = exact(GradientCheck.random(new Random(11), 40, 5));
    Variable fused = Variable.leaf(real(s));
    Variable v = new SabourSquash().squash(fused);
    v.backward(real(upstream));
    Variable twin = Variable.leaf(exact(s));
    Variable expected = new SabourSquash().squash(twin);
    expected.backward(upstream);
    assertClose(
        "" + magnitude,
        new INDArray[] {v.value(), fused.gradient()},
        expected.value(),
        twin.gradient());
    Capsules capsules = Capsules.ofLength(v.reshape(1, 40, 5));
    for (double length : Numbers.of(capsules.activation().value())) {
      assertThat(Double.isNaN(length) || (length >= 0 && length <= 1)).as("" + length).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-30f, -1e-30f, 1, -1, 89, -89, 1e19f, -1e19f, Float.NaN})
  void adamOfAnyGradient(float gradient) {
    float[] values = {0, 1e-30f, -1e19f, 89, gradient, gradient, gradient};
    INDArray w = Nd4j.zeros(DataType.FLOAT, values.length);
    INDArray moments = Nd4j.zeros(DataType.FLOAT, 2L * values.length);
    for (int t = 0; t < 3; t++) {
      AdamKernel.step(
          AdamKernel.Settings.of(0.1, 0.9, 0.999, 1e-8, t),
          w,
          Nd4j.createFromArray(values),
          moments);
    }
    for (int i = 0; i < values.length; i++) {
      double at = 0;
      double first = 0;
      double second = 0;
      for (int t = 1; t <= 3; t++) {
        first = 0.9 * first + 0.1 * values[i];
        second = 0.999 * second + 0.001 * values[i] * values[i];
        double rate = 0.1 * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
        at -= rate * first / (Math.sqrt(second) + 1e-8);
      }
      if (Double.isNaN(at)) {
        assertThat(w.getDouble(i)).isNaN();
      } else {
        assertThat(w.getDouble(i)).isCloseTo(at, within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e-30f, Float.MIN_VALUE, 1, 89, 1e19f, Float.NaN})
  void rectifierOfAnyNumber(float y) {
    float[] upstream = {0, 1e-30f, -1e-30f, 89, -89, 1e19f, -1e19f, Float.NaN};
    float[] results = new float[upstream.length];
    Arrays.fill(results, y);
    INDArray made =
        RectifierKernel.gradient(Nd4j.createFromArray(results), Nd4j.createFromArray(upstream));
    for (int i = 0; i < upstream.length; i++) {
      double slope = Float.isNaN(y) ? Double.NaN : Math.signum(y);
      assertThat(made.getDouble(i)).isEqualTo(Double.valueOf(slope * upstream[i]));
    }
  }

  // ---------------------------------------------------------------- convolution

  private static final ConvolutionSizes SIZES =
      new ConvolutionSizes(3, 3, 8, 7, 4, 3, 3, 1, 1, 1, 1);

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-30, 1, 89, 1e19})
  void convolutionsOfAnyMagnitude(double magnitude) {
    Convolutions.Operands operands = new Convolutions.Operands(SIZES);
    operands.x.muli(magnitude);
    Convolutions.DirectSum exact = new Convolutions.DirectSum(operands);
    for (Convolve way : ways()) {
      operands.y.assign(Float.NaN);
      way.forward(operands);
      double[] y = Numbers.of(operands.y);
      double size = DoubleStream.of(exact.y).map(Math::abs).max().orElseThrow();
      for (int i = 0; i < y.length; i++) {
        assertThat(y[i]).isCloseTo(exact.y[i], within(1e-5 * size));
      }
    }
  }

  /** It may spread over the sample, as in the frequency domain, but not vanish or leave it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 167})
  void convolutionsSeeWhatIsNotANumber(int where) {
    Convolutions.Operands operands = new Convolutions.Operands(SIZES);
    operands.x.putScalar(where, Float.NaN);
    double[] exact = new Convolutions.DirectSum(operands).y;
    for (Convolve way : ways()) {
      operands.y.assign(7);
      way.forward(operands);
      double[] y = Numbers.of(operands.y);
      for (int i = 0; i < y.length; i++) {
        if (Double.isNaN(exact[i])) {
          assertThat(y[i]).isNaN();
        } else if (i >= y.length / 3) {
          assertThat(y[i]).isCloseTo(exact[i], within(1e-4));
        }
      }
    }
  }

  private interface Convolve {
    void forward(Convolutions.Operands operands);
  }

  private static Convolve[] ways() {
    return new Convolve[] {
      o -> new SpectralConvolution(SIZES).forward(o.x, o.w, null, o.y),
      o -> new ColumnConvolution(SIZES).forward(o.x, o.w, ChannelFinish.NONE, o.y),
      o -> new DirectConvolution(SIZES).forward(o.x, o.w, ChannelFinish.NONE, new Prepared(), o.y),
      o -> new WinogradConvolution(SIZES).forward(o.x, o.w, ChannelFinish.NONE, new Prepared(), o.y)
    };
  }

  // ---------------------------------------------------------------- convolution, backward

  /** The ways back. Columns make the gradient of the weights alone. */
  enum Back {
    SPECTRAL {
      @Override
      void run(Convolutions.Operands o) {
        new SpectralConvolution(o.sizes).backward(o.x, o.w, o.g, o.dx, o.dw);
      }
    },
    COLUMN {
      @Override
      void run(Convolutions.Operands o) {
        INDArray db = Nd4j.valueArrayOf(new long[] {o.sizes.out()}, Float.NaN);
        new ColumnConvolution(o.sizes).backward(o.x, o.g, null, o.dw, db);
        assertThat(Numbers.difference(db, o.g.sum(0, 2, 3))).isLessThanOrEqualTo(1e-5 * size(o.g));
      }
    };

    abstract void run(Convolutions.Operands operands);

    private static double size(INDArray summed) {
      return Numbers.size(summed) * summed.length();
    }
  }

  /** Of one part of a batch and of two, with padding and with a stride. */
  private static final ConvolutionSizes[] SHAPES = {
    SIZES, new ConvolutionSizes(131, 2, 6, 5, 3, 3, 2, 2, 2, 1, 0)
  };

  @ParameterizedTest
  @EnumSource(Back.class)
  void gradientsOfConvolutionsOfAnyMagnitude(Back way) {
    for (ConvolutionSizes sizes : SHAPES) {
      for (double ofImages : new double[] {0, 1e-30, 1, 89, 1e19}) {
        for (double ofGradient : new double[] {0, 1e-30, 1e-7, 1, 1e7, 1e17}) {
          Convolutions.Operands o = new Convolutions.Operands(sizes);
          o.x.muli(ofImages);
          o.g.muli(ofGradient);
          way.run(o);
          assertGradients(way, o, ofImages + " " + ofGradient);
        }
      }
    }
  }

  private static void assertGradients(Back way, Convolutions.Operands o, String what) {
    Convolutions.DirectSum exact = new Convolutions.DirectSum(o);
    assertNear(what + " dw", Numbers.of(o.dw), exact.dw);
    if (way == Back.SPECTRAL) {
      assertNear(what + " dx", Numbers.of(o.dx), exact.dx);
    }
  }

  private static void assertNear(String what, double[] actual, double[] expected) {
    double size = DoubleStream.of(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as(what).isCloseTo(expected[i], within(2e-5 * size + 1e-36));
    }
  }

  /**
   * Of images, weights or the gradient of the result one is NaN: it may spread over its sample and
   * its channel, but not vanish or leave them, nor stay behind for the next call.
   */
  @ParameterizedTest
  @EnumSource(Back.class)
  void gradientsOfConvolutionsSeeWhatIsNotANumber(Back way) {
    for (ConvolutionSizes sizes : SHAPES) {
      for (int operand = 0; operand < 3; operand++) {
        for (double share : new double[] {0, 0.5, 0.999}) {
          Convolutions.Operands o = new Convolutions.Operands(sizes);
          INDArray spoilt = operand == 0 ? o.x : operand == 1 ? o.g : o.w;
          spoilt.putScalar((long) (share * spoilt.length()), Float.NaN);
          Convolutions.DirectSum exact = new Convolutions.DirectSum(o);
          way.run(o);
          String what = way + " " + sizes + " " + operand + " at " + share;
          assertTravels(what + " dw", o.dw, exact.dw, operand == 0 ? 1 : 0);
          if (way == Back.SPECTRAL) {
            assertTravels(what + " dx", o.dx, exact.dx, operand == 1 ? 0 : 1);
          }
          Convolutions.Operands clean = new Convolutions.Operands(sizes);
          way.run(clean);
          assertGradients(way, clean, "after " + what);
        }
      }
    }
  }

  /** Is NaN where it is expected, and a number in slices of an axis that expect no NaN. */
  private static void assertTravels(String what, INDArray actual, double[] expected, int axis) {
    double[] got = Numbers.of(actual);
    int inner =
        axis == 0
            ? (int) (actual.length() / actual.size(0))
            : (int) (actual.size(2) * actual.size(3));
    int slices = (int) actual.size(axis);
    boolean[] spoilt = new boolean[slices];
    for (int i = 0; i < got.length; i++) {
      spoilt[i / inner % slices] |= Double.isNaN(expected[i]);
    }
    for (int i = 0; i < got.length; i++) {
      if (Double.isNaN(expected[i])) {
        assertThat(got[i]).as("%s, element %s", what, i).isNaN();
      } else if (!spoilt[i / inner % slices]) {
        assertThat(got[i]).as("%s, element %s", what, i).isCloseTo(expected[i], within(1e-3));
      }
    }
  }
}
