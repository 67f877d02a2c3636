package org.capsnet.train;

import java.util.Map;
import org.capsnet.data.SeekableIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Batches by position, from any iterator: sought where it can seek, counted where it cannot. */
final class BatchSource {

  private final DataSetIterator iterator;
  private final String name;

  private boolean used;
  private int epoch;
  private int position;
  private int batches = -1;

  /**
   * @param name for messages: training, validation
   */
  BatchSource(DataSetIterator iterator, String name) {
    this.iterator = iterator;
    this.name = name;
    if (iterator instanceof SeekableIterator seekable) {
      this.batches = seekable.batches();
    }
  }

  /** Goes to a batch of an epoch, both from 0. */
  void seek(int epoch, int batch) {
    this.epoch = epoch;
    if (iterator instanceof SeekableIterator seekable) {
      seekable.seek(epoch, batch);
      position = batch;
    } else {
      rewind();
      skip(batch);
    }
    used = true;
  }

  private void rewind() {
    if (iterator.resetSupported()) {
      iterator.reset();
    } else if (used) {
      throw new IllegalStateException(
          "the %s iterator cannot be reset, so it serves for one pass only; epoch %s needs another"
              .formatted(name, epoch + 1));
    }
    position = 0;
  }

  private void skip(int count) {
    while (position < count) {
      if (!iterator.hasNext()) {
        throw new IllegalStateException(
            "the %s data end after %s batches, but the checkpoint was written after %s of them"
                .formatted(name, position, count));
      }
      release(iterator.next());
      position++;
    }
  }

  boolean hasNext() {
    if (iterator.hasNext()) {
      return true;
    }
    if (position == 0) {
      throw new IllegalArgumentException("the " + name + " iterator has no batch");
    }
    batches = position;
    return false;
  }

  /** The next batch, to be given back by {@link #release}. */
  DataSet next() {
    DataSet batch = iterator.next();
    position++;
    require(batch != null && batch.getFeatures() != null, "no features");
    require(batch.getLabels() != null, "no labels");
    return batch;
  }

  private void require(boolean there, String lack) {
    if (!there) {
      throw new IllegalArgumentException(
          "%s batch %s of epoch %s has %s".formatted(name, position, epoch + 1, lack));
    }
  }

  /** Hands a batch back to an iterator that can use its memory again. */
  void release(DataSet batch) {
    if (iterator instanceof SeekableIterator seekable) {
      seekable.release(batch);
    }
  }

  /** How many batches an epoch has; -1 while unknown. */
  int batches() {
    return batches;
  }

  /** What the data say of themselves. */
  Map<String, String> provenance() {
    return iterator instanceof SeekableIterator seekable ? seekable.provenance() : Map.of();
  }

  int batchSize() {
    return iterator.batch();
  }
}
