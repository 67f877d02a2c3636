package org.capsnet.data;

import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
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
   * @param batch from 0 to the number of batches, which is the end of the epoch
   * @throws IllegalArgumentException if there is no such place
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

  /**
   * Frees the arrays of a batch that was given away.
   *
   * @param batch the batch; those of its arrays that are closed already are left alone
   */
  static void close(DataSet batch) {
    Stream.of(
            batch.getFeatures(),
            batch.getLabels(),
            batch.getFeaturesMaskArray(),
            batch.getLabelsMaskArray())
        .filter(array -> array != null && array.closeable() && !array.wasClosed())
        .forEach(INDArray::close);
  }
}
