package org.capsnet.model;

import org.capsnet.io.Components;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/**
 * All that a network is but for its numbers: a record, which says once what is chosen, and checks
 * it. Its written form in a saved file, the summary of layers and memory, and the loading of a file
 * follow from it and from the network that it builds.
 *
 * <p>A record that is to be saved has a name in files; see {@link org.capsnet.io.Kinds}.
 *
 * <pre>{@code
 * record Config(ImageShape image, int classes, …)
 *     implements Architecture.OfImages<CapsNet, Config> { … }
 * }</pre>
 *
 * @param <N> the network
 * @param <A> the record itself
 */
public interface Architecture<N extends Network<A>, A extends Architecture<N, A>> {

  /**
   * The same architecture but for one choice: {@code CapsNet.Config.paper().with("classes", 5)}.
   *
   * @param component its name in the record; of a record within it the names of both with a dot
   *     between them, such as {@code primary.types}
   * @param value what it is to be, of the type of the component; null only where that is {@link
   *     org.capsnet.io.Nullable}
   * @return the changed record
   * @throws IllegalArgumentException if there is no such component, the value is of another type,
   *     or the record refuses it
   */
  @SuppressWarnings("unchecked") // an architecture names its own class as A
  default A with(String component, Object value) {
    return Components.with((A) this, component, value);
  }

  /** {@return the shape of a sample, {@code [channels, height, width]} of images} */
  Shape input();

  /**
   * Builds the network.
   *
   * @param init where its numbers come from: random ones, or shapes alone
   * @return the network, in training mode
   * @throws IllegalArgumentException if its sizes do not fit each other, or no memory would hold it
   */
  N build(Init init);

  /**
   * Builds the network with random weights in floats.
   *
   * @param seed of the weights: the same one gives the same network on every JDK
   * @return the network, in training mode
   * @throws IllegalArgumentException if its sizes do not fit each other, or no memory would hold it
   */
  default N build(long seed) {
    return build(Init.seed(seed));
  }

  /**
   * That of a network for images, whose size is a component of the record.
   *
   * @param <N> the network
   * @param <A> the record itself
   */
  interface OfImages<N extends Network<A>, A extends OfImages<N, A>> extends Architecture<N, A> {

    /** {@return the size of the images} */
    ImageShape image();

    @Override
    default Shape input() {
      return image().shape();
    }
  }
}
