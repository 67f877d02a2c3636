package org.capsnet.model;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;

/** The layers that draw images again from the poses of class capsules (Sabour et al. 2017). */
final class ImageDecoder {

  private ImageDecoder() {}

  /** Layers from {@code [in]} to {@code [pixels]}, from 0 to 1. */
  static Chain<Variable, Variable> of(long in, List<Integer> hidden, long pixels, Init init) {
    Chain<Variable, Variable> layers = Chain.of(Shape.of(in));
    for (int next : hidden) {
      layers =
          layers
              .then(shape -> new Linear(shape, next, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    return layers.then(shape -> new Linear(shape, pixels, init)).then(Activation::sigmoid);
  }
}
