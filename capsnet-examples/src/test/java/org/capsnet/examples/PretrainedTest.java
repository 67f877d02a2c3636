package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.digits.BundledMnist;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The trained network that comes with the library, on the digits that come with the examples. */
class PretrainedTest {

  private static byte[] file() throws IOException {
    try (InputStream in =
        EfficientCapsNet.class.getResourceAsStream("efficient-mnist.safetensors")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void itIsSmallAndSaysWhereItComesFrom() throws IOException {
    assertThat(file()).hasSizeLessThan(1_000_000);
    Map<String, String> kept =
        Safetensors.read(Path.of("efficient-mnist.safetensors"), file()).metadata();
    assertThat(kept)
        .containsKeys(
            "provenance.command",
            "provenance.decoder command",
            "provenance.commit",
            "provenance.seed",
            "provenance.data",
            "provenance.licence of the data",
            "provenance.test accuracy");
    String results = Files.readString(Path.of("..", "docs", "RESULTS.md"));
    String options = kept.get("provenance.command").substring("MnistExample ".length());
    assertThat(results).contains("-Dexample.args=\"" + options + " --out runs/mnist-pretrained\"");
    String decoder = kept.get("provenance.decoder command").substring("CompactExample ".length());
    assertThat(results).contains("-Dexample.args=\"" + decoder + " --out runs/compact\"");
    String accuracy = kept.get("provenance.test accuracy");
    assertThat(results)
        .contains("**" + accuracy.substring(0, accuracy.indexOf(" of ")) + "**")
        .contains(String.format(Locale.ROOT, "| file | %,d bytes", file().length));
  }

  /** 99.55 %, as RESULTS says; with the sums of another processor one digit more or less. */
  @Test
  void itStillReachesItsAccuracyOnTheBundledTestDigits() throws IOException {
    LabeledImages test = BundledMnist.test();
    assertThat(test.count()).isEqualTo(2000);
    try (ImageClassifier digits = ImageClassifier.ofDigits()) {
      assertThat(digits.net().training()).isFalse();
      assertThat(digits.evaluate(test).accuracy()).isCloseTo(0.9955, within(0.00051));
    }
  }

  /** The squared error of a picture of the mean of all digits is about 52. */
  @Test
  void itDrawsTheDigitsThatItSees() throws IOException {
    LabeledImages test = BundledMnist.test();
    try (ImageClassifier digits = ImageClassifier.ofDigits()) {
      double error = 0;
      for (int i = 0; i < 50; i++) {
        INDArray image = test.image(i);
        Prediction prediction = digits.predict(image);
        error += image.squaredDistance(prediction.reconstruction().orElseThrow()) / 50;
      }
      assertThat(error).isLessThan(20);
      assertThat(((Reconstructor) digits.ability()).reconstructs()).isTrue();
    }
  }
}
