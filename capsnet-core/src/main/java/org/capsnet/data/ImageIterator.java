package org.capsnet.data;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Batches of {@link LabeledImages}: features [batch, channels, height, width] from 0 to 1, labels
 * one-hot [batch, classes], unless they are mixed. Every batch consists of new arrays outside every
 * workspace, which belong to the caller.
 *
 * <pre>{@code
 * ImageIterator train =
 *     ImageIterator.builder(images, 128).seed(7).shuffle().augment(new RandomShift(2)).build();
 * }</pre>
 *
 * <p>The order is a function of the seed and the epoch; what augmentation does to an image is a
 * function of the seed, the epoch and the number of the image.
 *
 * @serial exclude
 */
// ND4J's interface is Serializable; nothing here is ever serialized.
@SuppressWarnings({"serial", "InvalidBlockTag"})
public final class ImageIterator extends EpochIterator {

  private final LabeledImages images;
  private final Augmentation augmentation;
  private final Optional<MixUp> mixUp;

  private ImageIterator(Builder builder) {
    super(
        "images",
        builder.images.count(),
        new long[] {builder.images.channels(), builder.images.height(), builder.images.width()},
        new long[] {builder.images.classes()},
        builder.images.classNames(),
        builder.settings);
    images = builder.images;
    augmentation = builder.augmentation;
    mixUp = builder.mixUp;
  }

  /**
   * Starts building an iterator over images in their order, in float, with a smaller last batch if
   * the number of images is not a multiple of the batch size.
   *
   * @param images the images
   * @param batchSize images per batch, 1 or more
   * @return a builder, with which to change these settings
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public static Builder builder(LabeledImages images, int batchSize) {
    return new Builder(images, batchSize);
  }

  /** Settings of an {@link ImageIterator}. */
  public static final class Builder {

    private final LabeledImages images;
    private final Settings settings;
    private Augmentation augmentation = Augmentation.none();
    private Optional<MixUp> mixUp = Optional.empty();

    private Builder(LabeledImages images, int batchSize) {
      this.images = images;
      settings = new Settings(batchSize);
    }

    /**
     * Shuffles the images anew in each epoch.
     *
     * @return this
     */
    public Builder shuffle() {
      settings.shuffle = true;
      return this;
    }

    /**
     * Changes each image at random.
     *
     * @param change the change
     * @return this
     */
    public Builder augment(Augmentation change) {
      augmentation = change;
      return this;
    }

    /**
     * Mixes each image, once it is changed, with another one drawn from all of them, and the labels
     * alike (Zhang et al., <i>mixup: Beyond Empirical Risk Minimization</i>, 2018): {@code λ x + (1
     * - λ) x'}, with λ drawn from Beta(α, α). It is for losses that take shares of classes.
     *
     * @param alpha α, above 0 and at most 1: the smaller, the less is mixed; the paper has 0.1 to
     *     0.4 for ImageNet and 1 for CIFAR-10
     * @return this
     * @throws IllegalArgumentException if α is out of its range
     */
    public Builder mixUp(double alpha) {
      mixUp = Optional.of(new MixUp(alpha));
      return this;
    }

    /**
     * Sets the seed of order and augmentation.
     *
     * @param value any number; 0 unless set
     * @return this
     */
    public Builder seed(long value) {
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
    public Builder dataType(DataType type) {
      settings.dataType(type);
      return this;
    }

    /**
     * Leaves out the last batch of an epoch if it would be smaller.
     *
     * @return this
     */
    public Builder dropLast() {
      settings.dropLast = true;
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

  @Override
  Map<String, String> samples() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("image digest", images.digest());
    all.put("augmentation", Described.text(augmentation));
    mixUp.ifPresent(mixing -> all.put("mix-up", Double.toString(mixing.alpha())));
    return all;
  }

  @Override
  void write(int epoch, int index, Random random, float[] features, float[] labels) {
    changed(index, random, features);
    labels[images.label(index)] = 1;
    mixUp.ifPresent(mixing -> mix(mixing, random, features, labels));
  }

  private void changed(int index, Random random, float[] features) {
    images.copy(index, features, 0);
    augmentation.apply(features, images.channels(), images.height(), images.width(), random);
  }

  private void mix(MixUp mixing, Random random, float[] features, float[] labels) {
    float own = (float) mixing.share(random);
    int other = random.nextInt(images.count());
    float[] others = new float[features.length];
    changed(other, random, others);
    for (int i = 0; i < features.length; i++) {
      features[i] = own * features[i] + (1 - own) * others[i];
    }
    for (int k = 0; k < labels.length; k++) {
      labels[k] *= own;
    }
    labels[images.label(other)] += 1 - own;
  }
}
