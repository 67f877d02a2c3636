package org.capsnet.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.capsnet.model.Conv;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.nn.Module;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class TrainingLoopTest {

  private final CapsNet net =
      CapsNet.Config.paper()
          .with("stem", List.of(new Conv(4, 9, 4)))
          .with("primary", new Primary(2, 4, 3, 1))
          .with("decoder", List.of(8))
          .build(0);

  @Test
  void everyStepUpdatesTheNetwork() {
    try (TrainingLoop loop =
        new TrainingLoop(ClassificationObjective.standard(net), Operands.digits(4))) {
      double first = loop.step();
      loop.step();
      assertThat(loop.step()).isLessThan(first);
    }
  }

  @Test
  void givenGradientsAreSubtracted() {
    INDArray bias = net.state().get("decoder.0.bias");
    INDArray before = bias.dup();
    try (TrainingLoop loop = new TrainingLoop(new GivenGradients(net), Operands.digits(1))) {
      assertThat(loop.step()).isZero();
    }
    assertThat(bias.sub(before).amaxNumber().doubleValue()).isPositive();
  }

  @Test
  void aFailureReachesTheCaller() {
    Trainable broken =
        new Trainable() {
          @Override
          public Module module() {
            return net;
          }

          @Override
          public Loss loss(DataSet batch, Step step) {
            throw new UnsupportedOperationException("broken");
          }
        };
    try (TrainingLoop loop = new TrainingLoop(broken, Operands.digits(1))) {
      assertThatIllegalStateException()
          .isThrownBy(loop::step)
          .withMessage("the training failed: java.lang.UnsupportedOperationException: broken")
          .havingCause()
          .withMessage("broken");
    }
  }

  @Test
  void aLoopWithoutAStepCloses() {
    new TrainingLoop(ClassificationObjective.standard(net), Operands.digits(1)).close();
  }
}
