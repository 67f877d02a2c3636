package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GridRoutingKernelTest {

  /** That of this JVM, which is the Vector API's where the module is there, and the plain one. */
  static Stream<RoutingEngine> engines() {
    return Stream.of(
        RoutingEngine.ofJvm(), new RoutingEngine(new PlainGemm(), new PlainRoutingLoops(), 2));
  }

  /** Operands and dL/dv, in double precision. */
  private record Votes(INDArray votes, INDArray bias, INDArray upstream) {

    static Votes random(Random random, long... shape) {
      return new Votes(
          GradientCheck.random(random, shape),
          GradientCheck.random(random, shape[2], shape[3]),
          GradientCheck.random(random, shape[0], shape[2], shape[3], shape[4], shape[5]));
    }

    /** v and the gradients of the votes and the bias. */
    INDArray[] run(RoutingSettings settings, RoutingEngine engine) {
      GridRoutingKernel kernel = new GridRoutingKernel(real(votes), real(bias), settings, engine);
      INDArray v = kernel.forward();
      GridRoutingKernel.Gradients gradients = kernel.backward(real(upstream));
      return new INDArray[] {v, gradients.votes(), gradients.bias()};
    }

    private static INDArray real(INDArray array) {
      return array.castTo(DataType.FLOAT);
    }

    /** The same of the twin. */
    INDArray[] expected(RoutingSettings settings) {
      Variable u = Variable.leaf(votes);
      Variable b = Variable.leaf(bias);
      Variable activation =
          Variable.constant(Nd4j.ones(DataType.DOUBLE, u.size(0), u.size(1), u.size(4), u.size(5)));
      DynamicRouting routing =
          new DynamicRouting(
              settings.iterations(),
              settings.leaky(),
              settings.lastIterationOnly(),
              true,
              new SabourSquash());
      RoutingInput in = RoutingInput.of(CastVotes.onGrid(u, () -> activation), Map.of("bias", b));
      assertThat(routing.routeFused(in)).isEmpty();
      Variable v = in.reach().onGrid(routing.route(in)).pose();
      v.backward(upstream);
      return new INDArray[] {v.value(), u.gradient(), b.gradient()};
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void agreesWithItsTwinWhateverTheSizes(RoutingEngine engine) {
    Random random = new Random(21);
    for (int round = 0; round < 40; round++) {
      int side = round % 10 == 0 ? 17 : 1 + random.nextInt(9);
      long[] shape = {
        1 + random.nextInt(3),
        1 + random.nextInt(6),
        round % 10 == 2 ? 1 : 1 + random.nextInt(9),
        1 + random.nextInt(10),
        side,
        1 + random.nextInt(9)
      };
      RoutingSettings settings =
          new RoutingSettings(1 + random.nextInt(4), random.nextBoolean(), random.nextBoolean());
      Votes votes = Votes.random(random, shape);
      INDArray[] actual = votes.run(settings, engine);
      INDArray[] expected = votes.expected(settings);
      for (int k = 0; k < expected.length; k++) {
        double size = expected[k].amaxNumber().doubleValue();
        double worst = Numbers.difference(actual[k], expected[k]);
        assertThat(worst)
            .as("%s, %s, result %d", settings, votes.votes().shapeInfoToString(), k)
            .isLessThan(2e-4 * size + 1e-9);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void isTheSameToTheLastBitByAnyNumberOfWorkers(RoutingEngine engine) {
    Votes votes = Votes.random(new Random(4), 3, 4, 5, 6, 15, 11);
    RoutingSettings settings = new RoutingSettings(3, false, false);
    INDArray[] byOne = votes.run(settings, engine.with(1));
    for (int workers : new int[] {2, 3, 40}) {
      INDArray[] byMany = votes.run(settings, engine.with(workers));
      for (int k = 0; k < byOne.length; k++) {
        assertThat(Numbers.of(byMany[k])).as("%d workers", workers).isEqualTo(Numbers.of(byOne[k]));
      }
    }
  }
}
