package stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.onnx.OnnxModel;
import org.capsnet.testing.OnnxSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** A network leaves for ONNX Runtime. {@code docs/onnx.md} takes its code from here. */
class OnnxTest {

  @TempDir private Path folder;

  private static ImageClassifier classifier() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(1, 12, 12))
            .with("classes", 3)
            .with("stem", List.of(new Conv(8, 3, 1)))
            .with("primary", new Primary(4, 4, 3, 2))
            .with("decoder", List.of(8))
            .build(1);
    return new ImageClassifier(net, List.of("bar", "cross", "ring"));
  }

  @Test
  void aClassifierAndItsNames() throws Exception {
    ImageClassifier classifier = classifier();
    Path file = folder.resolve("drawings.onnx");
    float[][][][] pixels = new float[2][1][12][12];
    pixels[1][0][5][5] = 1;
    OnnxSession.environment();

    OnnxModel.export(classifier, file);

    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor images = OnnxTensor.createTensor(environment, pixels);
        OrtSession.Result result = session.run(Map.of("images", images))) {
      float[][] lengths = (float[][]) result.get("lengths").orElseThrow().getValue();
      System.out.println(session.getMetadata().getCustomMetadata().get("capsnet.classes"));

      double[] own = classifier.predictBatch(Nd4j.create(pixels)).get(1).lengths().toDoubleVector();
      for (int c = 0; c < own.length; c++) {
        assertThat(lengths[1][c]).isCloseTo((float) own[c], within(1e-5f));
      }
    }
  }

  @Test
  void outputsOfOnesOwn() throws Exception {
    CapsNet net = (CapsNet) classifier().net();
    Path file = folder.resolve("poses.onnx");

    OnnxModel.export(
        net,
        file,
        Map.of("made for", "a search by pose"),
        images -> {
          Capsules classes = net.classify(images).classes();
          return Map.of("poses", classes.pose(), "all", classes.pose().reshape(-1, 48));
        });

    try (OnnxSession session = OnnxSession.of(file)) {
      Variable images = Variable.constant(Nd4j.ones(1, 1, 12, 12));
      assertThat(session.run(images.value()).get("all").shape()).containsExactly(1, 48);
    }
  }
}
