package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Init;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.schedule.FixedSchedule;

class EfficientCapsNetTest {

  /** The names of the file for those of the network, of which some are numbered. */
  private static final Map<String, String> NAMES = new TreeMap<>();

  static {
    for (int i = 0; i < 3; i++) {
      String convolution = "stem." + 3 * i + ".";
      String norm = "stem." + (3 * i + 2) + ".";
      NAMES.put(convolution + "weight", "conv%d_w".formatted(i + 1));
      NAMES.put(convolution + "bias", "conv%d_b".formatted(i + 1));
      NAMES.put(norm + "weight", "bn%d_gamma".formatted(i + 1));
      NAMES.put(norm + "bias", "bn%d_beta".formatted(i + 1));
      NAMES.put(norm + "running_mean", "bn%d_mean".formatted(i + 1));
      NAMES.put(norm + "running_var", "bn%d_var".formatted(i + 1));
      NAMES.put("decoder.%d.weight".formatted(2 * i), "fc%d_w".formatted(i + 1));
      NAMES.put("decoder.%d.bias".formatted(2 * i), "fc%d_b".formatted(i + 1));
    }
    NAMES.put("primary.conv.weight", "primary_w");
    NAMES.put("primary.conv.bias", "primary_b");
    NAMES.put("classes.weight", "caps_w");
    NAMES.put("classes.prior", "caps_prior");
  }

  private static EfficientCapsNet.Config small() {
    return EfficientCapsNet.Config.paper()
        .with("image", new ImageShape(1, 16, 16))
        .with("classes", 3)
        .with("stem", List.of(new Conv(4, 5, 1), new Conv(6, 3, 2), new Conv(12, 3, 1)))
        .with("dim", 3)
        .with("classDim", 4)
        .with("decoder", List.of(10, 12));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void agreesWithGoldenValuesFromImageToEveryGradient(DataType type) {
    Golden golden = Golden.read("efficient_capsnet_small");
    EfficientCapsNet net = small().build(Init.seed(0).type(type));
    Map<String, INDArray> state = new TreeMap<>();
    NAMES.forEach((ours, theirs) -> state.put(ours, golden.get(theirs)));
    net.loadState(state);
    net.eval();
    INDArray x = golden.get("x", type);
    INDArray labels = golden.get("onehot", type);

    Classification found = net.classify(Variable.constant(x));
    Capsules classes = found.classes();
    golden.assertClose("primary_capsules", found.voters().flat().pose().value());
    golden.assertClose("class_capsules", classes.pose().value());
    golden.assertClose("length", classes.activation().value());
    golden.assertClose("reconstruction", net.reconstruct(classes, labels).value());

    // The definition has 0.392 of the mean over 256 pixels, that of the paper's 784 is 0.0005.
    Loss loss =
        new ClassificationObjective(
                net,
                MarginLoss.standard(),
                ReconstructionLoss.SQUARED_ERROR,
                new FixedSchedule(0.392 / 256))
            .loss(new DataSet(x, labels), Step.FIRST);
    golden.assertClose("loss", loss.total().value().reshape(1));
    loss.total().backward();
    net.parameters()
        .forEach(
            (name, p) -> golden.assertClose(NAMES.get(name) + "_grad", p.variable().gradient()));
  }

  @Test
  void ofThePaperHasTheNumberOfParametersThatItStates() {
    EfficientCapsNet.Config paper = EfficientCapsNet.Config.paper();
    assertThat(paper.with("decoder", null).build(0).parameterCount()).isEqualTo(161_824);
    EfficientCapsNet net = paper.build(0);
    assertThat(net.parameterCount()).isEqualTo(161_824 + 1_411_344);
    assertThat(net.summary().parameters()).isEqualTo(net.parameterCount());
  }

  @Test
  void sizesThatDoNotFitAreToldInOneLine() {
    assertThatThrownBy(() -> EfficientCapsNet.Config.paper().with("dim", 7).build(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "channels of the last convolution: expected a multiple of the primary capsule dimension"
                + " 7, got 128");
    assertThatThrownBy(() -> EfficientCapsNet.Config.paper().with("stem", List.of()))
        .hasMessage("stem convolutions: expected at least 1, got 0");
    assertThatThrownBy(() -> small().with("image", new ImageShape(1, 9, 9)).build(0))
        .hasMessageStartingWith("stem convolution 3: a 3×3 kernel does not fit the 2×2 features")
        .hasMessageContaining("images of at least 11×11 would fit");
  }

  /** The kernel of the primary capsules slides along the longer side. */
  @Test
  void takesOblongImages() {
    EfficientCapsNet net = small().with("image", new ImageShape(1, 16, 20)).build(0);
    assertThat(net.summary().toString()).containsPattern("primary +\\[4, 3, 1, 3] ");
  }

  /** A squash of long vectors has no slope: with weights 1/√fanIn it is saturated at the start. */
  @Test
  void primaryCapsulesStartShort() {
    EfficientCapsNet net = EfficientCapsNet.Config.paper().with("decoder", null).build(1);
    INDArray x =
        GradientCheck.random(new Random(1), 16, 1, 28, 28)
            .muli(0.3)
            .addi(0.5)
            .castTo(DataType.FLOAT);
    Capsules found = net.classify(Variable.constant(x)).voters();
    assertThat(found.activation().value().meanNumber().doubleValue()).isBetween(0.05, 0.6);
  }
}
