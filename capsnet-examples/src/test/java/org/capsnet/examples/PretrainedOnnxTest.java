package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.digits.BundledMnist;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.onnx.OnnxModel;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The trained network that comes with the library, run by ONNX Runtime on the bundled digits. */
class PretrainedOnnxTest {

  private static final int BATCH = 100;

  @TempDir private Path folder;

  private static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError e) {
      return Assumptions.abort(
          "ONNX Runtime has no native library for %s on %s: %s"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), e));
    }
  }

  @Test
  void onnxRuntimeSeesTheSameClassInEachOfTheBundledTestDigits() throws Exception {
    OrtEnvironment environment = environment();
    LabeledImages test = BundledMnist.test();
    Path file = folder.resolve("digits.onnx");
    try (ImageClassifier digits = ImageClassifier.ofDigits()) {
      // The drawings would take most of the time.
      OnnxModel.export(
          digits.net(),
          file,
          digits.metadata(),
          images -> Map.of("lengths", lengths(digits, images)));
      try (OrtSession session = environment.createSession(file.toString())) {
        for (int from = 0; from < test.count(); from += BATCH) {
          INDArray images = images(test, from);
          INDArray got = run(environment, session, images);
          try (Scope scope = Scope.open();
              NoGrad constant = NoGrad.enter()) {
            INDArray own = lengths(digits, Variable.constant(images)).value();
            assertThat(Nd4j.argMax(got, 1)).isEqualTo(Nd4j.argMax(own, 1));
            assertThat(got.sub(own).amaxNumber().doubleValue()).isLessThan(1e-4);
          }
        }
      }
    }
  }

  private static Variable lengths(ImageClassifier digits, Variable images) {
    return digits.ability().classify(images).classes().activation();
  }

  private static INDArray images(LabeledImages test, int from) {
    INDArray[] some = new INDArray[BATCH];
    for (int i = 0; i < BATCH; i++) {
      some[i] = test.image(from + i).reshape(1, 1, 28, 28);
    }
    return Nd4j.concat(0, some);
  }

  private static INDArray run(OrtEnvironment environment, OrtSession session, INDArray images)
      throws Exception {
    FloatBuffer pixels = FloatBuffer.wrap(images.dup('c').reshape(-1).toFloatVector());
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, pixels, images.shape());
        OrtSession.Result result = session.run(Map.of("images", tensor))) {
      return Nd4j.createFromArray((float[][]) result.get("lengths").orElseThrow().getValue());
    }
  }
}
