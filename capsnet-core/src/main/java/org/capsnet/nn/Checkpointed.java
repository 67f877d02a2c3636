package org.capsnet.nn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.capsnet.autograd.Checkpoint;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer whose intermediates are computed again in the backward pass instead of being kept
 * (gradient checkpointing, Chen et al., 2016): less memory for a second forward pass, and the same
 * numbers to the last bit, with dropout and batch normalization inside as well. Child: {@code
 * layer}.
 *
 * <p>The mode must be the same in the backward pass as it was in the forward pass.
 */
public final class Checkpointed extends Layer {

  private final Layer layer;

  /**
   * Wraps a layer.
   *
   * @param layer the layer
   */
  public Checkpointed(Layer layer) {
    this.layer = child("layer", layer);
  }

  @Override
  public Variable forward(Variable x) {
    if (!training()) {
      return Checkpoint.run(inputs -> layer.forward(inputs[0]), x);
    }
    List<INDArray> before = copies(layer.buffers().values());
    boolean[] recomputing = {false};
    return Checkpoint.run(
        inputs -> {
          if (!recomputing[0]) {
            recomputing[0] = true;
            return layer.forward(inputs[0]);
          }
          return forwardFrom(before, inputs[0]);
        },
        x);
  }

  /** Computes with the buffers as they were, and leaves them as they are. */
  private Variable forwardFrom(List<INDArray> before, Variable x) {
    Collection<INDArray> buffers = layer.buffers().values();
    List<INDArray> now = copies(buffers);
    assign(buffers, before);
    try {
      return layer.forward(x);
    } finally {
      assign(buffers, now);
    }
  }

  private static List<INDArray> copies(Collection<INDArray> arrays) {
    return arrays.stream().map(INDArray::dup).toList();
  }

  private static void assign(Collection<INDArray> to, List<INDArray> from) {
    List<INDArray> targets = new ArrayList<>(to);
    for (int i = 0; i < from.size(); i++) {
      targets.get(i).assign(from.get(i));
    }
  }
}
