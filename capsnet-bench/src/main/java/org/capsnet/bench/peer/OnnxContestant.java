package org.capsnet.bench.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.capsnet.model.Classifier;
import org.capsnet.model.onnx.OnnxModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ONNX Runtime, on as many threads as it is told, with its own choice of optimizations: all. */
final class OnnxContestant implements Contestant {

  /** The property with the number of threads. */
  static final String THREADS = "capsnet.onnx.threads";

  private static final String LENGTHS = "lengths";
  private static final String RECONSTRUCTION = "reconstruction";

  private final OrtSession session;
  private final Fixture fixture;

  private OnnxContestant(OrtSession session, Fixture fixture) {
    this.session = session;
    this.fixture = fixture;
  }

  /** Reads a fixture, and what {@link #export} has written beside it. */
  static OnnxContestant read(Path fixture) throws IOException {
    return new OnnxContestant(session(exported(fixture)), Fixture.read(fixture));
  }

  /** Exports the network with the state of a fixture, for a process that has this library idle. */
  static void export(Contest contest, Fixture fixture, Path file) throws IOException {
    Classifier net = contest.build();
    net.network().loadState(fixture.state());
    net.network().eval();
    OnnxModel.export(net.network(), exported(file));
  }

  /** Where the exported network of a fixture is. */
  static Path exported(Path fixture) {
    return fixture.resolveSibling(fixture.getFileName() + ".onnx");
  }

  private static OrtSession session(Path file) throws IOException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Integer.getInteger(THREADS));
      return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime does not take the model: " + e.getMessage(), e);
    }
  }

  @Override
  public Supplier<float[]> prediction(int batch) {
    INDArray images = fixture.first(batch).getFeatures();
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(Math.toIntExact(images.length()) * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    pixels.put(images.data().asFloat()).rewind();
    Set<String> outputs = Set.of(LENGTHS, RECONSTRUCTION);
    return () -> {
      try (OnnxTensor input =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(), pixels.duplicate(), images.shape());
          OrtSession.Result result = session.run(Map.of("images", input), outputs)) {
        numbers(result, RECONSTRUCTION);
        return numbers(result, LENGTHS);
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed", e);
      }
    };
  }

  private static float[] numbers(OrtSession.Result result, String output) {
    FloatBuffer buffer = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
    float[] numbers = new float[buffer.remaining()];
    buffer.get(numbers);
    return numbers;
  }

  @Override
  public DoubleSupplier training(int batch) {
    throw new UnsupportedOperationException("ONNX Runtime only predicts here");
  }

  @Override
  public DoubleSupplier routing(int batch) {
    throw new UnsupportedOperationException("ONNX Runtime only predicts here");
  }

  @Override
  public Map<String, String> facts() {
    return Map.of("ONNX Runtime", OrtEnvironment.getEnvironment().getVersion());
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }
}
