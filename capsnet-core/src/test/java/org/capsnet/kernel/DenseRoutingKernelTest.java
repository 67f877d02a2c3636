package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DenseRoutingKernelTest {

  private static final RoutingEngine PLAIN =
      new RoutingEngine(new PlainGemm(), new PlainRoutingLoops(), 2);

  private static final RoutingSettings THREE = new RoutingSettings(3, false, false);

  /** That of this JVM, which is the Vector API's where the module is there, and the plain one. */
  static Stream<RoutingEngine> engines() {
    return Stream.of(RoutingEngine.ofJvm(), PLAIN);
  }

  /** A layer's operands and dL/dv, in double precision. */
  private record Layer(INDArray u, INDArray weight, INDArray bias, INDArray upstream) {

    static Layer random(Random random, long batch, long in, long inDim, long out, long dim) {
      return new Layer(
          GradientCheck.random(random, batch, in, inDim),
          GradientCheck.random(random, in, out, dim, inDim),
          GradientCheck.random(random, out, dim),
          GradientCheck.random(random, batch, out, dim));
    }

    /** v and the gradients of u, the weights and the bias. */
    INDArray[] run(RoutingSettings settings, RoutingEngine engine) {
      DenseRoutingKernel kernel =
          new DenseRoutingKernel(real(u), real(weight), real(bias), settings, engine);
      INDArray v = kernel.forward();
      DenseRoutingKernel.Gradients gradients = kernel.backward(real(upstream));
      return new INDArray[] {v, gradients.u(), gradients.weight(), gradients.bias()};
    }

    /** The same after other numbers of the same sizes, which leave theirs in the scratch memory. */
    INDArray[] runAfterOthers(RoutingSettings settings, RoutingEngine engine) {
      new Layer(u.mul(-3), weight.add(1), bias, upstream.neg()).run(settings, engine);
      return run(settings, engine);
    }

    private static INDArray real(INDArray array) {
      return array.castTo(DataType.FLOAT);
    }

    /** The same of the twin. */
    INDArray[] expected(RoutingSettings settings) {
      Variable poses = Variable.leaf(u);
      Variable w = Variable.leaf(weight);
      Variable b = Variable.leaf(bias);
      DynamicRouting routing =
          new DynamicRouting(
              settings.iterations(),
              settings.leaky(),
              settings.lastIterationOnly(),
              true,
              new SabourSquash());
      RoutingInput in =
          RoutingInput.of(CastVotes.dense(Capsules.ofLength(poses), w), Map.of("bias", b));
      assertThat(routing.routeFused(in)).isEmpty();
      Variable v = routing.route(in).pose();
      v.backward(upstream);
      return new INDArray[] {v.value(), poses.gradient(), w.gradient(), b.gradient()};
    }
  }

  private static void assertClose(
      String what, INDArray[] actual, INDArray[] expected, double tolerance) {
    for (int k = 0; k < expected.length; k++) {
      double size = Numbers.size(expected[k]);
      double worst = Numbers.difference(actual[k], expected[k]);
      assertThat(worst).as("%s, result %d", what, k).isLessThan(tolerance * size + 1e-9);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void agreesWithItsTwinWhateverTheSizes(RoutingEngine engine) {
    Random random = new Random(21);
    for (int round = 0; round < 60; round++) {
      int batch = 1 + random.nextInt(round % 10 == 0 ? 300 : 40);
      int in = 1 + random.nextInt(20);
      int inDim = 1 + random.nextInt(round % 10 == 1 ? 40 : 10);
      int out = round % 10 == 2 ? 1 : 1 + random.nextInt(round % 10 == 3 ? 100 : 12);
      int dim = 1 + random.nextInt(18);
      RoutingSettings settings =
          new RoutingSettings(1 + random.nextInt(5), random.nextBoolean(), random.nextBoolean());
      Layer layer = Layer.random(random, batch, in, inDim, out, dim);
      String what = settings + ", batch " + batch + ", " + layer.weight().shapeInfoToString();
      assertClose(what, layer.run(settings, engine), layer.expected(settings), 2e-4);
    }
  }

  /** With blocks of input capsules that are full, and with a last one that is not. */
  @ParameterizedTest
  @MethodSource("engines")
  void agreesWithItsTwinForAFewSamples(RoutingEngine engine) {
    Random random = new Random(22);
    for (int round = 0; round < 40; round++) {
      RoutingSettings settings =
          new RoutingSettings(1 + random.nextInt(5), random.nextBoolean(), random.nextBoolean());
      Layer layer =
          Layer.random(
              random,
              1 + random.nextInt(4),
              round % 8 == 1 ? 64 : 1 + random.nextInt(150),
              1 + random.nextInt(18),
              round == 0 ? 100 : 1 + random.nextInt(12),
              1 + random.nextInt(18));
      String what = settings + ", " + layer.weight().shapeInfoToString();
      assertClose(what, layer.runAfterOthers(settings, engine), layer.expected(settings), 2e-4);
    }
  }

  /** Poses and output capsules of whole tiles, in blocks of one vector and of several. */
  @ParameterizedTest
  @MethodSource("engines")
  void agreesWithItsTwinInWholeTiles(RoutingEngine engine) {
    Random random = new Random(24);
    for (int batch : new int[] {13, 16, 32, 77}) {
      for (int inDim : new int[] {4, 8, 16, 24, 32}) {
        int in = 1 + random.nextInt(11);
        RoutingSettings settings = new RoutingSettings(1 + inDim % 3, random.nextBoolean(), false);
        Layer layer = Layer.random(random, batch, in, inDim, 5, inDim == 24 ? 17 : 16);
        layer.weight().muli(0.3); // large votes would make much of small differences
        String what = settings + ", batch " + batch + ", " + layer.weight().shapeInfoToString();
        assertClose(what, layer.runAfterOthers(settings, engine), layer.expected(settings), 2e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void agreesWithItsTwinWhereTermsAreNotKept(RoutingEngine engine) {
    RoutingEngine forgetful = new RoutingEngine(engine.gemm(), engine.loops(), engine.workers(), 0);
    Random random = new Random(23);
    for (int iterations = 1; iterations <= 5; iterations++) {
      for (boolean leaky : new boolean[] {false, true}) {
        RoutingSettings settings = new RoutingSettings(iterations, leaky, false);
        Layer layer = Layer.random(random, 70, 19, 5, 7, 9);
        INDArray[] made = layer.runAfterOthers(settings, forgetful);
        assertClose(settings.toString(), made, layer.expected(settings), 2e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void isTheSameToTheLastBitByAnyNumberOfWorkers(RoutingEngine engine) {
    for (int batch : new int[] {1, 3, 70}) {
      Layer layer = Layer.random(new Random(4), batch, 210, 8, 10, 16);
      INDArray[] byOne = layer.run(THREE, engine.with(1));
      for (int workers : new int[] {2, 3, 8, 40}) {
        INDArray[] byMany = layer.run(THREE, engine.with(workers));
        for (int k = 0; k < byOne.length; k++) {
          assertThat(Numbers.of(byMany[k]))
              .as("batch %d, %d workers", batch, workers)
              .isEqualTo(Numbers.of(byOne[k]));
        }
      }
    }
  }

  /**
   * What is allocated by a call, all of it by one thread. In plain loops, since the Vector API
   * allocates its vectors until it is compiled.
   */
  @ParameterizedTest
  @CsvSource({"128, 1152, 8, 10, 16, 3", "3, 200, 8, 60, 16, 3", "300, 40, 4, 5, 7, 5"})
  void usesTheScratchMemoryThatItDeclares(
      long batch, int in, int inDim, int out, int dim, int iterations) {
    RoutingSettings settings = new RoutingSettings(iterations, true, false);
    long declared =
        DenseRoutingKernel.scratchBytes(
            new RoutingSizes(settings, in, inDim, out, dim), batch, PLAIN.loops().lanes(), 1);
    // Another size first, for classes and what a thread keeps.
    allocated(kernel(1, in, inDim, out, dim, settings), Nd4j.rand(DataType.FLOAT, 1, out, dim));
    INDArray g = Nd4j.rand(DataType.FLOAT, batch, out, dim);
    DenseRoutingKernel kernel = kernel(batch, in, inDim, out, dim, settings);

    long first = allocated(kernel, g);
    long second = allocated(kernel, g);

    // Forward makes some arrays like the output capsules that are garbage when backward makes
    // others.
    assertThat(first).isBetween((long) (0.7 * declared), (long) (1.3 * declared));
    assertThat(second).as("what is not handed back").isLessThan((long) (0.7 * declared));
  }

  private static DenseRoutingKernel kernel(
      long batch, int in, int inDim, int out, int dim, RoutingSettings settings) {
    return new DenseRoutingKernel(
        Nd4j.rand(DataType.FLOAT, batch, in, inDim),
        Nd4j.rand(DataType.FLOAT, in, out, dim, inDim),
        null,
        settings,
        PLAIN.with(1));
  }

  private static long allocated(DenseRoutingKernel kernel, INDArray upstream) {
    return Allocations.of(
        () -> {
          kernel.forward();
          kernel.backward(upstream);
        });
  }

  /** Votes of 6.2 GB; weights and their gradient take 389 MB each. */
  @Test
  void scratchMemoryOfManyClassesIsSmall() {
    long votes = 128L * 3872 * 196 * 16 * Float.BYTES;
    assertThat(DenseRoutingKernel.scratchBytes(128, 3872, 8, 196, 16, THREE, 2))
        .isLessThan(votes / 64);
  }

  @Test
  void goesBackwardOnlyOnceItWentForward() {
    DenseRoutingKernel kernel =
        new DenseRoutingKernel(
            Nd4j.rand(DataType.FLOAT, 2, 3, 4), Nd4j.rand(DataType.FLOAT, 3, 5, 6, 4), null, THREE);
    assertThatThrownBy(() -> kernel.backward(Nd4j.rand(DataType.FLOAT, 2, 5, 6)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("backward before forward");
  }
}
