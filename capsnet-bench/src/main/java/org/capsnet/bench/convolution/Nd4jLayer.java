package org.capsnet.bench.convolution;

import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** A layer as ND4J's own operation, into arrays that are there already. */
final class Nd4jLayer implements Computed {

  private final String operation;
  private final int[] settings;
  private final INDArray images;
  private final INDArray weights;
  private final INDArray upstream;
  private final INDArray result;
  private final INDArray imageGradient;
  private final INDArray weightGradient;

  Nd4jLayer(Layer layer) {
    boolean depthwise = layer.groups() > 1;
    operation = depthwise ? "depthwise_conv2d" : "conv2d";
    int k = layer.kernel();
    int s = layer.stride();
    int p = layer.padding();
    // Explicit padding, channels first, weights [out, in, ..] or, depthwise, [1, channels, ..].
    settings = new int[] {k, k, s, s, p, p, 1, 1, 0, 0, 1};
    long[] weightShape = layer.weightShape();
    if (depthwise) {
      weightShape = new long[] {1, layer.in(), k, k};
    }
    images = array(layer.images(), layer.imageShape());
    weights = array(layer.weights(), weightShape);
    upstream = Nd4j.ones(DataType.FLOAT, layer.resultShape());
    result = Nd4j.create(DataType.FLOAT, layer.resultShape());
    imageGradient = Nd4j.create(DataType.FLOAT, layer.imageShape());
    weightGradient = Nd4j.create(DataType.FLOAT, weightShape);
  }

  static INDArray array(float[] numbers, long... shape) {
    return Nd4j.createFromArray(numbers).reshape('c', shape);
  }

  static float[][] numbers(INDArray... arrays) {
    return Stream.of(arrays).map(a -> a.dup('c').data().asFloat()).toArray(float[][]::new);
  }

  private void run(String name, INDArray[] inputs, INDArray... outputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(name)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(settings)
            .build());
  }

  @Override
  public void forward() {
    run(operation, new INDArray[] {images, weights}, result);
  }

  @Override
  public void backward() {
    INDArray[] inputs = {images, weights, upstream};
    run(operation + "_bp", inputs, imageGradient, weightGradient);
  }

  @Override
  public float[][] results() {
    return numbers(result, imageGradient, weightGradient);
  }

  /** Its arrays are used again. */
  @Override
  public void close() {}
}
