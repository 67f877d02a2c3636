package org.capsnet.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The paper's network in DJL's operations. A scalar must be a float: a double would turn all that
 * follows to float64. What an operation makes belongs to the manager of the array that it is called
 * on.
 */
final class DjlCapsNet {

  private static final int CLASSES = 10;
  private static final int CLASS_DIM = 16;
  private static final int TYPES = 32;
  private static final int DIM = 8;
  private static final int ITERATIONS = 3;
  private static final float EPSILON = 1e-8f;
  private static final int[] LAST_AXIS = {-1};

  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  /** Takes the parameters of this library's network over. */
  DjlCapsNet(Map<String, NDArray> state) {
    state.forEach((name, array) -> parameters.put(name, array));
    NDArray weight = state.get("classes.weight"); // [in, out, outDim, inDim]
    parameters.put("classes.weight", byClass(weight));
    parameters.values().forEach(p -> p.setRequiresGradient(true));
  }

  /** From {@code [in, out, outDim, inDim]} to {@code [out, in · inDim, outDim]}. */
  private static NDArray byClass(NDArray weight) {
    return weight.transpose(1, 0, 3, 2).reshape(CLASSES, -1, CLASS_DIM).duplicate();
  }

  Map<String, NDArray> parameters() {
    return parameters;
  }

  /** Class capsules {@code [batch, 10, 16]} of images {@code [batch, 1, 28, 28]}. */
  NDArray classes(NDArray images) {
    NDArray features = Activation.relu(convolve(images, "stem.0", 1));
    NDArray q = convolve(features, "primary.conv", 2);
    long batch = images.getShape().get(0);
    NDArray u =
        squash(q.reshape(batch, TYPES, DIM, -1).transpose(0, 1, 3, 2).reshape(batch, -1, DIM));
    return route(u, parameters.get("classes.weight"), parameters.get("classes.bias"));
  }

  /** Reconstructions {@code [batch, 784]} of the class capsules that a mask leaves. */
  NDArray decode(NDArray classes, NDArray oneHot) {
    NDArray masked = classes.mul(oneHot.expandDims(2)).reshape(-1, CLASSES * CLASS_DIM);
    NDArray hidden = Activation.relu(linear(masked, "decoder.0"));
    hidden = Activation.relu(linear(hidden, "decoder.2"));
    return Activation.sigmoid(linear(hidden, "decoder.4"));
  }

  /** The margin loss, and 0.0005 of the squared error of the reconstructions. */
  NDArray loss(NDArray images, NDArray labels) {
    NDArray classes = classes(images);
    NDArray lengths = lengths(classes);
    NDArray shortfall = Activation.relu(lengths.neg().add(0.9f));
    NDArray excess = Activation.relu(lengths.sub(0.1f));
    NDArray absent = labels.neg().add(1f);
    NDArray margin =
        labels
            .mul(shortfall.mul(shortfall))
            .add(absent.mul(excess.mul(excess)).mul(0.5f))
            .sum(LAST_AXIS)
            .mean();
    NDArray drawn = decode(classes, labels);
    NDArray error = drawn.sub(images.reshape(drawn.getShape()));
    return margin.add(error.mul(error).sum(LAST_AXIS).mean().mul(0.0005f));
  }

  static NDArray lengths(NDArray capsules) {
    return capsules.mul(capsules).sum(LAST_AXIS).add(EPSILON).sqrt();
  }

  /**
   * Votes and routing with full gradients, without ever computing the votes: {@code Σ_i c_ij W_ij
   * u_i} is one matrix product per class of the weighted poses, and {@code û_ij · v_j = u_i ·
   * (W_ijᵀ v_j)} another. See the package's page for the other formulations.
   *
   * @param u {@code [batch, in, inDim]}
   * @param weight {@code [out, in · inDim, outDim]}
   * @param bias {@code [out, outDim]}
   * @return {@code [batch, out, outDim]}
   */
  static NDArray route(NDArray u, NDArray weight, NDArray bias) {
    long batch = u.getShape().get(0);
    NDArray poses = u.expandDims(0);
    NDArray transposed = weight.transpose(0, 2, 1);
    NDArray classBias = bias.expandDims(1);
    NDArray logits = null; // [out, batch, in]
    NDArray v = null; // [out, batch, outDim]
    for (int r = 0; r < ITERATIONS; r++) {
      NDArray s = logits == null ? evenly(u, weight) : weighted(poses, logits, weight);
      v = squash(s.add(classBias));
      if (r < ITERATIONS - 1) {
        NDArray back = v.batchMatMul(transposed).reshape(CLASSES, batch, -1, DIM);
        NDArray agreement = back.mul(poses).sum(LAST_AXIS);
        logits = logits == null ? agreement : logits.add(agreement);
      }
    }
    return v.transpose(1, 0, 2);
  }

  /** The first iteration, in which every coupling is a tenth: one product for all classes. */
  private static NDArray evenly(NDArray u, NDArray weight) {
    long batch = u.getShape().get(0);
    NDArray flat = weight.transpose(1, 0, 2).reshape(-1, CLASSES * CLASS_DIM);
    return u.reshape(batch, -1)
        .matMul(flat)
        .mul(1f / CLASSES)
        .reshape(batch, CLASSES, CLASS_DIM)
        .transpose(1, 0, 2);
  }

  private static NDArray weighted(NDArray poses, NDArray logits, NDArray weight) {
    NDArray coupling = logits.softmax(0).expandDims(3);
    return coupling.mul(poses).reshape(CLASSES, poses.getShape().get(1), -1).batchMatMul(weight);
  }

  private static NDArray squash(NDArray s) {
    NDArray n2 = s.mul(s).sum(LAST_AXIS, true);
    return s.mul(n2.div(n2.add(1f)).div(n2.add(EPSILON).sqrt()));
  }

  private NDArray convolve(NDArray x, String name, int stride) {
    NDList y =
        Conv2d.conv2d(
            x,
            parameters.get(name + ".weight"),
            parameters.get(name + ".bias"),
            new Shape(stride, stride),
            new Shape(0, 0),
            new Shape(1, 1),
            1);
    return y.singletonOrThrow();
  }

  private NDArray linear(NDArray x, String name) {
    return Linear.linear(x, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
        .singletonOrThrow();
  }
}
