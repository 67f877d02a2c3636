package org.capsnet.bench;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.Passes;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The paper's two convolutions, 9×9 and without a bias. A backward half is recorded by a forward
 * pass and used once, so that each of the two is timed with the forward pass before it: take {@link
 * #forward} off.
 */
public class ConvolutionBenchmark extends BatchBenchmark {

  /** Which convolution. */
  @Param public Shape shape;

  private INDArray images;
  private INDArray weights;
  private INDArray upstream;
  private Variable imagesLeaf;
  private Variable weightsLeaf;

  /** The convolutions, by what goes in and out. */
  public enum Shape {
    /** 1 channel of 28×28 to 256 of 20×20. */
    STEM(1, 28, 1, 20),
    /** 256 channels of 20×20 to 256 of 6×6, with stride 2. */
    PRIMARY(256, 20, 2, 6);

    private final int in;
    private final int side;
    private final int stride;
    private final int outSide;

    Shape(int in, int side, int stride, int outSide) {
      this.in = in;
      this.side = side;
      this.stride = stride;
      this.outSide = outSide;
    }
  }

  /** For JMH. */
  public ConvolutionBenchmark() {}

  /** Makes the operands. */
  @Setup
  public void operands() {
    images = Operands.normal(1, batch, shape.in, shape.side, shape.side);
    weights = Operands.normal(0.01, 256, shape.in, 9, 9);
    upstream = Operands.normal(1, batch, 256, shape.outSide, shape.outSide);
    imagesLeaf = Variable.leaf(images);
    weightsLeaf = Variable.leaf(weights);
  }

  /**
   * The forward pass.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forward() {
    return Passes.forward(() -> convolve(Variable.constant(images), Variable.constant(weights)));
  }

  /**
   * The forward pass and the gradient of the images.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forwardAndInputGradient() {
    return Passes.forwardAndBackward(
        () -> convolve(imagesLeaf, Variable.constant(weights)), upstream, imagesLeaf);
  }

  /**
   * The forward pass and the gradient of the weights.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forwardAndWeightGradient() {
    return Passes.forwardAndBackward(
        () -> convolve(Variable.constant(images), weightsLeaf), upstream, weightsLeaf);
  }

  private Variable convolve(Variable x, Variable w) {
    return Convolution.conv2d(x, w, null, Conv2dSpec.UNIT.withStride(shape.stride));
  }
}
