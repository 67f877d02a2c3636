package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.io.Safetensors;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.nn.Init;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks in files with numbers of another type than they compute with. */
class StoredTypeTest {

  @TempDir private Path folder;

  private static CapsNet net(DataType type) {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("stem", List.of(new Conv(4, 3, 1)))
        .with("primary", new Primary(2, 4, 3, 2, 0))
        .with("classes", 3)
        .with("classDim", 4)
        .with("decoder", List.of(6))
        .build(Init.of(new Random(5), type));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
  void eachNumberComesBackRoundedOnce(DataType stored) throws IOException {
    for (DataType own : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      CapsNet net = net(own);
      Path file = folder.resolve("%s-%s".formatted(own, stored));
      net.save(file, Map.of("key", "value"), stored);
      assertThat(Safetensors.read(file).metadata()).containsEntry("key", "value");
      CapsNet again = Network.load(file, CapsNet.class);
      assertThat(again.type()).isEqualTo(stored == DataType.DOUBLE ? stored : DataType.FLOAT);
      net.state()
          .forEach(
              (name, array) ->
                  assertThat(Numbers.of(again.state().get(name)))
                      .as(name)
                      .containsExactly(Numbers.of(array.castTo(stored))));
      CapsNet other = net(own);
      assertThat(other.loadMatching(file).loaded()).hasSameSizeAs(net.state().keySet());
    }
  }

  @Test
  void halvesTakeHalfTheBytesAndPredictNearlyTheSame() throws IOException {
    ImageClassifier classifier = new ImageClassifier(net(DataType.FLOAT), List.of("a", "b", "c"));
    Path whole = folder.resolve("whole");
    Path half = folder.resolve("half");
    classifier.save(whole);
    classifier.save(half, Map.of("made", "here"), DataType.FLOAT16);
    long numbers = 2L * classifier.net().parameterCount();
    assertThat(Files.size(whole) - Files.size(half)).isBetween(numbers - 100, numbers + 100);

    INDArray image = Nd4j.linspace(0, 1, 144, DataType.FLOAT).reshape(1, 12, 12);
    ImageClassifier again = ImageClassifier.load(half);
    double[] lengths = Numbers.of(classifier.predict(image).lengths());
    double[] rounded = Numbers.of(again.predict(image).lengths());
    for (int k = 0; k < lengths.length; k++) {
      assertThat(Math.abs(rounded[k] - lengths[k])).isBetween(1e-9, 1e-2 * lengths[k] + 1e-5);
    }
  }

  @Test
  void whatTheTypeCannotHoldIsRefused() throws IOException {
    CapsNet net = net(DataType.FLOAT);
    Path file = folder.resolve("net");
    net.save(file);
    byte[] before = Files.readAllBytes(file);
    String name = net.parameters().keySet().iterator().next();
    net.parameters().get(name).value().putScalar(0, 70000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.save(file, Map.of(), DataType.FLOAT16))
        .withMessage(name + ": expected numbers in the range of HALF, got up to 70000.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.save(file, Map.of(), DataType.INT32))
        .withMessage("type: expected FLOAT, DOUBLE, HALF or BFLOAT16, got INT");
    ImageClassifier classifier = new ImageClassifier(net, List.of("a", "b", "c"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> classifier.save(file, Map.of("capsnet.classes", "[]"), DataType.FLOAT))
        .withMessage("metadata: expected other keys than those of the model, got capsnet.classes");
    assertThat(file).hasBinaryContent(before);
  }
}
