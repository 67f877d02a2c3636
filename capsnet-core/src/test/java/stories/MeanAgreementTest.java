package stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.io.Kinds;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The routing that the README shows, used as it says. */
class MeanAgreementTest {

  @TempDir private Path folder;

  private static RoutingInput input(Variable votes) {
    long[] voters = {votes.size(0), votes.size(1), 1};
    Variable poses = Variable.constant(Nd4j.ones(DataType.DOUBLE, voters));
    return RoutingInput.of(CastVotes.of(Capsules.ofLength(poses), () -> votes), Map.of());
  }

  /** Two input capsules vote 1 and 3 for output capsule 0, and 2 and -2 for output capsule 1. */
  @Test
  void valuesWorkedOutByHand() {
    INDArray votes =
        Nd4j.create(new double[] {1, 2, 3, -2}, new long[] {1, 2, 2, 1}, DataType.DOUBLE);
    RoutingInput in = input(Variable.constant(votes));
    // The means are 2 and 0, so that the agreements are 2 and 0, and 6 and 0.
    double first = 1 / (1 + Math.exp(-0.5 * 2));
    double second = 1 / (1 + Math.exp(-0.5 * 6));
    MeanAgreement routing = new MeanAgreement(0.5);
    assertThat(routing.coupling(in).value().dup('c').data().asDouble())
        .containsExactly(new double[] {first, 1 - first, second, 1 - second}, within(1e-12));
    double s = first + second * 3;
    assertThat(routing.route(in).pose().value().getDouble(0, 0, 0))
        .isCloseTo(s * s / (1 + s * s), within(1e-8));
  }

  @Test
  void gradientsAreTheSlopes() {
    GradientCheck.check(
        leaves -> new MeanAgreement(2).route(input(leaves[0])).pose(),
        GradientCheck.random(new Random(3), 2, 3, 4, 2));
  }

  @Test
  void aNetworkIsSavedAndLoadedWithIt() throws Exception {
    Kinds.register("mean-agreement", MeanAgreement.class);
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 20, 20))
            .with("classes", 3)
            .with("primary", new Primary(2, 4, 9, 2))
            .with("decoder", null)
            .with("routing", new MeanAgreement(4))
            .build(0);
    Path file = folder.resolve("net.safetensors");
    net.save(file);
    CapsNet loaded = Network.load(file, CapsNet.class);
    assertThat(loaded.architecture()).isEqualTo(net.architecture());
    Variable images =
        Variable.constant(Nd4j.linspace(DataType.FLOAT, 0, 1e-3, 800).reshape(2, 1, 20, 20));
    Classification found = net.classify(images);
    assertThat(loaded.classify(images).classes().pose().value())
        .isEqualTo(found.classes().pose().value());
    assertThat(net.classCapsules().coupling(found.voters()).value().sum(-1).toDoubleMatrix()[0][0])
        .isCloseTo(1, within(1e-5));
  }
}
