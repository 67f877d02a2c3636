package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.capsnet.testing.GradientCheck.check;

import java.util.Random;
import java.util.function.Function;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CheckpointTest {

  private final Random random = new Random(9);

  private INDArray random(long... shape) {
    return GradientCheck.random(random, shape);
  }

  @Test
  void theGradientIsTheSlope() {
    check(
        v -> Checkpoint.run(u -> u[0].times(u[1]).exp().matmul(u[1]), v[0], v[1]),
        random(3, 3),
        random(3, 3));
    check(
        v -> {
          Variable y = Checkpoint.run(u -> u[0].tanh(), v[0].exp());
          return Checkpoint.run(u -> u[0].times(v[0]), y).plus(y);
        },
        random(2, 3));
  }

  @Test
  void leavesThatAreNotInputsGetTheirGradientsToo() {
    Variable w = Variable.leaf(random(3, 3));
    Variable x = Variable.constant(random(2, 3));
    Checkpoint.run(u -> u[0].matmul(w).square(), x).sum().backward();
    INDArray checkpointed = w.gradient().dup();
    w.clearGradient();
    x.matmul(w).square().sum().backward();
    assertThat(checkpointed).isEqualTo(w.gradient());
  }

  @Test
  void checkpointsNest() {
    INDArray x = random(2, 3);
    Function<Variable[], Variable> inner = u -> u[0].exp().square();
    check(v -> Checkpoint.run(u -> Checkpoint.run(inner, u[0].tanh()).plus(u[0]), v[0]), x);
  }

  @Test
  void whatNothingDependsOnHasAGradientOfZero() {
    Variable x = Variable.leaf(random(2));
    Checkpoint.run(u -> Variable.constant(Nd4j.ones(DataType.DOUBLE, 2)), x).sum().backward();
    assertThat(x.gradient()).isEqualTo(Nd4j.zeros(DataType.DOUBLE, 2));
  }

  @Test
  void nothingIsRecordedInANoGradScope() {
    Variable x = Variable.leaf(random(2));
    try (NoGrad scope = NoGrad.enter()) {
      assertThat(Checkpoint.run(u -> u[0].exp(), x).needsGradient()).isFalse();
    }
  }

  @Test
  void theOuterScopeHoldsLess() {
    Variable x = Variable.leaf(random(100, 100));
    Function<Variable[], Variable> deep =
        u -> {
          Variable y = u[0];
          for (int i = 0; i < 10; i++) {
            y = y.tanh();
          }
          return y;
        };
    long whole = bytesOfAStep(deep, x);
    INDArray gradient = x.gradient().dup();
    x.clearGradient();
    long checkpointed = bytesOfAStep(v -> Checkpoint.run(deep, v), x);
    assertThat(x.gradient()).isEqualTo(gradient);
    assertThat(checkpointed).isLessThan(whole / 4);
  }

  private static long bytesOfAStep(Function<Variable[], Variable> function, Variable x) {
    for (int warmUp = 0; warmUp < 2; warmUp++) {
      try (Scope scope = Scope.open()) {
        function.apply(new Variable[] {x}).sum().backward();
        x.clearGradient();
      }
    }
    try (Scope scope = Scope.open()) {
      function.apply(new Variable[] {x}).sum().backward();
      return ScopeTest.outermostBytes();
    }
  }
}
