package org.capsnet.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Goes through numbered samples, epoch by epoch and batch by batch; a subclass writes their
 * features and labels. Every batch consists of new arrays outside every workspace, which belong to
 * the caller.
 *
 * <p>The order is a function of the seed and the epoch; the random numbers of a sample are a
 * function of the seed, the epoch and the number of the sample.
 */
// ND4J's interface is Serializable; nothing here is ever serialized.
@SuppressWarnings("serial")
abstract class EpochIterator implements SeekableIterator {

  private static final int ORDER = 0;
  private static final int AUGMENTATION = 1;

  /** How an iterator goes through its samples. */
  static final class Settings {

    final int batchSize;
    boolean shuffle;
    long seed;
    DataType dataType = DataType.FLOAT;
    boolean dropLast;

    Settings(int batchSize) {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batchSize: expected 1 or more, got " + batchSize);
      }
      this.batchSize = batchSize;
    }

    void dataType(DataType type) {
      if (type != DataType.FLOAT && type != DataType.DOUBLE) {
        throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + type);
      }
      dataType = type;
    }
  }

  private final int count;
  private final long[] featureShape;
  private final long[] labelShape;
  private final List<String> classNames;
  private final int batchSize;
  private final boolean shuffle;
  private final long seed;
  private final DataType dataType;
  private final int samples;

  private DataSetPreProcessor preProcessor;
  private int epoch;

  /** Batches that their users have handed back. */
  private final transient Queue<DataSet> released = new ConcurrentLinkedQueue<>();

  private int position;
  private int[] order;

  /**
   * Starts at the first batch of epoch 0.
   *
   * @param what what the samples are called in messages
   * @param count the number of samples
   * @param featureShape the shape of the features of one
   * @param labelShape the shape of the labels of one
   * @param classNames the name of each class
   */
  EpochIterator(
      String what,
      int count,
      long[] featureShape,
      long[] labelShape,
      List<String> classNames,
      Settings settings) {
    this.count = count;
    this.featureShape = featureShape.clone();
    this.labelShape = labelShape.clone();
    this.classNames = List.copyOf(classNames);
    batchSize = settings.batchSize;
    shuffle = settings.shuffle;
    seed = settings.seed;
    dataType = settings.dataType;
    samples = settings.dropLast ? count / batchSize * batchSize : count;
    if (samples == 0) {
      throw new IllegalArgumentException(
          what + ": expected enough for one batch of " + batchSize + ", got " + count);
    }
    order = orderOf(0);
  }

  /**
   * Writes one sample.
   *
   * @param epoch from 0
   * @param index the number of the sample
   * @param random the random numbers of this sample in this epoch
   * @param features where the features go, zero at first
   * @param labels where the labels go, zero at first
   */
  abstract void write(int epoch, int index, Random random, float[] features, float[] labels);

  /** What the samples are and how they are changed, by name. */
  abstract Map<String, String> samples();

  @Override
  public final Map<String, String> provenance() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("classes", classNames.toString());
    all.put("count", samples == count ? "" + count : samples + " of " + count);
    all.putAll(samples());
    all.put("order", shuffle ? "shuffled" : "as given");
    all.put("seed", Long.toString(seed));
    if (preProcessor != null) {
      all.put("preprocessor", preProcessor.getClass().getName());
    }
    return all;
  }

  // ---------------------------------------------------------------- where it is

  /** {@return the number of batches in an epoch, 1 or more} */
  @Override
  public int batches() {
    return (samples - 1) / batchSize + 1;
  }

  /** {@return the present epoch, counted from 0} */
  public int epoch() {
    return epoch;
  }

  @Override
  public void release(DataSet batch) {
    // What a preprocessor made of a batch may be somebody else's.
    if (preProcessor == null) {
      released.add(batch);
    }
  }

  @Override
  public void seek(int toEpoch, int batch) {
    if (toEpoch < 0) {
      throw new IllegalArgumentException("epoch: expected 0 or more, got " + toEpoch);
    }
    if (batch < 0 || batch > batches()) {
      throw new IllegalArgumentException(
          "batch: expected 0 to %s, the number of batches, got %s".formatted(batches(), batch));
    }
    if (toEpoch != epoch) {
      order = orderOf(toEpoch);
    }
    epoch = toEpoch;
    position = (int) Math.min(samples, (long) batch * batchSize);
  }

  /**
   * Goes to the start of the next epoch; does nothing if no batch of the present one has been
   * taken, so that calling it twice, or before the first batch, does no harm.
   */
  @Override
  public void reset() {
    if (position > 0) {
      seek(epoch + 1, 0);
    }
  }

  private int[] orderOf(int ofEpoch) {
    int[] indices = IntStream.range(0, count).toArray();
    if (shuffle) {
      Seeds.shuffle(indices, Seeds.stream(seed, ORDER, ofEpoch));
    }
    return indices;
  }

  // ---------------------------------------------------------------- batches

  @Override
  public boolean hasNext() {
    return position < samples;
  }

  @Override
  public DataSet next() {
    return next(batchSize);
  }

  /**
   * Takes the next samples, whatever the batch size.
   *
   * @param num how many, 1 or more; fewer come at the end of the epoch
   * @return their features and labels
   * @throws NoSuchElementException at the end of the epoch
   */
  @Override
  public DataSet next(int num) {
    if (num < 1) {
      throw new IllegalArgumentException("num: expected 1 or more, got " + num);
    }
    if (!hasNext()) {
      throw new NoSuchElementException("epoch " + epoch + " has no more batches");
    }
    int[] indices =
        Arrays.copyOfRange(order, position, position + Math.min(num, samples - position));
    DataSet batch = filled(indices);
    batch.setLabelNames(classNames);
    position += indices.length;
    if (preProcessor != null) {
      preProcessor.preProcess(batch);
    }
    return batch;
  }

  private DataSet filled(int[] indices) {
    float[] features = new float[Math.multiplyExact(indices.length, length(featureShape))];
    float[] labels = new float[Math.multiplyExact(indices.length, length(labelShape))];
    float[] feature = new float[length(featureShape)];
    float[] label = new float[length(labelShape)];
    for (int i = 0; i < indices.length; i++) {
      Arrays.fill(feature, 0);
      Arrays.fill(label, 0);
      Random random = Seeds.stream(seed, AUGMENTATION, epoch, indices[i]);
      write(epoch, indices[i], random, feature, label);
      System.arraycopy(feature, 0, features, i * feature.length, feature.length);
      System.arraycopy(label, 0, labels, i * label.length, label.length);
    }
    return filled(features, labels, indices.length);
  }

  static int length(long[] shape) {
    return Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
  }

  private static long[] batchOf(int count, long[] shape) {
    return LongStream.concat(LongStream.of(count), LongStream.of(shape)).toArray();
  }

  /** A batch of such values, in the memory of one that was released if there is one. */
  private DataSet filled(float[] features, float[] labels, int count) {
    long[] shape = batchOf(count, featureShape);
    for (Iterator<DataSet> all = released.iterator(); all.hasNext(); ) {
      DataSet old = all.next();
      if (Arrays.equals(old.getFeatures().shape(), shape)) {
        all.remove();
        old.getFeatures().data().setData(features);
        old.getLabels().data().setData(labels);
        return old;
      }
    }
    return new DataSet(array(features, shape), array(labels, batchOf(count, labelShape)));
  }

  private INDArray array(float[] values, long... shape) {
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray array = Nd4j.create(values, shape, 'c');
      if (dataType == array.dataType()) {
        return array;
      }
      try (array) {
        return array.castTo(dataType);
      }
    }
  }

  // ---------------------------------------------------------------- for ND4J

  @Override
  public int inputColumns() {
    return length(featureShape);
  }

  @Override
  public int totalOutcomes() {
    return classNames.size();
  }

  @Override
  public int batch() {
    return batchSize;
  }

  @Override
  public List<String> getLabels() {
    return classNames;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public boolean asyncSupported() {
    return true;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor processor) {
    preProcessor = processor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }
}
