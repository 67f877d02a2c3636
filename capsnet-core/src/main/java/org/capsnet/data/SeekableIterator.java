package org.capsnet.data;

import java.util.Map;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A data iterator whose order and random choices are a function of a seed, the epoch and the
 * position alone, so that an interrupted training can continue exactly where it stopped.
 */
public interface SeekableIterator extends DataSetIterator {

  /**
   * Goes to a position: the next batch is number {@code batch} of epoch {@code epoch}.
   *
   * @param epoch from 0
   * @param batch from 0 to the number of batches, which is the end of the epoch
   * @throws IllegalArgumentException if there is no such position
   */
  void seek(int epoch, int batch);

  /** {@return the number of batches in an epoch; -1 if it is not known} */
  default int batches() {
    return -1;
  }

  /**
   * {@return what the batches are made from: how many samples there are and which, their classes,
   * the seed, what is done to them at random; values by name, of the same text in every process,
   * and empty where it is not known} A training that continues from a checkpoint must agree in all
   * of it.
   */
  default Map<String, String> provenance() {
    return Map.of();
  }

  /**
   * Takes back a batch that its user no longer needs, so that a later batch can use its memory:
   * ND4J frees an array only when the garbage collector finds it, which knows nothing of its size.
   * A batch that is not handed back remains the user's.
   *
   * @param batch a batch of this iterator, not to be used again; may be handed back from any thread
   */
  default void release(DataSet batch) {}
}
