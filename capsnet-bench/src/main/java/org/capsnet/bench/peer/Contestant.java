package org.capsnet.bench.peer;

import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * A network of a {@link Contest} in some library. What a method returns has its operands ready and
 * does one call's work each time it is asked.
 */
interface Contestant extends AutoCloseable {

  /**
   * Training steps on the first images of the fixture: forward, loss, backward, and Adam's update
   * at 0.001. Gives the loss before the update.
   */
  DoubleSupplier training(int batch);

  /**
   * Predictions for the first images: class lengths, and reconstructions where there is a decoder,
   * all read back to the heap. Gives the lengths, {@code [batch · classes]}.
   */
  Supplier<float[]> prediction(int batch);

  /**
   * Votes and three routing iterations with their backward pass, at the sizes of the paper's
   * CapsNet. Gives a number that comes of it.
   */
  DoubleSupplier routing(int batch);

  /** The versions of the library and what it computes with, as it says itself. */
  Map<String, String> facts();

  @Override
  void close();
}
