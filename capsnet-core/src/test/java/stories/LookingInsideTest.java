package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.model.Conv;
import org.capsnet.model.CouplingMap;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.insight.LayerStatistics;
import org.capsnet.model.insight.Perturbation;
import org.capsnet.model.insight.RoutingStatistics;
import org.capsnet.routing.EmRouting;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What routing does within a network. {@code docs/looking-inside.md} takes its code from here. */
class LookingInsideTest {

  private static CapsNet net() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 12, 12))
            .with("stem", List.of(new Conv(8, 3, 1)))
            .with("primary", new Primary(4, 4, 3, 2))
            .with("routing", new EmRouting(2))
            .with("decoder", List.of(8))
            .build(1);
    net.eval();
    return net;
  }

  @Test
  void whatRoutingDoesOverADataSet() {
    CapsNet net = net();
    INDArray images = Nd4j.rand(DataType.FLOAT, 4, 1, 12, 12);

    RoutingStatistics statistics = RoutingStatistics.of(net);
    statistics.add(images); // a batch; any number of them
    for (LayerStatistics layer : statistics.layers()) {
      System.out.printf(
          "%s: entropy %s, agreement %s, dead %.1f %% of %d and %.1f %% of %d capsules%n",
          layer.layer(),
          layer.entropy(),
          layer.agreement(),
          100 * layer.deadInputs(),
          layer.inputs(),
          100 * layer.deadOutputs(),
          layer.outputs());
    }

    assertThat(statistics.layers()).extracting(LayerStatistics::layer).containsExactly("classes");
    assertThat(statistics.layers().get(0).entropy()).hasSize(2);
    assertThat(statistics.layers().get(0).entropy().get(0)).isBetween(0.0, 1.0);
  }

  @Test
  void whichPlacesACapsuleIsMadeOf() {
    CapsNet net = net();
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 1, 12, 12);
    INDArray map;

    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      Capsules classes = net.classify(Variable.constant(images)).classes();
      map = CouplingMap.of(trace.of(classes), 3); // of the fourth class
    }

    assertThat(map.shape()).containsExactly(2, 4, 4);
    assertThat(map.minNumber().doubleValue()).isNotNegative();
    assertThat(map.maxNumber().doubleValue()).isPositive();
  }

  @Test
  void whatTheNumbersOfAPoseStandFor() {
    CapsNet net = net();
    INDArray image = Nd4j.rand(DataType.FLOAT, 1, 1, 12, 12);

    INDArray drawn = Perturbation.of(net, image, Perturbation.PAPER);
    INDArray picture = drawn.slice(2).slice(10).reshape(12, 12); // the third number + 0.25

    assertThat(drawn.shape()).containsExactly(16, 11, 144);
    INDArray asItIs = drawn.slice(2).slice(5); // the third number + 0
    assertThat(drawn.slice(7).slice(5)).isEqualTo(asItIs);
    assertThat(picture).isNotEqualTo(asItIs.reshape(12, 12));
  }
}
