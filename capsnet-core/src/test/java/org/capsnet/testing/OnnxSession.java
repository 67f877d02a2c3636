package org.capsnet.testing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A model file as ONNX Runtime runs it. */
public final class OnnxSession implements AutoCloseable {

  private final OrtSession session;

  private OnnxSession(OrtSession session) {
    this.session = session;
  }

  /**
   * Reads a file, or skips the test where ONNX Runtime has no native library.
   *
   * @param file a model
   * @return a session of one thread
   * @throws OrtException if it is no model, or not one that can be run
   */
  public static OnnxSession of(Path file) throws OrtException {
    OrtEnvironment environment = environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      return new OnnxSession(environment.createSession(file.toString(), options));
    }
  }

  /** {@return ONNX Runtime, or skips the test where it has no native library} */
  public static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError e) {
      return Assumptions.abort(
          "ONNX Runtime has no native library for %s on %s: %s"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), e));
    }
  }

  /**
   * Runs the model.
   *
   * @param samples its only input
   * @return its outputs by name, in floats
   * @throws OrtException if it fails
   */
  public Map<String, INDArray> run(INDArray samples) throws OrtException {
    FloatBuffer numbers =
        FloatBuffer.wrap(samples.castTo(DataType.FLOAT).dup('c').reshape(-1).toFloatVector());
    String input = session.getInputNames().iterator().next();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), numbers, samples.shape());
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      Map<String, INDArray> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.put(output.getKey(), array((OnnxTensor) output.getValue()));
      }
      return outputs;
    }
  }

  private static INDArray array(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] numbers = new float[buffer.remaining()];
    buffer.get(numbers);
    return Nd4j.create(numbers, info.getShape(), 'c');
  }

  /** {@return the session itself, for what it says of the model} */
  public OrtSession session() {
    return session;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
