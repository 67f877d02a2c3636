package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NoOpUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;

/** What ND4J's updaters do, and how PyTorch's differ, as {@link Trainer#updater} says. */
class UpdaterTest {

  private static final double[] GRADIENTS = {1, 0.5, 2, -0.25};
  private static final double RATE = 0.1;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.5;

  /** Large, so that it counts. */
  private static final double EPSILON = 0.1;

  private static final class OneWeight extends Module {
    private final Variable weight;

    OneWeight(DataType type) {
      weight = weight("weight", InitialValue.of(Nd4j.zeros(type, 1))).variable();
    }
  }

  /** How far a weight moves at each step. */
  private static double[] moves(IUpdater updater, DataType type) {
    OneWeight module = new OneWeight(type);
    double[] moves = new double[GRADIENTS.length];
    try (Optimizer optimizer =
        new Optimizer(module, Updaters.of(updater), List.of(), GradientClipping.none())) {
      for (int i = 0; i < moves.length; i++) {
        double before = module.weight.value().getDouble(0);
        module.clearGradients();
        module.weight.backward(Nd4j.valueArrayOf(new long[] {1}, GRADIENTS[i], type));
        optimizer.step(i, 0);
        moves[i] = before - module.weight.value().getDouble(0);
      }
    }
    return moves;
  }

  /** Adam's steps, or AMSGrad's, with an ε at each that is added to the corrected root. */
  private static double[] pytorch(boolean largest, double epsilon, boolean asNd4j) {
    double[] moves = new double[GRADIENTS.length];
    double first = 0;
    double second = 0;
    double most = 0;
    for (int t = 1; t <= moves.length; t++) {
      double g = GRADIENTS[t - 1];
      first = BETA1 * first + (1 - BETA1) * g;
      second = BETA2 * second + (1 - BETA2) * g * g;
      most = largest ? Math.max(most, second) : second;
      double correction = 1 - Math.pow(BETA2, t);
      double added = asNd4j ? epsilon / Math.sqrt(correction) : epsilon;
      moves[t - 1] =
          RATE / (1 - Math.pow(BETA1, t)) * first / (Math.sqrt(most / correction) + added);
    }
    return moves;
  }

  private static Adam adam() {
    return new Adam(RATE, BETA1, BETA2, EPSILON);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void adamsEpsilonIsPytorchsOverTheCorrection(DataType type) {
    double[] moves = moves(adam(), type);
    assertClose(moves, pytorch(false, EPSILON, true), type);
    assertThat(moves[0]).isLessThan(pytorch(false, EPSILON, false)[0] - 1e-3);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void soIsThatOfAmsGrad(DataType type) {
    double[] moves = moves(new AMSGrad(RATE, BETA1, BETA2, EPSILON), type);
    assertClose(moves, pytorch(true, EPSILON, true), type);
    assertThat(moves[0]).isLessThan(pytorch(true, EPSILON, false)[0] - 1e-3);
  }

  @Test
  void theEpsilonOfTheFirstStepsIsLarger() {
    Adam defaults = new Adam();
    assertThat(1 / Math.sqrt(1 - defaults.getBeta2())).isCloseTo(31.6, offset(0.1));
    assertThat(1 / Math.sqrt(1 - Math.pow(defaults.getBeta2(), 100))).isCloseTo(3.24, offset(0.01));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void rmsPropStartsFromEpsilon(DataType type) {
    double[] expected = new double[GRADIENTS.length];
    double mean = EPSILON;
    for (int i = 0; i < expected.length; i++) {
      double g = GRADIENTS[i];
      mean = 0.5 * mean + 0.5 * g * g;
      expected[i] = RATE * g / (Math.sqrt(mean) + EPSILON);
    }
    assertClose(moves(new RmsProp(RATE, 0.5, EPSILON), type), expected, type);
    assertThat(new RmsProp().getRmsDecay()).isEqualTo(0.95);
  }

  /** One that does something of its own, here nothing at all. */
  private static final class Still extends Adam {
    private static final long serialVersionUID = 1L;

    Still() {
      super(RATE, BETA1, BETA2, EPSILON);
    }

    @Override
    public GradientUpdater<?> instantiate(INDArray state, boolean initialize) {
      return new NoOpUpdater(new NoOp());
    }
  }

  /** The fused step is that of Adam itself. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aSubclassOfAdamIsAskedForItsOwnStep(DataType type) {
    assertClose(moves(new Still(), type), GRADIENTS, type);
  }

  private static void assertClose(double[] actual, double[] expected, DataType type) {
    assertThat(actual).containsExactly(expected, offset(type == DataType.FLOAT ? 1e-6 : 1e-12));
  }
}
