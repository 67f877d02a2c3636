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

  private final boolean givesAway;

  ShuffledBatches(List<DataSet> batches, boolean givesAway) {
    super(batches);
    this.givesAway = givesAway;
  }

  ShuffledBatches(List<DataSet> batches) {
    this(batches, false);
  }

  @Override
  public boolean givesAway() {
    return givesAway;
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
