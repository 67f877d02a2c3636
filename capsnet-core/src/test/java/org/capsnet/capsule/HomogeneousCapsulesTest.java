package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.MeasuredCost;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class HomogeneousCapsulesTest {

  private static HomogeneousCapsules of(Golden golden, DataType type) {
    HomogeneousCapsules layer = new HomogeneousCapsules(Shape.of(6, 4), 5, Init.seed(1).type(type));
    layer.loadState(
        Map.of(
            "weight", golden.get("W", type),
            "bias", golden.get("beta", type),
            "running_mean", golden.get("running_mean", type),
            "running_var", golden.get("running_var", type)));
    return layer;
  }

  @ParameterizedTest
  @CsvSource({"train, FLOAT", "train, DOUBLE", "eval, FLOAT", "eval, DOUBLE"})
  void agreesWithGoldenValues(String mode, DataType type) {
    Golden golden = Golden.read("hvc_capsules_" + mode);
    HomogeneousCapsules layer = of(golden, type);
    if (mode.equals("train")) {
      layer.train();
    } else {
      layer.eval();
    }
    Variable u = Variable.leaf(golden.get("u", type));
    Capsules out = layer.forward(Capsules.ofLength(u));
    Variable score = out.pose().norm(false, 1e-8, 2);
    golden.assertClose("v", out.pose().value());
    golden.assertClose("score", score.value());
    INDArray probabilities = score.softmax(1).value();
    assertThat(Numbers.difference(out.activation().value(), probabilities)).isLessThan(1e-6);
    Variable.constant(golden.get("upstream_v", type))
        .times(out.pose())
        .sum()
        .plus(Variable.constant(golden.get("upstream_score", type)).times(score).sum())
        .backward();
    golden.assertClose("u_grad", u.gradient());
    golden.assertClose("W_grad", layer.parameters().get("weight").variable().gradient());
    golden.assertClose("beta_grad", layer.parameters().get("bias").variable().gradient());
    golden.assertClose("running_mean_after", layer.state().get("running_mean"));
    golden.assertClose("running_var_after", layer.state().get("running_var"));
  }

  @Test
  void gradientsOfActivationsAreTheSlopes() {
    Shape grid = Shape.of(2, 3, 2, 2);
    HomogeneousCapsules layer =
        new HomogeneousCapsules(grid, 3, Init.seed(2).type(DataType.DOUBLE));
    layer.train();
    Variable u = Variable.leaf(GradientCheck.random(new Random(3), 4, 2, 3, 2, 2));
    Map<String, Variable> leaves = new LinkedHashMap<>(Map.of("pose", u));
    layer.parameters().forEach((name, p) -> leaves.put(name, p.variable()));
    GradientCheck.checkDirections(() -> layer.forward(Capsules.ofLength(u)).activation(), leaves);
  }

  /** Large, small, and no poses, all the same, and one capsule of a kind. */
  @ParameterizedTest
  @CsvSource({
    "1e4, false, 6, 5",
    "1e-4, false, 6, 5",
    "0, false, 6, 5",
    "1, true, 6, 5",
    "1, false, 1, 5",
    "1, false, 6, 1"
  })
  void floatsAreFiniteAndAgreeWithDoubles(double size, boolean same, int in, int out) {
    Capsules floats = hard(DataType.FLOAT, size, same, in, out);
    Capsules doubles = hard(DataType.DOUBLE, size, same, in, out);
    Numbers.assertFinite("poses", floats.pose().value());
    Numbers.assertFloatsAgree("poses", floats.pose().value(), doubles.pose().value());
    Numbers.assertFloatsAgree(
        "activations", floats.activation().value(), doubles.activation().value());
  }

  private static Capsules hard(DataType type, double size, boolean same, int in, int out) {
    INDArray poses = GradientCheck.random(new Random(6), 4, in, 3).muli(size);
    if (same) {
      for (int b = 0; b < 4; b++) {
        poses.slice(b).assign(poses.slice(0).dup());
      }
    }
    Variable u = Variable.leaf(poses.castTo(type));
    HomogeneousCapsules layer =
        new HomogeneousCapsules(Shape.of(in, 3), out, Init.seed(2).type(type));
    layer.train();
    Capsules made = layer.forward(Capsules.ofLength(u));
    made.pose().sum().plus(made.activation().square().sum()).backward();
    Numbers.assertFinite("gradient of poses", u.gradient());
    layer.parameters().forEach((name, p) -> Numbers.assertFinite(name, p.variable().gradient()));
    return made;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void statesItsCost(DataType type) {
    for (Shape in : List.of(Shape.of(40, 16), Shape.of(30, 24))) {
      MeasuredCost.assertCapsulesStated(
          new HomogeneousCapsules(in, 12, Init.seed(1).type(type)), type);
    }
  }

  /** In floats the kernel of their squash copies a gradient more, which lies in another order. */
  @Test
  void statesItsCostBehindPrimaryCapsules() {
    Init init = Init.seed(1).type(DataType.DOUBLE);
    MeasuredCost.assertStated(
        Chain.of(Shape.of(6, 9, 9))
            .then(in -> new PrimaryCapsules(in, 4, 8, 3, Conv2dSpec.UNIT, init))
            .then(in -> new HomogeneousCapsules(in, 5, init)),
        DataType.DOUBLE);
  }

  @Test
  void refusesCapsulesOfAnotherShapeAndNegativeVariances() {
    Golden golden = Golden.read("hvc_capsules_eval");
    HomogeneousCapsules layer = of(golden, DataType.DOUBLE);
    Capsules wrong =
        Capsules.ofLength(Variable.constant(GradientCheck.random(new Random(1), 2, 5, 4)));
    assertThatThrownBy(() -> layer.forward(wrong))
        .hasMessage("capsules: expected [batch, 6, 4], got [2, 5, 4]");
    Map<String, INDArray> state = new LinkedHashMap<>(layer.state());
    state.put("running_var", state.get("running_var").mul(-1));
    assertThatThrownBy(() -> layer.loadState(state))
        .hasMessageContaining("running_var: expected variances of 0 or more");
  }
}
