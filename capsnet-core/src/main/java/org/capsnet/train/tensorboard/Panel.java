package org.capsnet.train.tensorboard;

import java.io.IOException;

/** What a {@link TensorBoard} shows of a training beside that which every training has. */
@FunctionalInterface
public interface Panel {

  /**
   * Writes, after an epoch. The model is in training mode, and has to be in the same mode
   * afterwards; its weights are those that were judged, with {@link
   * org.capsnet.train.Trainer#movingAverage} the averaged ones.
   *
   * @param events where to
   * @param step the steps done
   * @throws IOException if it cannot be written
   */
  void write(EventWriter events, long step) throws IOException;
}
