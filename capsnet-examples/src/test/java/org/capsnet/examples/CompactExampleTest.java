package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.io.Safetensors;
import org.capsnet.model.Network;
import org.capsnet.model.classification.EfficientCapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.ResNet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class CompactExampleTest {

  @TempDir private Path folder;
  private Path model;
  private EfficientCapsNet before;

  @BeforeEach
  void save() throws IOException {
    model = folder.resolve("model.safetensors");
    before = EfficientCapsNet.Config.paper().build(3);
    new ImageClassifier(before, IntStream.range(0, 10).mapToObj(Integer::toString).toList())
        .save(model);
  }

  private Outcome run(String... args) {
    String[] all = new String[args.length + 6];
    System.arraycopy(args, 0, all, 0, args.length);
    List<String> common =
        List.of("--train-size", "40", "--test-size", "20", "--out", folder.resolve("out") + "");
    System.arraycopy(common.toArray(), 0, all, args.length, 6);
    return Outcome.of(new CompactExample(), all);
  }

  @Test
  void onlyTheDecoderIsNewAndTheFileIsSmall() throws IOException {
    Outcome outcome =
        run("--model", model + "", "--decoder", "8,12", "--epochs", "2", "--note", "data=digits");
    assertThat(outcome.lastLine()).startsWith("test accuracy: ").endsWith(" % now");

    Path file = folder.resolve("out").resolve("model.safetensors");
    assertThat(Files.size(file)).isLessThan(Files.size(model) / 16);
    assertThat(Safetensors.read(file).metadata())
        .containsEntry("provenance.data", "digits")
        .containsEntry("provenance.seed", "1")
        .containsEntry(
            "provenance.test accuracy",
            outcome.lastLine().replaceFirst(".* before, (.*) now", "$1 of 20 images"));
    EfficientCapsNet after = Network.load(file, EfficientCapsNet.class);
    assertThat(after.architecture())
        .isEqualTo(before.architecture().with("decoder", List.of(8, 12)));
    before
        .state()
        .forEach(
            (name, array) -> {
              if (!name.startsWith("decoder.")) {
                INDArray rounded = array.castTo(DataType.FLOAT16).castTo(DataType.FLOAT);
                assertThat(after.state().get(name)).as(name).isEqualTo(rounded);
              }
            });
    EfficientCapsNet untrained = after.architecture().build(1);
    double moved =
        after.state().get("decoder.0.weight").distance2(untrained.state().get("decoder.0.weight"));
    assertThat(moved).isGreaterThan(1e-4);
    assertThat(ImageClassifier.load(file).classNames()).contains("7");
    assertThat(folder.resolve("out").toFile().list())
        .containsExactlyInAnyOrder("model.safetensors", "reconstructions.png", "perturbations.png");
  }

  @Test
  void aSeedAndEpochsCount() throws IOException {
    Path file = folder.resolve("out").resolve("model.safetensors");
    float[] first = decoder(file, "--epochs", "1", "--seed", "2");
    assertThat(decoder(file, "--epochs", "1", "--seed", "2")).containsExactly(first, within(0.0f));
    assertThat(decoder(file, "--epochs", "1", "--seed", "4")).isNotEqualTo(first);
    assertThat(decoder(file, "--epochs", "2", "--seed", "2")).isNotEqualTo(first);
    assertThat(decoder(file, "--epochs", "1", "--seed", "2", "--learning-rate", "0.01"))
        .isNotEqualTo(first);
    assertThat(decoder(file, "--epochs", "1", "--seed", "2", "--batch", "8")).isNotEqualTo(first);
    assertThat(decoder(file, "--epochs", "1", "--seed", "2", "--shift", "0")).isNotEqualTo(first);
  }

  private float[] decoder(Path file, String... args) throws IOException {
    String[] all = new String[args.length + 5];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(
        new String[] {"--model", model + "", "--decoder", "4", "--overwrite"},
        0,
        all,
        args.length,
        5);
    run(all).lastLine();
    return Safetensors.read(file)
        .tensors()
        .get("decoder.2.weight")
        .castTo(DataType.FLOAT)
        .ravel()
        .toFloatVector();
  }

  @Test
  void nothingIsWrittenOver() throws IOException {
    Path file = folder.resolve("out").resolve("model.safetensors");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "another");
    run("--model", model + "")
        .requireComplaint(file + " exists: --overwrite replaces it, --out takes another folder");
    assertThat(file).hasContent("another");

    Files.copy(model, file, StandardCopyOption.REPLACE_EXISTING);
    run("--model", file + "", "--overwrite")
        .requireComplaint(file + " is the model that is made small: --out takes another folder");
    assertThat(file).hasSameBinaryContentAs(model);
  }

  @Test
  void whatHasNoDecoderOrOtherSizesIsRefused() throws IOException {
    new ImageClassifier(ResNet.Config.paper().with("classes", 2).build(1), List.of("a", "b"))
        .save(model);
    Outcome outcome = run("--model", model + "");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("decoder").hasLineCount(1);

    assertThat(run("--model", model + "", "--decoder", "0").status()).isEqualTo(2);
    assertThat(run("--decoder", "4").err()).contains("--model");
    assertThat(run("--model", folder + "/none").err()).contains("no such file");
  }
}
