package org.capsnet.nn;

import java.util.List;
import org.capsnet.autograd.Variable;

/** Layers one after the other; children {@code 0}, {@code 1}, {@code 2} and so on. */
public final class Sequential extends Layer {

  private final List<Layer> layers;

  /**
   * Makes a chain.
   *
   * @param layers from the first to the last; none makes the identity
   */
  public Sequential(Layer... layers) {
    this.layers = List.of(layers);
    for (int i = 0; i < layers.length; i++) {
      child(Integer.toString(i), layers[i]);
    }
  }

  @Override
  public Variable forward(Variable x) {
    Variable y = x;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Conv2d convolution && reluAt(i + 1)) {
        y = convolution.forwardRelu(y);
        i++;
      } else {
        y = layers.get(i).forward(y);
      }
    }
    return y;
  }

  private boolean reluAt(int i) {
    return i < layers.size() && layers.get(i) instanceof Activation a && a.isRelu();
  }
}
