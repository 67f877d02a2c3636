package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.kernel.Kernels;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.model.CapsuleConv;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.capsnet.routing.EmRouting;
import org.capsnet.testing.Golden;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class MatrixCapsNetTest {

  private static final Map<String, String> NAMES = new TreeMap<>();

  static {
    NAMES.put("stem.0.weight", "stem_w");
    NAMES.put("stem.0.bias", "stem_b");
    NAMES.put("primary.pose.0.weight", "pose_w");
    NAMES.put("primary.pose.0.bias", "pose_b");
    NAMES.put("primary.activation.0.weight", "activation_w");
    NAMES.put("primary.activation.0.bias", "activation_b");
    put("layers.0.votes.", "conv1_");
    put("layers.1.votes.", "conv2_");
    put("classes.", "class_");
  }

  private static void put(String ours, String theirs) {
    NAMES.put(ours + "weight", theirs + "W");
    NAMES.put(ours + "beta_u", theirs + "beta_u");
    NAMES.put(ours + "beta_a", theirs + "beta_a");
  }

  private static MatrixCapsNet.Config small() {
    return MatrixCapsNet.Config.paper()
        .with("image", new ImageShape(1, 16, 16))
        .with("classes", 3)
        .with("stem", new Conv(4, 5, 1))
        .with("types", 2)
        .with("layers", List.of(new CapsuleConv(2, 3, 2), new CapsuleConv(2, 3, 1)))
        .with("routing", new EmRouting(2));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void agreesWithGoldenValuesFromImageToEveryGradient(DataType type) {
    Golden golden = Golden.read("matrix_capsnet_small");
    MatrixCapsNet net = small().build(Init.seed(0).type(type));
    Map<String, INDArray> state = new TreeMap<>();
    net.state()
        .forEach(
            (ours, array) ->
                state.put(ours, golden.get(NAMES.get(ours)).reshape('c', array.shape())));
    net.loadState(state);
    net.eval();
    INDArray x = golden.get("x", type);
    INDArray labels = OneHot.of(golden.get("target"), 3, type);

    Capsules classes = net.classify(Variable.constant(x)).classes();
    golden.assertClose("pose", classes.pose().value());
    golden.assertClose("activation", classes.activation().value());
    Loss loss =
        new ClassificationObjective(net, new SpreadLoss(0.5))
            .loss(new DataSet(x, labels), Step.FIRST);
    golden.assertClose("loss", loss.total().value().reshape(1));
    loss.total().backward();
    net.parameters()
        .forEach(
            (name, p) -> {
              String theirs = NAMES.get(name) + "_grad";
              INDArray gradient = p.variable().gradient();
              golden.assertClose(theirs, gradient.reshape('c', golden.get(theirs).shape()));
            });
  }

  @Test
  void ofThePaperIsSmall() {
    MatrixCapsNet net = MatrixCapsNet.Config.paper().build(0);
    // 3×3 matrices of 16 numbers from 32 types to 32, twice; and 32 to 10.
    long layers = 2 * (9 * 32 * 32 * 16 + 64) + 32 * 10 * 16 + 20;
    assertThat(net.parameterCount())
        .isEqualTo(32 * 25 + 32 + 33 * 32 * 16 + 33 * 32 + layers)
        .isEqualTo(318_964);
    assertThat(net.loss()).isEqualTo(new SpreadLoss(new MarginSchedule(10_000)));
  }

  @Test
  void theSmallOneTakesLessMemory() {
    Init shapes = Init.shapesOnly(DataType.FLOAT);
    Summary small = MatrixCapsNet.Config.small().build(shapes).summary();
    Summary full = MatrixCapsNet.Config.paper().build(shapes).summary();
    double ratio = (double) full.stepBytes(32) / small.stepBytes(32);
    // Without the kernel all votes are kept, of which the small one has far fewer.
    boolean fused = Kernels.fused(DataType.FLOAT);
    assertThat(ratio).isBetween(fused ? 2.0 : 4.0, fused ? 4.0 : 16.0);
    long layers = 9 * 8 * 16 * 16 + 9 * 16 * 16 * 16 + 64 + 16 * 10 * 16 + 20;
    assertThat(small.parameters()).isEqualTo(64 * 25 + 64 + 65 * 8 * 17 + layers); // 68 K, it says
  }

  @Test
  void layersThatDoNotFitAreNamed() {
    assertThatThrownBy(() -> small().with("image", new ImageShape(1, 8, 8)).build(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block 1");
    assertThatThrownBy(() -> small().with("image", new ImageShape(1, 4, 4)).build(0))
        .hasMessageStartingWith("stem convolution 1: a 5×5 kernel does not fit the 4×4 features");
    assertThatThrownBy(() -> new CapsuleConv(1, 0, 1))
        .hasMessage("capsule kernel: expected at least 1, got 0");
  }
}
