package org.capsnet.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Map;

/** The network of Sabour et al. (2017). */
final class DjlCapsNet extends DjlNetwork {

  private static final float RECONSTRUCTION = 0.0005f;
  private static final int TYPES = 32;
  private static final int DIM = 8;
  private static final int ITERATIONS = 3;

  /** The couplings of the first iteration. */
  static final float EVEN = 1f / CLASSES;

  private static final String VOTES = "classes.weight";

  /** Takes the parameters of this library's network over. */
  DjlCapsNet(Map<String, NDArray> state) {
    super(state, RECONSTRUCTION);
    state().put(VOTES, byClass(state.get(VOTES)));
    state().values().forEach(p -> p.setRequiresGradient(true));
  }

  /** From {@code [in, out, outDim, inDim]} to {@code [out, in · inDim, outDim]}. */
  private static NDArray byClass(NDArray weight) {
    return weight.transpose(1, 0, 3, 2).reshape(CLASSES, -1, CLASS_DIM).duplicate();
  }

  @Override
  Map<String, NDArray> parameters() {
    return state();
  }

  @Override
  NDArray classes(NDArray images, boolean training) {
    NDArray features = Activation.relu(convolve(images, "stem.0", 1, 1));
    NDArray q = convolve(features, "primary.conv", 2, 1);
    long batch = images.getShape().get(0);
    NDArray u =
        squash(q.reshape(batch, TYPES, DIM, -1).transpose(0, 1, 3, 2).reshape(batch, -1, DIM));
    return route(u, state().get(VOTES), state().get("classes.bias"), number(EVEN));
  }

  /**
   * Votes and routing with full gradients, without ever computing the votes: {@code Σ_i c_ij W_ij
   * u_i} is one matrix product per class of the weighted poses, and {@code û_ij · v_j = u_i ·
   * (W_ijᵀ v_j)} another. See the package's page for the other formulations.
   *
   * @param u {@code [batch, in, inDim]}
   * @param weight {@code [out, in · inDim, outDim]}
   * @param bias {@code [out, outDim]}
   * @param even {@link #EVEN}, as an array that outlives the gradients
   * @return {@code [batch, out, outDim]}
   */
  static NDArray route(NDArray u, NDArray weight, NDArray bias, NDArray even) {
    long batch = u.getShape().get(0);
    NDArray poses = u.expandDims(0);
    NDArray transposed = weight.transpose(0, 2, 1);
    NDArray classBias = bias.expandDims(1);
    NDArray logits = null; // [out, batch, in]
    NDArray v = null; // [out, batch, outDim]
    for (int r = 0; r < ITERATIONS; r++) {
      NDArray s = logits == null ? evenly(u, weight, even) : weighted(poses, logits, weight);
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
  private static NDArray evenly(NDArray u, NDArray weight, NDArray even) {
    long batch = u.getShape().get(0);
    NDArray flat = weight.transpose(1, 0, 2).reshape(-1, CLASSES * CLASS_DIM);
    return u.reshape(batch, -1)
        .matMul(flat)
        .mul(even)
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
}
