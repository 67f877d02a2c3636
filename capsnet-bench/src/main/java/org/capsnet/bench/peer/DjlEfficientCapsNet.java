package org.capsnet.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.BatchNorm;
import java.util.LinkedHashMap;
import java.util.Map;

/** The network of Mazzia et al. (2021). */
final class DjlEfficientCapsNet extends DjlNetwork {

  /** Of the sum over pixels. */
  private static final float RECONSTRUCTION = 0.0005f;

  private static final float NORM_EPSILON = 1e-3f;

  /** Of the four convolutions, which are every third child of the stem. */
  private static final int[] STRIDES = {1, 1, 1, 2};

  private static final int CHILDREN = 3;

  private static final int CAPSULES = 16;
  private static final int DIM = 8;

  /** Of the channels of images. */
  private static final int CHANNELS = 1;

  /** How much of the running statistics stays. */
  private static final float MOMENTUM = 0.9f;

  private static final String STATISTICS = "running_";
  private static final String VOTES = "classes.weight";

  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  /** Takes the state of this library's network over. */
  DjlEfficientCapsNet(Map<String, NDArray> state) {
    super(state, RECONSTRUCTION);
    state().put(VOTES, byInput(state.get(VOTES)));
    state()
        .forEach(
            (name, array) -> {
              if (!name.contains(STATISTICS)) {
                array.setRequiresGradient(true);
                parameters.put(name, array);
              }
            });
  }

  /** From {@code [in, out, outDim, inDim]} to {@code [in, inDim, out · outDim]}. */
  private static NDArray byInput(NDArray weight) {
    return weight.reshape(CAPSULES, CLASSES * CLASS_DIM, DIM).transpose(0, 2, 1).duplicate();
  }

  @Override
  Map<String, NDArray> parameters() {
    return parameters;
  }

  @Override
  NDArray classes(NDArray images, boolean training) {
    NDArray features = images;
    for (int i = 0; i < STRIDES.length; i++) {
      String name = "stem." + i * CHILDREN;
      features = Activation.relu(convolve(features, name, STRIDES[i], 1));
      features = normalise(features, "stem." + (i * CHILDREN + 2), training);
    }
    NDArray s = convolve(features, "primary.conv", 1, CAPSULES * DIM);
    return route(squash(s.reshape(-1, CAPSULES, DIM)));
  }

  private NDArray normalise(NDArray x, String name, boolean training) {
    return BatchNorm.batchNorm(
            x,
            state().get(name + ".running_mean"),
            state().get(name + ".running_var"),
            state().get(name + ".weight"),
            state().get(name + ".bias"),
            CHANNELS,
            MOMENTUM,
            NORM_EPSILON,
            training)
        .head();
  }

  /**
   * Votes, one batched product, and self-attention. The agreement of a vote with all others is its
   * product with their sum.
   *
   * @param u {@code [batch, in, inDim]}
   * @return {@code [batch, out, outDim]}
   */
  private NDArray route(NDArray u) {
    NDArray votes =
        u.transpose(1, 0, 2)
            .batchMatMul(state().get(VOTES))
            .reshape(CAPSULES, -1, CLASSES, CLASS_DIM); // [in, batch, out, outDim]
    NDArray sum = votes.sum(new int[] {0}, true);
    NDArray agreement = votes.mul(sum).sum(LAST_AXIS).mul(number(1 / (float) Math.sqrt(CLASS_DIM)));
    NDArray coupling = agreement.softmax(2).add(state().get("classes.prior").expandDims(1));
    return squash(coupling.expandDims(3).mul(votes).sum(new int[] {0}));
  }

  private static NDArray squash(NDArray s) {
    NDArray length = s.mul(s).sum(LAST_AXIS, true).add(EPSILON).sqrt();
    return s.mul(length.neg().exp().neg().add(1f).div(length));
  }
}
