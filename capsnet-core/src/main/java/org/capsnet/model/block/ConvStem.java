package org.capsnet.model.block;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/** The convolutions before the capsules, each followed by a rectifier. */
public final class ConvStem {

  private ConvStem() {}

  /**
   * Builds them.
   *
   * @param in {@code [channels, height, width]}
   * @param convolutions in order; none for the identity
   * @param init the source of the weights
   * @return the layers
   * @throws IllegalArgumentException if a kernel does not fit
   */
  public static Chain<Variable, Variable> of(Shape in, List<Conv> convolutions, Init init) {
    Chain<Variable, Variable> layers = Chain.of(in);
    for (Conv c : convolutions) {
      layers = layers.then(shape -> c.layer(shape, init)).then(Activation::relu);
    }
    return layers;
  }

  /**
   * Requires images of which convolutions leave something.
   *
   * @param image the size of the images
   * @param stem the convolutions before the capsules
   * @param primary that of the primary capsules
   * @throws IllegalArgumentException if a kernel does not fit: the message says which layer, why,
   *     and what would fit
   */
  public static void requireFit(ImageShape image, List<Conv> stem, Conv primary) {
    List<Conv> all = new ArrayList<>(stem);
    all.add(primary);
    int h = image.height();
    int w = image.width();
    for (int i = 0; i < all.size(); i++) {
      Conv c = all.get(i);
      long most = Math.min(h, w) + 2L * c.padding();
      if (c.kernel() > most) {
        throw new IllegalArgumentException(
            String.format(
                "%s: a %2$d×%2$d kernel does not fit the %3$d×%4$d features that a %5$d×%6$d image"
                    + " leaves there; images of at least %7$d×%7$d would fit, or here a kernel of"
                    + " at most %8$d",
                i < stem.size() ? "stem convolution " + (i + 1) : "primary capsules",
                c.kernel(),
                h,
                w,
                image.height(),
                image.width(),
                leastImage(all),
                most));
      }
      h = c.outputOf(h);
      w = c.outputOf(w);
    }
  }

  /** The side of the smallest image of which a chain of convolutions leaves something. */
  private static long leastImage(List<Conv> all) {
    long least = 1;
    for (int k = all.size() - 1; k >= 0; k--) {
      Conv c = all.get(k);
      long unpadded = (least - 1) * c.stride() + c.kernel() - 2L * c.padding();
      least = Math.max(1, Math.min(unpadded, Integer.MAX_VALUE));
    }
    return least;
  }
}
