package org.capsnet.model;

import java.util.function.Consumer;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Asks a network about many images, a few at once, which bounds the memory that it takes. */
final class Chunks {

  static final int SIZE = 32;

  private Chunks() {}

  /**
   * Hands over images chunk by chunk, each in a scope of its own and without gradients.
   *
   * @param net the network that will be asked
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @param type the network's
   * @param ask gets {@code [at most 32, channels, height, width]} of that type
   * @throws IllegalStateException if the network is being trained
   */
  static void each(Module net, INDArray images, DataType type, Consumer<Variable> ask) {
    if (net.training()) {
      throw new IllegalStateException("the network is in training mode: call eval() first");
    }
    Pixels.require(images);
    for (long from = 0; from < images.size(0); from += SIZE) {
      long to = Math.min(images.size(0), from + SIZE);
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        INDArray chunk = images.get(NDArrayIndex.interval(from, to));
        ask.accept(Variable.constant(chunk.castTo(type)));
      }
    }
  }
}
