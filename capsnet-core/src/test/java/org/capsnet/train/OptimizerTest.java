package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Module;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Updates are compared with ones computed by hand, from gradients that the test chooses. */
class OptimizerTest {

  private static final double[] WEIGHTS = {1, -2, 3, 4, 5, -6};

  /** A weight of two rows and a bias, with settable gradients. */
  private static final class TwoParameters extends Module {

    private final Variable weight =
        weight("weight", InitialValue.of(Nd4j.createFromArray(WEIGHTS).reshape(2, 3))).variable();
    private final Variable bias =
        bias("bias", InitialValue.of(Nd4j.create(new double[] {0.5, -0.5}))).variable();

    void gradients(double ofWeight, double ofBias) {
      clearGradients();
      weight.backward(Nd4j.valueArrayOf(weight.shape(), ofWeight, DataType.DOUBLE));
      bias.backward(Nd4j.valueArrayOf(bias.shape(), ofBias, DataType.DOUBLE));
    }

    double[] weights() {
      return weight.value().dup().data().asDouble();
    }

    double[] biases() {
      return bias.value().dup().data().asDouble();
    }
  }

  private final TwoParameters module = new TwoParameters();

  private void step(int steps, IUpdater updater, Regularization... regularizations) {
    try (Optimizer optimizer =
        new Optimizer(
            module, Updaters.of(updater), List.of(regularizations), GradientClipping.none())) {
      for (int i = 0; i < steps; i++) {
        module.gradients(2, 0.25);
        optimizer.step(i, i / 2);
      }
    }
  }

  private void assertMoved(double ofWeight, double ofBias) {
    assertWeights(w -> w - ofWeight);
    assertThat(module.biases())
        .containsExactly(new double[] {0.5 - ofBias, -0.5 - ofBias}, within(1e-9));
  }

  private void assertWeights(DoubleUnaryOperator moved) {
    assertThat(module.weights())
        .containsExactly(DoubleStream.of(WEIGHTS).map(moved).toArray(), within(1e-9));
  }

  @Test
  void sgdSubtractsTheScaledGradient() {
    step(3, new Sgd(0.1));
    assertMoved(3 * 0.1 * 2, 3 * 0.1 * 0.25);
  }

  @Test
  void schedulesCountIterations() {
    step(3, new Sgd(new ExponentialSchedule(ScheduleType.ITERATION, 0.1, 0.5)));
    assertMoved((0.1 + 0.05 + 0.025) * 2, (0.1 + 0.05 + 0.025) * 0.25);
  }

  @Test
  void schedulesCountEpochs() {
    step(3, new Sgd(new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.5)));
    assertMoved((0.1 + 0.1 + 0.05) * 2, (0.1 + 0.1 + 0.05) * 0.25);
  }

  @Test
  void adamFollowsItsPaper() {
    step(5, new Adam(0.01));
    assertMoved(adam(5, 2, 0.01), adam(5, 0.25, 0.01));
  }

  /** Algorithm 1 of Kingma and Ba (2015), in the order of computation of its section 2. */
  private static double adam(int steps, double gradient, double rate) {
    double m = 0;
    double v = 0;
    double moved = 0;
    for (int t = 1; t <= steps; t++) {
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient * gradient;
      double corrected = rate * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
      moved += corrected * m / (Math.sqrt(v) + 1e-8);
    }
    return moved;
  }

  @Test
  void everyStatefulUpdaterMovesAllElementsAlike() {
    for (IUpdater updater :
        List.of(
            new Nadam(0.01),
            new AMSGrad(0.01),
            new AdaGrad(0.01),
            new AdaMax(0.01),
            new AdaDelta(),
            new RmsProp(0.01),
            new Nesterovs(0.01, 0.9))) {
      double[] before = module.weights();
      step(3, updater);
      double[] after = module.weights();
      for (int i = 0; i < after.length; i++) {
        assertThat(before[i] - after[i])
            .as(updater.toString())
            .isPositive()
            .isCloseTo(before[0] - after[0], within(1e-9));
      }
    }
  }

  @Test
  void noOpSubtractsTheGradient() {
    step(1, new NoOp());
    assertMoved(2, 0.25);
  }

  @Test
  void anUpdaterThatNd4jCannotSetUpIsNamed() {
    assertThatThrownBy(() -> step(1, new AdaBelief(0.01)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("updater: ND4J fails to set up its AdaBelief");
  }

  @Test
  void l2EntersTheGradientOfWeightsOnly() {
    step(1, new Sgd(0.1), new L2Regularization(0.5));
    assertWeights(w -> w - 0.1 * (2 + 0.5 * w));
    assertThat(module.biases()).containsExactly(new double[] {0.475, -0.525}, within(1e-9));
  }

  @Test
  void l1EntersTheGradientOfWeightsOnly() {
    step(1, new Sgd(0.1), new L1Regularization(0.5));
    assertWeights(w -> w - 0.1 * (2 + 0.5 * Math.signum(w)));
    assertThat(module.biases()).containsExactly(new double[] {0.475, -0.525}, within(1e-9));
  }

  @Test
  void weightDecayIsDecoupledFromTheUpdater() {
    step(1, new Adam(0.01), new WeightDecay(0.5, true));
    assertWeights(w -> w - adam(1, 2, 0.01) - 0.01 * 0.5 * w);
    assertThat(module.biases()[0]).isCloseTo(0.5 - adam(1, 0.25, 0.01), within(1e-9));
  }

  @Test
  void weightDecayWithoutALearningRateIsTakenAsItIs() {
    step(1, new NoOp(), new WeightDecay(0.5, true));
    assertWeights(w -> w - 2 - 0.5 * w);
  }

  @Test
  void aParameterThatWasNotReachedStays() {
    try (Optimizer optimizer =
        new Optimizer(
            module,
            Updaters.of(new Adam(0.1)),
            List.of(new WeightDecay(0.5, true)),
            GradientClipping.byGlobalNorm(1))) {
      module.bias.backward(Nd4j.ones(DataType.DOUBLE, 2));
      optimizer.step(0, 0);
    }
    assertWeights(w -> w);
    assertThat(module.biases()[0]).isLessThan(0.5);
  }

  @Test
  void clippingByGlobalNormScalesAllGradientsByOneFactor() {
    INDArray a = Nd4j.create(new double[] {3, 0});
    INDArray b = Nd4j.create(new double[][] {{4}, {12}});
    GradientClipping.byGlobalNorm(6.5).clip(List.of(a, b));
    assertThat(a.toDoubleVector()).containsExactly(new double[] {1.5, 0}, within(1e-12));
    assertThat(b.data().asDouble()).containsExactly(new double[] {2, 6}, within(1e-12));
    GradientClipping.byGlobalNorm(6.5001).clip(List.of(a, b));
    assertThat(a.getDouble(0)).isCloseTo(1.5, within(1e-12));
  }

  @Test
  void clippingByValueCutsEachElement() {
    INDArray a = Nd4j.create(new double[] {3, -0.5, -7, 0.25});
    GradientClipping.byValue(0.5).clip(List.of(a));
    assertThat(a.toDoubleVector()).containsExactly(0.5, -0.5, -0.5, 0.25);
  }

  @Test
  void clippingLeavesWhatIsNotANumberForTheTrainerToSee() {
    INDArray a = Nd4j.create(new double[] {3, Double.NaN});
    GradientClipping.byValue(0.5).clip(List.of(a));
    assertThat(a.toDoubleVector()).containsExactly(0.5, Double.NaN);
    GradientClipping.byGlobalNorm(0.1).clip(List.of(a));
    assertThat(a.getDouble(1)).isNaN();
  }

  /** The squares of floats from 1.8e19 on are infinite. */
  @Test
  void clippingByGlobalNormScalesLargeGradients() {
    INDArray a = Nd4j.createFromArray(3e30f, -4e30f);
    GradientClipping.byGlobalNorm(5).clip(List.of(a));
    assertThat(a.toDoubleVector()).containsExactly(new double[] {3, -4}, within(1e-5));
  }

  @Test
  void clippingToNothingIsRefused() {
    assertThatThrownBy(() -> GradientClipping.byValue(0)).hasMessageContaining("above 0, got 0.0");
    assertThatThrownBy(() -> GradientClipping.byGlobalNorm(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A weight of many numbers of a type, and gradients that change from step to step. */
  private static final class ManyWeights extends Module {
    private final Variable weight;

    ManyWeights(DataType type) {
      weight =
          weight("weight", InitialValue.of(Nd4j.linspace(-1, 1, 5001, type).reshape(3, 1667)))
              .variable();
    }

    double[] trained(IUpdater updater, Regularization... regularizations) {
      try (Optimizer optimizer =
          new Optimizer(
              this, Updaters.of(updater), List.of(regularizations), GradientClipping.none())) {
        for (int i = 0; i < 20; i++) {
          clearGradients();
          weight.backward(weight.value().mul(3 + i).addi(i % 2 == 0 ? 0.5 : -1));
          optimizer.step(i, i / 10);
        }
      }
      return weight.value().dup('c').data().asDouble();
    }
  }

  @Test
  void fusedAdamIsAdam() {
    Adam adam =
        Adam.builder()
            .learningRateSchedule(new ExponentialSchedule(ScheduleType.ITERATION, 0.01, 0.9))
            .beta1(0.8)
            .beta2(0.95)
            .epsilon(1e-3)
            .build();
    List<Regularization[]> all =
        List.of(
            new Regularization[0],
            new Regularization[] {new L2Regularization(0.1)},
            new Regularization[] {new WeightDecay(0.1, true)});
    for (Regularization[] regularizations : all) {
      double[] fused = new ManyWeights(DataType.FLOAT).trained(adam, regularizations);
      double[] twin = new ManyWeights(DataType.DOUBLE).trained(adam, regularizations);
      assertThat(fused).containsExactly(twin, within(1e-6));
    }
  }
}
