package org.capsnet.examples.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.comparison.Contestant.Group;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.RoutingChoice;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.model.classification.ResNet;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class ContestantsTest {

  private static final int SIDE = 28;

  private static final LabeledImages IMAGES =
      new LabeledImages(
          new byte[4 * SIDE * SIDE], 1, SIDE, SIDE, new int[] {0, 1, 0, 1}, List.of("a", "b"));

  private static Contestants routed(String... routings) {
    Contestants all = new Contestants(IMAGES, 2, DataType.FLOAT);
    NetworkChoice network = NetworkChoice.CAPSNET;
    all.addRoutings(
        List.of(routings).stream().map(RoutingChoice::of).toList(),
        network,
        Contestants.backbone(network, false, IMAGES),
        1);
    return all;
  }

  @Test
  void onePlainNetworkIsAsLargeAsThatOfTheRoutings() {
    Contestants all = routed("dynamic", "uniform");
    all.addPlainOneForTheRoutings();
    assertThat(all.taking())
        .extracting(Contestant::name)
        .containsExactly("dynamic", "uniform", "plain, as dynamic");
    Contestant plain = all.taking().get(2);
    assertThat(plain.group()).isEqualTo(Group.NETWORK);
    assertThat(plain.architecture()).isInstanceOf(ResNet.Config.class);
    assertThat(plain.loss(10)).isEqualTo(new NegativeLogLikelihood());
    double ratio = (double) plain.parameters() / all.taking().get(0).parameters();
    assertThat(ratio).isCloseTo(1, within(0.05));
  }

  @Test
  void withoutRoutingsThereIsNothingToBeAsLargeAs() {
    Contestants all = new Contestants(IMAGES, 2, DataType.FLOAT);
    all.addPlainOneForTheRoutings();
    assertThat(all.taking()).isEmpty();
    assertThat(all.absent()).isEmpty();
  }
}
