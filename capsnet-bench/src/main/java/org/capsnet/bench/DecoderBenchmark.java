package org.capsnet.bench;

import java.util.List;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.Passes;
import org.capsnet.model.ImageShape;
import org.capsnet.model.block.ImageDecoder;
import org.capsnet.nn.Init;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The paper's decoder: 160 to 512, 1024 and 784. */
public class DecoderBenchmark extends BatchBenchmark {

  private ImageDecoder decoder;
  private Variable masked;
  private INDArray upstream;
  private Variable[] leaves;

  /** For JMH. */
  public DecoderBenchmark() {}

  /** Makes the operands. */
  @Setup
  public void operands() {
    decoder =
        new ImageDecoder(
            Shape.of(10, 16), false, List.of(512, 1024), new ImageShape(1, 28, 28), Init.seed(0));
    masked = Operands.leaf(0.1, batch, 160);
    upstream = Operands.normal(1, batch, 784);
    leaves =
        Stream.concat(
                Stream.of(masked), decoder.parameters().values().stream().map(Parameter::variable))
            .toArray(Variable[]::new);
  }

  /**
   * Prediction.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forward() {
    return Passes.forward(() -> decoder.forward(masked));
  }

  /**
   * A training step's share.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forwardAndBackward() {
    return Passes.forwardAndBackward(() -> decoder.forward(masked), upstream, leaves);
  }
}
