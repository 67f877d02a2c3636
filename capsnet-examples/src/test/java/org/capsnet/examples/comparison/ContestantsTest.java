package org.capsnet.examples.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.comparison.Contestant.Group;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.RoutingChoice;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.model.classification.ResNet;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;

class ContestantsTest {

  private static final int SIDE = 28;

  private static final LabeledImages IMAGES =
      new LabeledImages(
          new byte[4 * SIDE * SIDE], 1, SIDE, SIDE, new int[] {0, 1, 0, 1}, List.of("a", "b"));

  private static Contestants none() {
    AugmentationOptions plain = CommandLine.populateCommand(new AugmentationOptions());
    return new Contestants(IMAGES, 2, DataType.FLOAT, plain);
  }

  private static Contestants routed(String... routings) {
    Contestants all = none();
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
    all.addPlainOneOfTheBackbone();
    assertThat(all.taking())
        .extracting(Contestant::name)
        .containsExactly("dynamic", "uniform", "plain, as backbone");
    Contestant plain = all.taking().get(2);
    assertThat(plain.group()).isEqualTo(Group.NETWORK);
    assertThat(plain.architecture()).isInstanceOf(ResNet.Config.class);
    assertThat(plain.loss(10)).isEqualTo(new NegativeLogLikelihood());
    double ratio = (double) plain.parameters() / all.taking().get(0).parameters();
    assertThat(ratio).isCloseTo(1, within(0.05));
  }

  @Test
  void whatCannotLearnTheLabelsOrHasTheFolderOfAnotherIsLeftOut() {
    AugmentationOptions smoothed =
        CommandLine.populateCommand(new AugmentationOptions(), "--smooth-labels", "0.1");
    Contestants all = new Contestants(IMAGES, 2, DataType.FLOAT, smoothed);
    all.addNetworks(List.of(NetworkChoice.MATRIX, NetworkChoice.EFFICIENT));
    all.addNetworks(List.of(NetworkChoice.EFFICIENT));
    assertThat(all.taking()).extracting(Contestant::name).containsExactly("efficient");
    assertThat(all.absent())
        .containsExactly(
            new Contestant.Absent(
                "matrix",
                "--mix-up and --smooth-labels: expected a loss that takes shares of classes, got"
                    + " the spread loss"),
            new Contestant.Absent("efficient", "its folder would be that of efficient"));
  }

  @Test
  void withoutRoutingsThereIsNothingToBeAsLargeAs() {
    Contestants all = none();
    all.addPlainOneOfTheBackbone();
    assertThat(all.taking()).isEmpty();
    assertThat(all.absent()).isEmpty();
  }
}
