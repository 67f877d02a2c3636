package org.capsnet.data;

import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A data iterator whose order and random choices are a function of a seed, the epoch and the
 * position alone, so that a training that was interrupted can go on exactly where it was.
 */
public interface SeekableIterator extends DataSetIterator {

  /**
   * Goes to a place: the next batch is number {@code batch} of epoch {@code epoch}.
   *
   * @param epoch from 0
   * @param batch from 0
   */
  void seek(int epoch, int batch);

  /**
   * How many batches an epoch has.
   *
   * @return the number; -1 if it is not known
   */
  default int batches() {
    return -1;
  }

  /**
   * Whether each batch is made of arrays of its own, which the iterator does not use again: then
   * who takes a batch owns it, and closes it after use rather than wait for the garbage collector.
   *
   * @return false unless an iterator says otherwise
   */
  default boolean givesAway() {
    return false;
  }
}
