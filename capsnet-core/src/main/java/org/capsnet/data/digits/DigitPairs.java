package org.capsnet.data.digits;

import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.capsnet.data.Augmentation;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Seeds;
import org.capsnet.data.picture.ByteImage;

/**
 * MultiMNIST (Sabour et al., 2017): a digit, and over it one of another class from the same set,
 * each moved by a random number of whole pixels. With 28×28 digits and 4 pixels the images are
 * 36×36, and the boxes of the two digits overlap by 80 % on average.
 *
 * <p>Pairs are made when they are asked for, and a number always gives the same one. The first
 * digit of pair {@code n} is number {@code n} modulo their count, so that the paper's training set,
 * a thousand pairs for each digit, is a thousand epochs of
 *
 * <pre>{@code
 * DigitPairs pairs = new DigitPairs(Mnist.digits().train(), 4, seed);
 * SampleSource<DigitPair> train = SampleSource.endless(pairs, 60_000);
 * }</pre>
 *
 * <p>and its test set {@code SampleSource.repeated(pairs, 10_000_000)} of the test digits. {@link
 * PairLabels} lays out their labels.
 */
public final class DigitPairs implements LongFunction<DigitPair> {

  /** With more, the pixels of a pair would not fit an array. */
  private static final int MOST_SHIFT = 1 << 14;

  private final LabeledImages digits;
  private final int shift;
  private final long seed;
  private final Augmentation change;

  /** The numbers of the digits, class by class. */
  private final int[] sorted;

  /** For each class where it begins in {@link #sorted}, and at the end their count. */
  private final int[] starts;

  /**
   * Makes a generator.
   *
   * @param digits grey images of digits, light on dark, of two classes at least
   * @param shift how far a digit may be moved, up, down, left and right, in pixels, 0 to 16384; 4
   *     in the paper
   * @param seed any number
   * @throws IllegalArgumentException if the images are not grey or all of one class, or the shift
   *     is out of its range
   */
  public DigitPairs(LabeledImages digits, int shift, long seed) {
    this(digits, shift, seed, Augmentation.none());
  }

  private DigitPairs(LabeledImages digits, int shift, long seed, Augmentation change) {
    int[] counts = digits.classCounts();
    if (digits.channels() != 1 || IntStream.of(counts).filter(count -> count > 0).count() < 2) {
      throw new IllegalArgumentException(
          "digits: expected grey images of two classes or more, got " + digits);
    }
    if (shift < 0 || shift > MOST_SHIFT) {
      throw new IllegalArgumentException(
          "shift: expected 0 to %d, got %d".formatted(MOST_SHIFT, shift));
    }
    this.digits = digits;
    this.shift = shift;
    this.seed = seed;
    this.change = change;
    sorted =
        IntStream.range(0, counts.length)
            .flatMap(c -> IntStream.range(0, digits.count()).filter(i -> digits.label(i) == c))
            .toArray();
    starts = new int[counts.length + 1];
    for (int c = 0; c < counts.length; c++) {
      starts[c + 1] = starts[c] + counts[c];
    }
  }

  /**
   * These pairs of digits that are each changed at random before they are moved: in training, to
   * have more digits. The drawings of the pairs show the digits as changed.
   *
   * @param each what is done to an image of one digit
   * @return another generator
   */
  public DigitPairs changed(Augmentation each) {
    return new DigitPairs(digits, shift, seed, change.then(each));
  }

  /** {@return the names of the classes, those of the digits, in the order of their numbers} */
  public List<String> classNames() {
    return digits.classNames();
  }

  /** {@return the labels of these pairs, with both drawings} */
  public PairLabels labels() {
    return new PairLabels(classNames(), digits.height() + 2 * shift, digits.width() + 2 * shift);
  }

  /**
   * A pair.
   *
   * @param number any number
   * @return the pair of that number
   */
  @Override
  public DigitPair apply(long number) {
    Random random = Seeds.stream(seed, number);
    int first = (int) Math.floorMod(number, (long) digits.count());
    int second = partner(digits.label(first), random);
    return new DigitPair(
        moved(first, random), digits.label(first), moved(second, random), digits.label(second));
  }

  /** Any digit of another class, all alike. */
  private int partner(int label, Random random) {
    int own = starts[label + 1] - starts[label];
    int place = random.nextInt(digits.count() - own);
    return sorted[place < starts[label] ? place : place + own];
  }

  private ByteImage moved(int digit, Random random) {
    int top = random.nextInt(2 * shift + 1);
    int left = random.nextInt(2 * shift + 1);
    return changed(digits.byteImage(digit), random)
        .placed(top, left, digits.height() + 2 * shift, digits.width() + 2 * shift);
  }

  private ByteImage changed(ByteImage digit, Random random) {
    float[] values = new float[digit.height() * digit.width()];
    digit.copy(values, 0);
    change.apply(values, 1, digit.height(), digit.width(), random);
    return ByteImage.of(values, 1, digit.height(), digit.width());
  }
}
