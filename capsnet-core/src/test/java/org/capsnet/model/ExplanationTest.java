package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.MedicalCapsNetTest;
import org.capsnet.nn.Init;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExplanationTest {

  private static MedicalCapsNet.Config builder() {
    return MedicalCapsNet.Config.of(new ImageShape(1, 6, 4), 3, 0)
        .with("stages", List.of(Conv.same(3, 3, 1), Conv.same(4, 3, 2)))
        .with("primary", Primary.same(2, 3, 3, 1));
  }

  /** Coupling times activation, looked up capsule by capsule by the layout of their numbers. */
  @Test
  void aPlaceContributesWhatItsCapsulesGave() {
    MedicalCapsNet net = builder().build(Init.seed(0).type(DataType.DOUBLE));
    net.parameters().get("diagnosis.weight").value().muli(20); // so that couplings differ
    net.eval();
    INDArray image = MedicalCapsNetTest.images(net, 1, 2);
    Classification found = net.classify(Variable.constant(image));
    INDArray coupling =
        ((CapsuleLayer) net.children().get("diagnosis")).coupling(found.voters()).value();
    assertThat(coupling.shape()).containsExactly(1, 2 * 3 * 2, 3);
    Capsules grid = found.voters();
    Explanation explanation = Explanation.of(net, image.slice(0), 2);
    assertThat(explanation.label()).isEqualTo(2);
    assertThat(explanation.contributions().shape()).containsExactly(3, 2);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 2; x++) {
        double expected = 0;
        for (int type = 0; type < 2; type++) {
          int capsule = type * 6 + y * 2 + x;
          expected +=
              coupling.getDouble(0, capsule, 2)
                  * grid.activation().value().getDouble(0, type, y, x);
        }
        assertThat(explanation.contributions().getDouble(y, x))
            .as("place %s, %s", y, x)
            .isCloseTo(expected, within(1e-12));
      }
    }
    double differ = coupling.maxNumber().doubleValue() - coupling.minNumber().doubleValue();
    assertThat(differ).isGreaterThan(0.01);
    assertThat(explanation.heatMap().shape()).containsExactly(6, 4);
    assertThat(explanation.reconstruction()).isEmpty();
  }

  /** With one iteration nothing is routed yet: each class gets a third of every capsule. */
  @Test
  void withoutAgreementContributionsAreTheActivations() {
    MedicalCapsNet net =
        builder()
            .with("routing", new DynamicRouting(1))
            .with("reconstructs", false)
            .build(Init.seed(0).type(DataType.DOUBLE));
    net.eval();
    INDArray image = MedicalCapsNetTest.images(net, 1, 2);
    INDArray activation =
        net.primaryCapsules(Variable.constant(image)).activation().value().slice(0).sum(0);
    Explanation explanation = Explanation.of(net, image.slice(0), 0);
    assertThat(explanation.contributions().equalsWithEps(activation.div(3), 1e-12)).isTrue();
    assertThat(explanation.reconstruction()).isEmpty();
  }

  /** Two places over four pixels: their centres stand half a place from the border. */
  @Test
  void theHeatMapGoesFromZeroToOneAndIsBilinear() {
    INDArray places = Nd4j.createFromArray(new double[][] {{3, 7}});
    INDArray heat = Explanation.heatMap(places, 2, 4);
    double[] row = {0, 0.25, 0.75, 1};
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 4; x++) {
        assertThat(heat.getDouble(y, x)).isCloseTo(row[x], within(1e-7));
      }
    }
    INDArray column = Explanation.heatMap(places.transpose(), 4, 1);
    assertThat(column.getDouble(1, 0)).isCloseTo(0.25, within(1e-7));
    INDArray square = Nd4j.createFromArray(new double[][] {{0, 0}, {0, 4}});
    assertThat(Explanation.heatMap(square, 4, 4).getDouble(2, 1))
        .isCloseTo(0.75 * 0.25, within(1e-7));
    INDArray even = Nd4j.ones(DataType.DOUBLE, 2, 2);
    assertThat(Explanation.heatMap(even, 3, 3)).isEqualTo(Nd4j.zeros(DataType.FLOAT, 3, 3));
  }
}
