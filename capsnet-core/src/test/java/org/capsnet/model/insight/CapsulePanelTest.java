package org.capsnet.model.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Explanation;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.HvcCapsNet;
import org.capsnet.model.classification.ResNet;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.nn.Module;
import org.capsnet.testing.EventFile;
import org.capsnet.testing.SmallNetworks;
import org.capsnet.train.tensorboard.EventWriter;
import org.capsnet.train.tensorboard.Panel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

class CapsulePanelTest {

  private static final int IMAGES = 3;

  @TempDir private Path folder;

  static List<Architecture.OfImages<?, ?>> networks() {
    return SmallNetworks.all();
  }

  private Map<String, Summary.Value> written(Panel panel) throws IOException {
    try (EventWriter events = EventWriter.in(folder)) {
      panel.write(events, 5);
      events.close();
      return EventFile.read(events.file()).stream()
          .flatMap(event -> event.values().stream())
          .collect(Collectors.toMap(Summary.Value::getTag, value -> value));
    }
  }

  private static INDArray images(int side) {
    Nd4j.getRandom().setSeed(4);
    return Nd4j.rand(DataType.FLOAT, IMAGES, 1, side, side);
  }

  private static BufferedImage picture(Summary.Value value) throws IOException {
    byte[] png = value.getImage().getEncodedImageString().toByteArray();
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static Classifier capsNet() {
    return (Classifier) SmallNetworks.all().get(0).build(1);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyNetworkShowsWhatItHas(Architecture.OfImages<?, ?> architecture) throws IOException {
    Network<?> net = architecture.build(1);
    Set<String> tags = written(CapsulePanel.of(net, images(16))).keySet();
    boolean draws = net instanceof Reconstructor decoder && decoder.reconstructs();
    assertThat(tags.contains("images/reconstruction")).isEqualTo(draws);
    boolean routed =
        Stream.of(ResNet.class, HvcCapsNet.class).noneMatch(kind -> kind.isInstance(net));
    assertThat(tags.contains("capsules/lengths")).isEqualTo(!routed);
    assertThat(tags.stream().filter(tag -> tag.endsWith(".out")).count() > 0).isEqualTo(routed);
    boolean places = routed && !(net instanceof EfficientCapsNet);
    assertThat(tags.contains("images/coupling")).isEqualTo(places);
  }

  @Test
  void lengthsAreThoseOfTheNetwork() throws IOException {
    Classifier net = capsNet();
    INDArray images = images(16);
    Map<String, Summary.Value> values = written(CapsulePanel.of(net.network(), images));
    assertThat(new TreeSet<>(values.keySet()))
        .containsExactly(
            "capsules/classes.in",
            "capsules/classes.out",
            "images/coupling",
            "images/reconstruction");
    HistogramProto lengths = values.get("capsules/classes.out").getHisto();
    net.network().eval();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      Capsules classes = net.classify(Variable.constant(images)).classes();
      INDArray expected = classes.activation().value();
      assertThat(lengths.getNum()).isEqualTo((double) expected.length());
      assertThat(lengths.getMax()).isCloseTo(expected.maxNumber().doubleValue(), within(1e-6));
      assertThat(lengths.getSum()).isCloseTo(expected.sumNumber().doubleValue(), within(1e-5));
    }
  }

  @Test
  void imagesStandAboveWhatIsDrawn() throws IOException {
    CapsNet net = (CapsNet) capsNet();
    INDArray images = images(16);
    Map<String, Summary.Value> values = written(CapsulePanel.of(net, images));
    net.eval();
    INDArray drawn;
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      drawn =
          Scope.copyDetached(
              Outputs.of(net, Variable.constant(images)).get(Outputs.RECONSTRUCTION).value());
    }
    BufferedImage picture = picture(values.get("images/reconstruction"));
    int tile = 4 * 16 + 2; // each pixel four wide, and a gap
    assertThat(picture.getWidth()).isEqualTo(IMAGES * tile + 2);
    assertThat(picture.getHeight()).isEqualTo(2 * tile + 2);
    for (int i = 0; i < IMAGES; i++) {
      int x = 2 + i * tile + 4 * 7 + 3;
      assertThat(grey(picture, x, 2 + 4 * 9)).isEqualTo(grey(images.getDouble(i, 0, 9, 7)));
      assertThat(grey(picture, x, 2 + tile + 4 * 9)).isEqualTo(grey(drawn.getDouble(i, 0, 9, 7)));
    }
    assertThat(picture.getRGB(0, 0) & 0xffffff).isEqualTo(0xffffff);
  }

  private static int grey(double value) {
    return (int) Math.round(255 * value);
  }

  private static int grey(BufferedImage picture, int x, int y) {
    int rgb = picture.getRGB(x, y);
    assertThat(rgb >> 16 & 255).isEqualTo(rgb & 255);
    return rgb & 255;
  }

  /** Blue where the longest capsule got nothing from, red where it got most from. */
  @Test
  void couplingIsOfTheLongestCapsule() throws IOException {
    Classifier net = capsNet();
    INDArray images = images(16);
    BufferedImage picture =
        picture(written(CapsulePanel.of(net.network(), images)).get("images/coupling"));
    net.network().eval();
    for (int i = 0; i < IMAGES; i++) {
      INDArray image = images.slice(i);
      int longest;
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        longest =
            net.classify(Variable.constant(image.reshape(1, 1, 16, 16)))
                .classes()
                .activation()
                .value()
                .argMax(1)
                .getInt(0);
      }
      INDArray heat = Explanation.of(net, image, longest).heatMap();
      INDArray expected = Tiles.heated(image, heat);
      int x = 2 + i * 66 + 4 * 3;
      int y = 2 + 66 + 4 * 12;
      int rgb = picture.getRGB(x, y);
      for (int c = 0; c < 3; c++) {
        int channel = (rgb >> (8 * (2 - c))) & 255;
        assertThat(channel).isCloseTo(grey(expected.getDouble(c, 12, 3)), within(1));
      }
    }
  }

  /** A frozen part evaluates while the others are trained. */
  @Test
  void eachPartStaysInItsMode() throws IOException {
    Network<?> net = capsNet().network();
    Module part = net.children().values().iterator().next();
    net.train();
    part.eval();
    written(CapsulePanel.of(net, images(16)));
    assertThat(net.training()).isTrue();
    assertThat(part.training()).isFalse();
    net.children().values().stream()
        .filter(child -> child != part)
        .forEach(child -> assertThat(child.training()).isTrue());
  }

  @Test
  void detectorsAndMedicalNetworksAreShown() throws IOException {
    Network<?> detector = GridCapsuleDetector.Config.of(new ImageShape(1, 32, 32), 2).build(1);
    assertThat(written(CapsulePanel.of(detector, images(32))).keySet())
        .anyMatch(tag -> tag.startsWith("capsules/"));
    Network<?> medical =
        MedicalCapsNet.Config.of(new ImageShape(1, 16, 16), 2, SyntheticCells.MASK_NAMES.size())
            .build(1);
    assertThat(written(CapsulePanel.of(medical, images(16))).keySet())
        .contains("capsules/diagnosis.out", "images/reconstruction", "images/coupling");
  }

  @Test
  void noImagesAreRefused() {
    Network<?> net = capsNet().network();
    INDArray none = Nd4j.empty(DataType.FLOAT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CapsulePanel(net, none, images -> Map.of()))
        .withMessage("images: expected at least one, got none");
  }

  /** Of a network with an ability of its own. */
  @Test
  void outputsMayBeOnesOwn() throws IOException {
    ResNet net = (ResNet) SmallNetworks.all().get(8).build(1);
    CapsulePanel panel =
        new CapsulePanel(
            net,
            images(16),
            images -> Map.of(Outputs.LENGTHS, net.classify(images).classes().activation()));
    assertThat(written(panel)).containsOnlyKeys("capsules/lengths");
  }
}
