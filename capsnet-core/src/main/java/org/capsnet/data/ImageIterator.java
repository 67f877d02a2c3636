package org.capsnet.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of {@link LabeledImages}: features [batch, channels, height, width] from 0 to 1, labels
 * one-hot [batch, classes]. Every batch is made of new arrays, outside every workspace, which
 * belong to whoever takes them.
 *
 * <pre>{@code
 * ImageIterator train =
 *     ImageIterator.builder(images, 128).seed(7).shuffle().augment(new RandomShift(2)).build();
 * }</pre>
 *
 * <p>The order is a function of the seed and the epoch; what augmentation does to an image, of the
 * seed, the epoch and the number of the image.
 *
 * @serial exclude
 */
// ND4J's interface is Serializable; nothing here is ever serialized.
@SuppressWarnings({"serial", "InvalidBlockTag"})
public final class ImageIterator implements SeekableIterator {

  private static final int ORDER = 0;
  private static final int AUGMENTATION = 1;

  private final LabeledImages images;
  private final int batchSize;
  private final boolean shuffle;
  private final Augmentation augmentation;
  private final long seed;
  private final DataType dataType;
  private final int samples;

  private DataSetPreProcessor preProcessor;
  private int epoch;

  /** Batches whose users are done with them. */
  private final transient Queue<DataSet> released = new ConcurrentLinkedQueue<>();

  private int position;
  private int[] order;

  private ImageIterator(Builder builder) {
    images = builder.images;
    batchSize = builder.batchSize;
    shuffle = builder.shuffle;
    augmentation = builder.augmentation;
    seed = builder.seed;
    dataType = builder.dataType;
    samples = builder.dropLast ? images.count() / batchSize * batchSize : images.count();
    if (samples == 0) {
      throw new IllegalArgumentException(
          "images: expected enough for one batch of " + batchSize + ", got " + images.count());
    }
    order = orderOf(0);
  }

  /**
   * Starts an iterator over images in their order, float, with a smaller last batch if the number
   * does not divide.
   *
   * @param images the images
   * @param batchSize images a batch, 1 or more
   * @return a builder, to change what is wanted otherwise
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public static Builder builder(LabeledImages images, int batchSize) {
    return new Builder(images, batchSize);
  }

  /** Settings of an {@link ImageIterator}. */
  public static final class Builder {

    private final LabeledImages images;
    private final int batchSize;
    private boolean shuffle;
    private Augmentation augmentation = Augmentation.none();
    private long seed;
    private DataType dataType = DataType.FLOAT;
    private boolean dropLast;

    private Builder(LabeledImages images, int batchSize) {
      if (batchSize < 1) {
        throw new IllegalArgumentException("batchSize: expected 1 or more, got " + batchSize);
      }
      this.images = images;
      this.batchSize = batchSize;
    }

    /**
     * Takes the images of each epoch in an order of its own.
     *
     * @return this
     */
    public Builder shuffle() {
      shuffle = true;
      return this;
    }

    /**
     * Changes each image by chance.
     *
     * @param change the change
     * @return this
     */
    public Builder augment(Augmentation change) {
      augmentation = change;
      return this;
    }

    /**
     * Sets the seed of order and augmentation.
     *
     * @param value any number; 0 unless set
     * @return this
     */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Sets the type of features and labels.
     *
     * @param type float or double
     * @return this
     * @throws IllegalArgumentException if it is another
     */
    public Builder dataType(DataType type) {
      if (type != DataType.FLOAT && type != DataType.DOUBLE) {
        throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + type);
      }
      dataType = type;
      return this;
    }

    /**
     * Leaves out the last batch of an epoch where it would be smaller.
     *
     * @return this
     */
    public Builder dropLast() {
      dropLast = true;
      return this;
    }

    /**
     * Makes the iterator.
     *
     * @return the iterator, at the first batch of epoch 0
     * @throws IllegalArgumentException if the images do not make one batch
     */
    public ImageIterator build() {
      return new ImageIterator(this);
    }
  }

  // ---------------------------------------------------------------- where it is

  /**
   * The number of batches in an epoch.
   *
   * @return 1 or more
   */
  @Override
  public int batches() {
    return (samples - 1) / batchSize + 1;
  }

  /**
   * The present epoch.
   *
   * @return from 0
   */
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
   * Goes to the start of the next epoch; stays where nothing has been taken of the present one, so
   * that calling it twice, or before the first batch of all, does no harm.
   */
  @Override
  public void reset() {
    if (position > 0) {
      seek(epoch + 1, 0);
    }
  }

  private int[] orderOf(int ofEpoch) {
    int[] indices = IntStream.range(0, images.count()).toArray();
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
   * Takes the next images, whatever the batch size.
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
    DataSet batch = filled(features(indices), labels(indices), indices.length);
    batch.setLabelNames(images.classNames());
    position += indices.length;
    if (preProcessor != null) {
      preProcessor.preProcess(batch);
    }
    return batch;
  }

  private float[] features(int[] indices) {
    int size = images.imageSize();
    float[] values = new float[Math.multiplyExact(indices.length, size)];
    float[] image = new float[size];
    for (int i = 0; i < indices.length; i++) {
      images.copy(indices[i], image, 0);
      augmentation.apply(
          image,
          images.channels(),
          images.height(),
          images.width(),
          Seeds.stream(seed, AUGMENTATION, epoch, indices[i]));
      System.arraycopy(image, 0, values, i * size, size);
    }
    return values;
  }

  private float[] labels(int[] indices) {
    float[] values = new float[indices.length * images.classes()];
    for (int i = 0; i < indices.length; i++) {
      values[i * images.classes() + images.label(indices[i])] = 1;
    }
    return values;
  }

  /** A batch of such values, in the memory of one that was released if there is one. */
  private DataSet filled(float[] features, float[] labels, int count) {
    long[] shape = {count, images.channels(), images.height(), images.width()};
    for (Iterator<DataSet> all = released.iterator(); all.hasNext(); ) {
      DataSet old = all.next();
      if (Arrays.equals(old.getFeatures().shape(), shape)) {
        all.remove();
        old.getFeatures().data().setData(features);
        old.getLabels().data().setData(labels);
        return old;
      }
    }
    return new DataSet(array(features, shape), array(labels, count, images.classes()));
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
    return images.imageSize();
  }

  @Override
  public int totalOutcomes() {
    return images.classes();
  }

  @Override
  public int batch() {
    return batchSize;
  }

  @Override
  public List<String> getLabels() {
    return images.classNames();
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
