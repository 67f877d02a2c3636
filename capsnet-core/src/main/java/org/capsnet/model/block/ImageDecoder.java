package org.capsnet.model.block;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;

/** The layers that draw images again from the poses of class capsules (Sabour et al. 2017). */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * Builds them: linear layers with rectifiers, and a last one with the logistic function.
   *
   * @param capsules the shape of the class capsules, whose numbers go in as a vector
   * @param hidden the sizes of the layers between; none for a single layer
   * @param image the size of the images
   * @param init the source of the weights
   * @return layers from {@code [batch, numbers]} to {@code [batch, pixels]}, from 0 to 1
   */
  public static Chain<Variable, Variable> of(
      Shape capsules, List<Integer> hidden, ImageShape image, Init init) {
    Chain<Variable, Variable> layers = Chain.of(Shape.of(capsules.numbers()));
    for (int size : hidden) {
      layers =
          layers
              .then(in -> new Linear(in, size, Initializer.HE_NORMAL, init))
              .then(Activation::relu);
    }
    return layers.then(in -> new Linear(in, image.pixels(), init)).then(Activation::sigmoid);
  }
}
