package org.capsnet.bench.convolution;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer in this library, recorded as in a training step, in a scope. */
final class CapsNetLayer implements Computed {

  private final Conv2dSpec spec;
  private final Variable images;
  private final Variable weights;
  private final INDArray upstream;
  private Scope scope;
  private Variable result;

  CapsNetLayer(Layer layer) {
    spec =
        Conv2dSpec.UNIT
            .withStride(layer.stride())
            .withPadding(layer.padding())
            .withGroups(layer.groups());
    images = Variable.leaf(Nd4jLayer.array(layer.images(), layer.imageShape()));
    weights = Variable.leaf(Nd4jLayer.array(layer.weights(), layer.weightShape()));
    upstream = Nd4j.ones(DataType.FLOAT, layer.resultShape());
  }

  @Override
  public void forward() {
    scope = Scope.open();
    result = Convolution.conv2d(images, weights, null, spec);
  }

  @Override
  public void backward() {
    result.backward(upstream);
  }

  @Override
  public float[][] results() {
    return Nd4jLayer.numbers(result.value(), images.gradient(), weights.gradient());
  }

  @Override
  public void close() {
    images.clearGradient();
    weights.clearGradient();
    scope.close();
  }
}
