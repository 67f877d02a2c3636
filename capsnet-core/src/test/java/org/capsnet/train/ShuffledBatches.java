package org.capsnet.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.data.SeekableIterator;
import org.nd4j.linalg.dataset.DataSet;

/** Batches whose order is a function of the epoch. */
final class ShuffledBatches extends Batches implements SeekableIterator {

  private static final long serialVersionUID = 1L;

  private transient List<Integer> order;

  /** The batches that were handed back, in that order. */
  final transient List<DataSet> released = new ArrayList<>();

  ShuffledBatches(List<DataSet> batches) {
    super(batches);
  }

  @Override
  public void release(DataSet batch) {
    released.add(batch);
  }

  @Override
  public void seek(int epoch, int batch) {
    order = new ArrayList<>(IntStream.range(0, count()).boxed().toList());
    Collections.shuffle(order, new Random(epoch));
    moveTo(batch);
  }

  @Override
  int place(int position) {
    return order.get(position);
  }

  @Override
  public int batches() {
    return count();
  }
}
