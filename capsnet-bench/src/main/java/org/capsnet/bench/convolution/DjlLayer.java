package org.capsnet.bench.convolution;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.GradientCollector;
import java.util.stream.Stream;

/** A layer in PyTorch, recorded by DJL's gradient collector; knows nothing of ND4J. */
final class DjlLayer implements Computed {

  /** For as long as the process lives. */
  private static final NDManager MANAGER = NDManager.newBaseManager();

  private final Layer layer;
  private final NDArray images;
  private final NDArray weights;
  private NDManager scope;
  private GradientCollector gradients;
  private NDArray result;

  DjlLayer(Layer layer) {
    this.layer = layer;
    images = MANAGER.create(layer.images(), new Shape(layer.imageShape()));
    weights = MANAGER.create(layer.weights(), new Shape(layer.weightShape()));
    images.setRequiresGradient(true);
    weights.setRequiresGradient(true);
  }

  @Override
  public void forward() {
    scope = MANAGER.newSubManager();
    new NDList(images, weights).tempAttach(scope);
    gradients = Engine.getInstance().newGradientCollector();
    result =
        Conv2d.conv2d(
                images,
                weights,
                null,
                new Shape(layer.stride(), layer.stride()),
                new Shape(layer.padding(), layer.padding()),
                new Shape(1, 1),
                layer.groups())
            .singletonOrThrow();
  }

  /** DJL goes backward from a gradient of ones. */
  @Override
  public void backward() {
    gradients.backward(result);
  }

  @Override
  public float[][] results() {
    return Stream.of(result, images.getGradient(), weights.getGradient())
        .map(NDArray::toFloatArray)
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    gradients.close();
    gradients.zeroGradients();
    scope.close();
  }
}
