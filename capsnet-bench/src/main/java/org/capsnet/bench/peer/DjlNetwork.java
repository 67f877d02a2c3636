package org.capsnet.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.bench.measure.DjlNumbers;

/**
 * A network with class capsules and a decoder in DJL's operations. A scalar must be a float: a
 * double would turn all that follows to float64. What an operation makes belongs to the manager of
 * the array that it is called on.
 */
abstract class DjlNetwork {

  static final int CLASSES = 10;
  static final int CLASS_DIM = 16;
  static final float EPSILON = 1e-8f;
  static final int[] LAST_AXIS = {-1};

  private final Map<String, NDArray> state = new LinkedHashMap<>();

  /** Of the sum over the pixels. */
  private final float reconstructionWeight;

  private final DjlNumbers numbers;

  /** Takes over the state of this library's network. */
  DjlNetwork(Map<String, NDArray> state, float reconstructionWeight) {
    this.state.putAll(state);
    this.reconstructionWeight = reconstructionWeight;
    numbers = new DjlNumbers(state.values().iterator().next().getManager());
  }

  /** All arrays by the names of this library, in the form that is computed with. */
  Map<String, NDArray> state() {
    return state;
  }

  /** Those of them that are trained. */
  abstract Map<String, NDArray> parameters();

  /** A factor that is there for the gradient, too. */
  NDArray number(float factor) {
    return numbers.of(factor);
  }

  /** Class capsules {@code [batch, 10, 16]} of images {@code [batch, 1, 28, 28]}. */
  abstract NDArray classes(NDArray images, boolean training);

  /** Reconstructions {@code [batch, 784]} of the class capsules that a mask leaves. */
  NDArray decode(NDArray classes, NDArray oneHot) {
    NDArray masked = classes.mul(oneHot.expandDims(2)).reshape(-1, CLASSES * CLASS_DIM);
    NDArray hidden = Activation.relu(linear(masked, "decoder.0"));
    hidden = Activation.relu(linear(hidden, "decoder.2"));
    return Activation.sigmoid(linear(hidden, "decoder.4"));
  }

  /** The margin loss, and a little of the squared error of the reconstructions. */
  NDArray loss(NDArray images, NDArray labels) {
    NDArray classes = classes(images, true);
    NDArray lengths = lengths(classes);
    NDArray shortfall = Activation.relu(lengths.neg().add(0.9f));
    NDArray excess = Activation.relu(lengths.sub(0.1f));
    NDArray absent = labels.neg().add(1f);
    NDArray margin =
        labels
            .mul(shortfall.mul(shortfall))
            .add(absent.mul(excess.mul(excess)).mul(number(0.5f)))
            .sum(LAST_AXIS)
            .mean();
    NDArray drawn = decode(classes, labels);
    NDArray error = drawn.sub(images.reshape(drawn.getShape()));
    return margin.add(error.mul(error).sum(LAST_AXIS).mean().mul(number(reconstructionWeight)));
  }

  static NDArray lengths(NDArray capsules) {
    return capsules.mul(capsules).sum(LAST_AXIS).add(EPSILON).sqrt();
  }

  NDArray convolve(NDArray x, String name, int stride, int groups) {
    NDList y =
        Conv2d.conv2d(
            x,
            state.get(name + ".weight"),
            state.get(name + ".bias"),
            new Shape(stride, stride),
            new Shape(0, 0),
            new Shape(1, 1),
            groups);
    return y.singletonOrThrow();
  }

  private NDArray linear(NDArray x, String name) {
    return Linear.linear(x, state.get(name + ".weight"), state.get(name + ".bias"))
        .singletonOrThrow();
  }
}
