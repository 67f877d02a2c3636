package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Blocks of capsules that have no votes: features taken for capsules, joined, and left out. */
class CapsuleBlocksTest {

  private static final Init INIT = Init.seed(3).type(DataType.DOUBLE);

  private static INDArray random(long... shape) {
    return GradientCheck.random(new Random(5), shape);
  }

  @Test
  void featuresAreCapsulesThatAreAllThere() {
    INDArray features = random(2, 6, 4);
    FeatureCapsules layer = new FeatureCapsules(Shape.of(6, 4), 3);
    Capsules made = layer.forward(Variable.constant(features));
    assertThat(layer.output()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(layer.activations()).isEqualTo(8);
    assertThat(made.pose().value().getDouble(1, 1, 2, 3)).isEqualTo(features.getDouble(1, 5, 3));
    assertThat(made.features().value()).isEqualTo(features);
    assertThat(made.activation().value()).isEqualTo(Nd4j.ones(DataType.DOUBLE, 2, 2, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureCapsules(Shape.of(6, 4), 4))
        .withMessage("channels of capsules: expected a multiple of their dimension 4, got 6");
  }

  @Test
  void joinedCapsulesAreThoseThatCameInAndBehindThemThoseMadeOfThem() {
    Shape in = Shape.of(2, 3, 5, 4);
    Conv2dSpec halving = Conv2dSpec.UNIT.withStride(2);
    ConvolvedCapsules2d layer = new ConvolvedCapsules2d(in, 4, 3, 2, halving, INIT);
    JoinedCapsules joined = new JoinedCapsules(Chain.<Capsules>start(in).then(x -> layer));
    Capsules given = Capsules.present(Variable.constant(random(2, 2, 3, 5, 4)));
    Capsules made = joined.forward(given);

    assertThat(joined.output()).isEqualTo(Shape.of(2 * 5 * 4 + 4 * 2 * 2, 3));
    assertThat(joined.activations()).isEqualTo(56);
    assertThat(joined.parameters().keySet()).allMatch(name -> name.startsWith("0.capsules."));
    assertThat(made.pose().slice(1, 0, 40).value()).isEqualTo(given.flat().pose().value());
    Capsules behind = layer.forward(given).flat();
    assertThat(made.pose().slice(1, 40, 56).value()).isEqualTo(behind.pose().value());
    assertThat(made.activation().slice(1, 40, 56).value()).isEqualTo(behind.activation().value());

    Chain<Capsules, Capsules> other =
        Chain.<Capsules>start(in).then(x -> new ConvolvedCapsules2d(x, 4, 2, 2, halving, INIT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JoinedCapsules(other))
        .withMessage("dimension of joined capsules: expected 3, got 2");
  }

  @Test
  void dropoutLeavesOutWholeTypesInTrainingAlone() {
    CapsuleDropout drop = new CapsuleDropout(Shape.of(3, 2, 4), 0.5, 7, INIT);
    Capsules in = Capsules.present(Variable.constant(random(20, 3, 2, 4)));
    Capsules first = drop.forward(in);
    INDArray once = first.pose().value();
    int left = 0;
    for (int b = 0; b < 20; b++) {
      for (int type = 0; type < 3; type++) {
        INDArray all = in.pose().value().slice(b).slice(type);
        INDArray kept = once.slice(b).slice(type);
        boolean isLeft = kept.maxNumber().doubleValue() == 0 && kept.minNumber().doubleValue() == 0;
        assertThat(kept).isEqualTo(isLeft ? all.mul(0) : all.mul(2));
        INDArray active = first.activation().value().slice(b).slice(type);
        assertThat(active).isEqualTo(active.like().assign(isLeft ? 0 : 1));
        left += isLeft ? 1 : 0;
      }
    }
    assertThat(left).isBetween(15, 45);
    assertThat(drop.forward(in).pose().value()).as("another mask").isNotEqualTo(once);

    CapsuleDropout again = new CapsuleDropout(Shape.of(3, 2, 4), 0.5, 7, INIT);
    assertThat(again.forward(in).pose().value()).isEqualTo(once);
    assertThat(drop.state().get("counter").getLong(0)).isEqualTo(2);
    drop.eval();
    assertThat(drop.forward(in)).isSameAs(in);
  }
}
