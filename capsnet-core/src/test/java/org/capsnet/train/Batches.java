package org.capsnet.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Iterators over batches that are held in a list, and data to fill them. */
class Batches implements DataSetIterator {

  private static final long serialVersionUID = 1L;

  private final transient List<DataSet> batches;
  private final boolean resettable;
  private int next;

  Batches(List<DataSet> batches, boolean resettable) {
    this.batches = batches;
    this.resettable = resettable;
  }

  Batches(List<DataSet> batches) {
    this(batches, true);
  }

  /** Exclusive or: four points, two classes. */
  static List<DataSet> xor() {
    return List.of(
        new DataSet(
            Nd4j.create(new double[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}),
            Nd4j.create(new double[][] {{1, 0}, {0, 1}, {0, 1}, {1, 0}})));
  }

  /** Points inside and outside of a circle. */
  static List<DataSet> circle(int count, int batchSize, long seed) {
    Random random = new Random(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[][] points = new double[batchSize][2];
      double[][] labels = new double[batchSize][2];
      for (int j = 0; j < batchSize; j++) {
        points[j] = new double[] {random.nextGaussian(), random.nextGaussian()};
        labels[j][Math.hypot(points[j][0], points[j][1]) < 1.1 ? 0 : 1] = 1;
      }
      batches.add(new DataSet(Nd4j.create(points), Nd4j.create(labels)));
    }
    return batches;
  }

  @Override
  public boolean hasNext() {
    return next < batches.size();
  }

  @Override
  public DataSet next() {
    return batches.get(place(next++));
  }

  /** Where in the list a batch of the current pass is. */
  int place(int position) {
    return position;
  }

  final int count() {
    return batches.size();
  }

  final void moveTo(int position) {
    next = position;
  }

  @Override
  public boolean resetSupported() {
    return resettable;
  }

  @Override
  public void reset() {
    next = 0;
  }

  @Override
  public int batch() {
    return (int) batches.get(0).getFeatures().size(0);
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public DataSet next(int count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int inputColumns() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int totalOutcomes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return null;
  }

  @Override
  public List<String> getLabels() {
    return null;
  }
}
