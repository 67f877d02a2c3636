package org.capsnet.data;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.capsnet.data.picture.ByteImage;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Batches of samples with more than a class: boxes, or a mask. Features [batch, channels, height,
 * width] from 0 to 1, labels as the {@link SampleEncoder} lays them out. Every batch consists of
 * new arrays outside every workspace, which belong to the caller.
 *
 * <pre>{@code
 * SampleIterator<DetectionSample> train =
 *     SampleIterator.builder(SampleSource.of(samples), new ClassBoxes(classNames), 32)
 *         .transform(new RandomFlip<>(0.5, 0.5)).augment(new ColorJitter(0.2, 0.2, 0.2))
 *         .seed(7).shuffle().build();
 * }</pre>
 *
 * <p>The order is a function of the seed and the epoch; the random numbers of a sample are a
 * function of the seed, the epoch and the number of the sample.
 *
 * @param <T> what a sample is
 * @serial exclude
 */
// ND4J's interface is Serializable; nothing here is ever serialized.
@SuppressWarnings({"serial", "InvalidBlockTag"})
public final class SampleIterator<T extends Annotated<T>> extends EpochIterator {

  /** How many samples a digest of the set looks at. */
  private static final int DIGESTED = 256;

  private final SampleSource<T> source;
  private final SampleEncoder<? super T> encoder;
  private final SampleTransform<T> transform;
  private final Augmentation augmentation;
  private final long[] shape;

  private SampleIterator(Builder<T> builder, long[] shape) {
    super(
        "samples",
        builder.source.count(),
        shape,
        builder.encoder.labelShape(),
        builder.encoder.classNames(),
        builder.settings);
    source = builder.source;
    encoder = builder.encoder;
    transform = builder.transform;
    augmentation = builder.augmentation;
    this.shape = shape;
  }

  /**
   * Starts building an iterator over samples in their order, in float, with a smaller last batch if
   * the number of samples is not a multiple of the batch size.
   *
   * @param source the samples
   * @param encoder writes their labels
   * @param batchSize samples per batch, 1 or more
   * @param <T> what a sample is
   * @return a builder, with which to change these settings
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public static <T extends Annotated<T>> Builder<T> builder(
      SampleSource<T> source, SampleEncoder<? super T> encoder, int batchSize) {
    return new Builder<>(source, encoder, batchSize);
  }

  /**
   * Settings of a {@link SampleIterator}.
   *
   * @param <T> what a sample is
   */
  public static final class Builder<T extends Annotated<T>> {

    private final SampleSource<T> source;
    private final SampleEncoder<? super T> encoder;
    private final Settings settings;
    private SampleTransform<T> transform = SampleTransform.none();
    private Augmentation augmentation = Augmentation.none();

    private Builder(SampleSource<T> source, SampleEncoder<? super T> encoder, int batchSize) {
      this.source = source;
      this.encoder = encoder;
      settings = new Settings(batchSize);
    }

    /**
     * Changes each sample at random, its annotations with its image. All samples must come out in
     * the same size.
     *
     * @param change the change
     * @return this
     */
    public Builder<T> transform(SampleTransform<T> change) {
      transform = change;
      return this;
    }

    /**
     * Changes the features of each sample, after all else, in a way that leaves the labels valid:
     * colour, noise, {@link Intensity}.
     *
     * @param change the change
     * @return this
     */
    public Builder<T> augment(Augmentation change) {
      augmentation = change;
      return this;
    }

    /**
     * Shuffles the samples anew in each epoch.
     *
     * @return this
     */
    public Builder<T> shuffle() {
      settings.shuffle = true;
      return this;
    }

    /**
     * Sets the seed of the order and of the random changes.
     *
     * @param value any number; 0 unless set
     * @return this
     */
    public Builder<T> seed(long value) {
      settings.seed = value;
      return this;
    }

    /**
     * Sets the type of features and labels.
     *
     * @param type float or double
     * @return this
     * @throws IllegalArgumentException if it is another
     */
    public Builder<T> dataType(DataType type) {
      settings.dataType(type);
      return this;
    }

    /**
     * Leaves out the last batch of an epoch if it would be smaller.
     *
     * @return this
     */
    public Builder<T> dropLast() {
      settings.dropLast = true;
      return this;
    }

    /**
     * Makes the iterator.
     *
     * @return the iterator, at the first batch of epoch 0
     * @throws IllegalArgumentException if the samples do not make one batch
     */
    public SampleIterator<T> build() {
      if (source.count() == 0) {
        throw new IllegalArgumentException("samples: expected some, got none");
      }
      // The first sample as it will come says the size of all.
      T first = transform.apply(source.get(0, 0), Seeds.stream(settings.seed));
      return new SampleIterator<>(this, first.image().shape());
    }
  }

  @Override
  Map<String, String> samples() {
    return Map.of(
        "sample digest", digest(),
        "labels", Described.text(encoder),
        "transform", Described.text(transform),
        "augmentation", Described.text(augmentation));
  }

  /** Of the first epoch's samples, or of enough of them, since a source may generate each one. */
  private String digest() {
    Digest digest = new Digest();
    int some = Math.min(DIGESTED, source.count());
    for (int i = 0; i < some; i++) {
      T sample = source.get(0, (int) ((long) i * source.count() / some));
      float[] labels = new float[length(encoder.labelShape())];
      encoder.encode(sample, labels);
      digest.add(sample.image().bytes()).add(labels);
    }
    return digest.text();
  }

  @Override
  void write(int epoch, int index, Random random, float[] features, float[] labels) {
    T sample = transform.apply(source.get(epoch, index), random);
    ByteImage image = sample.image();
    if (!Arrays.equals(image.shape(), shape)) {
      throw new IllegalArgumentException(
          "sample %s: expected an image %s as the first, got %s"
              .formatted(index, Arrays.toString(shape), Arrays.toString(image.shape())));
    }
    image.copy(features, 0);
    augmentation.apply(features, image.channels(), image.height(), image.width(), random);
    encoder.encode(sample, labels);
  }
}
