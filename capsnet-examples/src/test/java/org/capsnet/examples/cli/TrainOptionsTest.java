package org.capsnet.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.capsnet.examples.Outcome;
import org.capsnet.examples.options.Runner;
import org.capsnet.io.Safetensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Each option of a training on one's own pictures changes what comes of it. */
class TrainOptionsTest {

  private static final int COUNT = 8;

  @TempDir private static Path shared;

  private static Path pictures;
  private static Path plain;
  private static Map<String, INDArray> weights;

  @TempDir private Path folder;

  @BeforeAll
  static void trainWithout() throws IOException {
    pictures = shared.resolve("pictures");
    for (int i = 0; i < 2 * COUNT; i++) {
      Path file = pictures.resolve(i % 2 == 0 ? "left" : "top").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(picture(i), "png", file.toFile());
    }
    plain = shared.resolve("plain");
    Outcome outcome = train(plain);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains(" and 4 test images");
    weights = weights(plain);
  }

  /** A bar at the left or at the top, so that a picture is not its mirror image. */
  private static BufferedImage picture(int i) {
    BufferedImage picture = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D g = picture.createGraphics();
    g.setColor(new Color(100 + 9 * i, 100 + 9 * i, 100 + 9 * i));
    g.fillRect(4, 4, i % 2 == 0 ? 3 + i / 2 : 20, i % 2 == 0 ? 20 : 3 + i / 2);
    g.dispose();
    return picture;
  }

  private static Outcome train(Path out, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--images", pictures.toString()));
    args.addAll(List.of("--out", out.toString(), "--epochs", "2"));
    if (!List.of(more).contains("--test-images")) {
      args.addAll(List.of("--test", "0.25"));
    }
    for (String[] usual : new String[][] {{"--network", "efficient"}, {"--batch", "4"}}) {
      if (!List.of(more).contains(usual[0])) {
        args.addAll(List.of(usual));
      }
    }
    if (!List.of(more).contains("--shift")) {
      args.addAll(List.of("--shift", "0"));
    }
    args.addAll(List.of(more));
    return Outcome.of(Runner.line(new Capsnet()), args.toArray(new String[0]));
  }

  private static Map<String, INDArray> weights(Path run) throws IOException {
    return Safetensors.read(run.resolve("model.safetensors")).tensors();
  }

  private Map<String, INDArray> trained(String options) throws IOException {
    Path run = folder.resolve("run" + options.replaceAll("[^a-z]", ""));
    Outcome outcome = train(run, options.split(" ", -1));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    return weights(run);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--batch 2",
        "--learning-rate 0.01",
        "--schedule ONE_CYCLE",
        "--dtype DOUBLE",
        "--seed 2",
        "--moving-average 0.5",
        "--weight-decay 0.5",
        "--shift 3",
        "--rotate 30",
        "--zoom 0.3",
        "--shear 20",
        "--cut-out 8",
        "--erase 1",
        "--flips",
        "--mix-up 0.5",
        "--smooth-labels 0.2",
        "--routing dynamic",
        "--network resnet",
        "--reconstruction-weight 0.1",
        "--train-size 5",
        "--validation 0.4"
      })
  void givesOtherWeights(String option) throws IOException {
    assertThat(trained(option)).isNotEqualTo(weights);
  }

  @Test
  void aSeedRepeatsATraining() throws IOException {
    assertThat(trained("--seed 1")).isEqualTo(weights);
  }

  @Test
  void iterationsOfARouting() throws IOException {
    assertThat(trained("--routing dynamic --routing-iterations 1"))
        .isNotEqualTo(trained("--routing dynamic"));
  }

  @Test
  void aMarginOfTheSpreadLoss() throws IOException {
    Map<String, INDArray> usual = trained("--routing em");
    assertThat(trained("--routing em --margin 0.5")).isNotEqualTo(usual);
    assertThat(trained("--margin 0.9 --routing em")).isEqualTo(usual);
  }

  @Test
  void aShareOfWarpedPictures() throws IOException {
    assertThat(trained("--rotate 30 --warp-share 0.5")).isNotEqualTo(trained("--rotate 30"));
  }

  @Test
  void sharedMatrices() throws IOException {
    INDArray matrices =
        trained("--network capsnet --share-matrices --train-size 2").get("classes.weight");
    assertThat(matrices.length()).isEqualTo(2 * 16 * 8);
  }

  @Test
  void whatIsWrittenAndWhereAndWhatIsTested() throws IOException {
    Path board = folder.resolve("board");
    Path run = folder.resolve("run");
    Outcome outcome =
        train(
            run, "--tensorboard", board.toString(), "--test-size", "1", "--checkpoint-every", "1");
    assertThat(outcome.out()).contains(" and 1 test images");
    try (Stream<Path> events = Files.list(board)) {
      assertThat(events).isNotEmpty();
    }
    assertThat(names(run.resolve("checkpoints"))).isNotEqualTo(names(plain.resolve("checkpoints")));
    assertThat(train(run).status()).isEqualTo(1);
    assertThat(train(run, "--overwrite").status()).isZero();
  }

  @Test
  void picturesForTheTestInTheirOwnFolder() throws IOException {
    Path others = folder.resolve("others");
    for (int i = 0; i < 6; i++) {
      Path file = others.resolve(i % 2 == 0 ? "left" : "top").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      ImageIO.write(picture(i), "png", file.toFile());
    }
    String test = others.toString();
    Outcome outcome = train(folder.resolve("run"), "--test-images", test, "--validation", "0.25");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("12 training, 4 validation and 6 test images");
    train(folder.resolve("both"), "--test-images", test, "--test", "0.25")
        .requireComplaint("Error: --test=SHARE, --test-images=FOLDER are mutually exclusive");
    Outcome same = train(folder.resolve("same"), "--test-images", pictures.toString());
    assertThat(same.status()).isEqualTo(1);
    assertThat(same.err())
        .contains(pictures + ": expected another folder for the test than for training");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aBusyPort() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(busy.getLocalPort());
      Outcome outcome = Outcome.of(Runner.line(new Capsnet()), "explore", "--port", port);
      assertThat(outcome.status()).isEqualTo(1);
      outcome.requireComplaint("port " + port + ": ");
    }
  }
}
