package org.capsnet.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.capsnet.data.picture.ByteImage;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images of one size with one class each, in memory at one byte per pixel and channel. Immutable,
 * and may be shared by any number of threads.
 */
public final class LabeledImages {

  private final byte[] pixels;
  private final int channels;
  private final int height;
  private final int width;
  private final int[] labels;
  private final List<String> classNames;

  /**
   * Takes images.
   *
   * @param pixels unsigned bytes as [count, channels, height, width]; not copied, and must not be
   *     changed afterwards
   * @param channels 1 or more
   * @param height 1 or more
   * @param width 1 or more
   * @param labels for each image the number of its class, from 0; copied
   * @param classNames the name of each class
   * @throws IllegalArgumentException if the sizes do not fit together, or a label has no class
   */
  public LabeledImages(
      byte[] pixels, int channels, int height, int width, int[] labels, List<String> classNames) {
    long size = ByteImage.numbers(channels, height, width);
    if (pixels.length != size * labels.length) {
      throw new IllegalArgumentException(
          "pixels: expected [%s, %s, %s, %s] = %s bytes, got %s"
              .formatted(
                  labels.length, channels, height, width, size * labels.length, pixels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "label of image %s: expected 0 to %s, got %s"
                .formatted(i, classNames.size() - 1, labels[i]));
      }
    }
    this.pixels = pixels;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.labels = labels.clone();
    this.classNames = List.copyOf(classNames);
  }

  // ---------------------------------------------------------------- reading

  /** {@return the number of images, 0 or more} */
  public int count() {
    return labels.length;
  }

  /** {@return the number of channels: 1 for grey, 3 for red, green, blue} */
  public int channels() {
    return channels;
  }

  /** {@return the height of each image in pixels} */
  public int height() {
    return height;
  }

  /** {@return the width of each image in pixels} */
  public int width() {
    return width;
  }

  /** {@return the number of classes} */
  public int classes() {
    return classNames.size();
  }

  /** {@return the names of the classes, in the order of their numbers} */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * The class of an image.
   *
   * @param index from 0 to {@link #count()} - 1
   * @return from 0 to {@link #classes()} - 1
   */
  public int label(int index) {
    return labels[Objects.checkIndex(index, labels.length)];
  }

  /** {@return how many images each class has, in the order of their numbers} */
  public int[] classCounts() {
    int[] counts = new int[classes()];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * One image.
   *
   * @param index from 0 to {@link #count()} - 1
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   */
  public INDArray image(int index) {
    float[] values = new float[imageSize()];
    copy(index, values, 0);
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return Nd4j.create(values, new long[] {channels, height, width}, 'c');
    }
  }

  /**
   * One image, at one byte per pixel and channel.
   *
   * @param index from 0 to {@link #count()} - 1
   * @return a copy
   */
  public ByteImage byteImage(int index) {
    int from = Objects.checkIndex(index, labels.length) * imageSize();
    return new ByteImage(
        Arrays.copyOfRange(pixels, from, from + imageSize()), channels, height, width);
  }

  /** {@return a text that identifies these images and their classes} */
  public String digest() {
    return new Digest().add(channels, height, width).add(labels).add(pixels).text();
  }

  /** The numbers in one image. */
  int imageSize() {
    return channels * height * width;
  }

  /** Copies one image, scaled to 0 to 1. */
  void copy(int index, float[] to, int offset) {
    int size = imageSize();
    ByteImage.scale(pixels, Objects.checkIndex(index, labels.length) * size, to, offset, size);
  }

  /** The same images, whose classes have other names. */
  LabeledImages named(List<String> names) {
    return new LabeledImages(pixels, channels, height, width, labels, names);
  }

  /**
   * The images in the middle of larger ones, which are zero elsewhere. With digits of 28×28 on
   * 40×40 and {@code new RandomShift(6)} as augmentation, each digit lies anywhere: the translated
   * MNIST of Sabour et al. (2017).
   *
   * @param toHeight the rows of the larger images; of an odd margin the smaller part is above
   * @param toWidth their columns; of an odd margin the smaller part is on the left
   * @return other images, with the same classes
   * @throws IndexOutOfBoundsException if an image does not fit
   */
  public LabeledImages onCanvas(int toHeight, int toWidth) {
    return withImages(
        i ->
            byteImage(i).placed((toHeight - height) / 2, (toWidth - width) / 2, toHeight, toWidth));
  }

  /**
   * Other images with the classes of these.
   *
   * @param image gives the image that takes the place of the one of that number; all of one size
   * @return other images, in the same order; these if there are none
   * @throws IllegalArgumentException if their sizes differ, or all together are too large
   */
  public LabeledImages withImages(IntFunction<ByteImage> image) {
    byte[] all = pixels;
    ByteImage first = null;
    for (int i = 0; i < count(); i++) {
      ByteImage one = image.apply(i);
      if (first == null) {
        first = one;
        requireRoom(one);
        all = new byte[count() * one.size()];
      }
      if (!Arrays.equals(one.shape(), first.shape())) {
        throw new IllegalArgumentException(
            "image %s: expected one as the first, %s, got %s".formatted(i, first, one));
      }
      one.copy(all, i * one.size());
    }
    return first == null
        ? this
        : new LabeledImages(
            all, first.channels(), first.height(), first.width(), labels, classNames);
  }

  private void requireRoom(ByteImage one) {
    if (one.size() > Integer.MAX_VALUE / count()) {
      throw new IllegalArgumentException(
          "images: %d of %s are more than an array holds".formatted(count(), one));
    }
  }

  // ---------------------------------------------------------------- choosing

  /**
   * Some of the images.
   *
   * @param indices their numbers, in the order wanted
   * @return copies of them, with the same classes, including those without an image left; {@link
   *     #ofClasses} drops classes
   * @throws IndexOutOfBoundsException if there is no such image
   */
  public LabeledImages subset(int... indices) {
    int size = imageSize();
    byte[] chosen = new byte[Math.multiplyExact(indices.length, size)];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosenLabels[i] = label(indices[i]);
      System.arraycopy(pixels, indices[i] * size, chosen, i * size, size);
    }
    return new LabeledImages(chosen, channels, height, width, chosenLabels, classNames);
  }

  /**
   * The images of some classes; the other classes are dropped.
   *
   * @param names of classes, in the order that they will have
   * @return copies of the images, in the order of this set
   * @throws IllegalArgumentException if there is no such class, or a name occurs twice
   */
  public LabeledImages ofClasses(String... names) {
    List<String> wanted = List.of(names);
    for (String name : wanted) {
      if (!classNames.contains(name) || wanted.indexOf(name) != wanted.lastIndexOf(name)) {
        throw new IllegalArgumentException(
            "classes: expected some of " + classNames + ", each once, got " + wanted);
      }
    }
    return relabeled(wanted, name -> name);
  }

  /**
   * The images with classes of other names. Classes that get the same name become one, and those
   * without a new name are dropped with their images.
   *
   * @param newNames by present name; the new classes are in the order in which their names first
   *     occur among the present classes
   * @return copies of the images, in the order of this set
   * @throws IllegalArgumentException if there is no such class
   */
  public LabeledImages relabel(Map<String, String> newNames) {
    if (!classNames.containsAll(newNames.keySet())) {
      throw new IllegalArgumentException(
          "classes: expected some of " + classNames + ", got " + newNames.keySet());
    }
    List<String> names =
        classNames.stream().filter(newNames::containsKey).map(newNames::get).distinct().toList();
    return relabeled(names, newNames::get);
  }

  /**
   * The same images among the classes of something else, such as a classifier that is tested by
   * them.
   *
   * @param names of classes, those of this set among them
   * @return copies of the images, in the order of this set
   * @throws IllegalArgumentException if a class of this set is not among them
   */
  public LabeledImages amongClasses(List<String> names) {
    List<String> others = classNames.stream().filter(name -> !names.contains(name)).toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException("classes: expected some of " + names + ", got " + others);
    }
    return names.equals(classNames) ? this : relabeled(names, name -> name);
  }

  private LabeledImages relabeled(List<String> names, UnaryOperator<String> newName) {
    List<String> known = new ArrayList<>(names); // one that may be asked for null
    int[] newLabels =
        classNames.stream().mapToInt(name -> known.indexOf(newName.apply(name))).toArray();
    int[] kept = IntStream.range(0, count()).filter(i -> newLabels[labels[i]] >= 0).toArray();
    LabeledImages some = subset(kept);
    int[] someLabels = Arrays.stream(some.labels).map(label -> newLabels[label]).toArray();
    return new LabeledImages(some.pixels, channels, height, width, someLabels, names);
  }

  /**
   * The first images.
   *
   * @param n how many, from 0 to {@link #count()}
   * @return copies of them, with the same classes
   * @throws IllegalArgumentException if there are fewer
   */
  public LabeledImages take(int n) {
    if (n < 0 || n > count()) {
      throw new IllegalArgumentException("n: expected 0 to " + count() + ", got " + n);
    }
    return subset(IntStream.range(0, n).toArray());
  }

  /**
   * Two parts of a set, which have no image in common.
   *
   * @param first the first part
   * @param second the rest
   */
  public record Split(LabeledImages first, LabeledImages second) {}

  /**
   * Splits at random, each class in the same proportion. A class of two or more images has at least
   * one in each part; a single image goes to the first.
   *
   * @param fraction the share of the first part, above 0 and below 1
   * @param seed equal seeds give equal parts
   * @return the parts, each in the order of this set
   * @throws IllegalArgumentException if the fraction is out of range
   */
  public Split split(double fraction, long seed) {
    Splits.Parts parts = Splits.split(labels, fraction, seed);
    return new Split(subset(parts.first()), subset(parts.second()));
  }

  @Override
  public String toString() {
    return "%s images %s, classes %s"
        .formatted(count(), Arrays.asList(channels, height, width), classNames);
  }
}
