package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Mnist;
import org.capsnet.data.Seeds;
import org.capsnet.data.digits.AffineDigits;
import org.capsnet.data.objects.Cifar10;
import org.capsnet.data.objects.Coil20;
import org.capsnet.data.objects.SmallNorb;
import org.capsnet.data.objects.ViewpointSplit;
import org.capsnet.data.picture.ByteImage;

/** Public sets of images with one class each, by name. */
public enum Dataset {
  /** Handwritten digits. */
  MNIST,
  /** Garments of Fashion-MNIST. */
  FASHION,
  /** The digits in the middle of 40×40 pixels, and those of the test changed as in affNIST. */
  AFFNIST,
  /** Animals and vehicles, in colour. */
  CIFAR10,
  /** Toys, as pairs of grey images, and other toys for the test. */
  SMALLNORB,
  /** Objects seen from the front, and for the test from all other sides. */
  COIL20;

  static final String HELP =
      "MNIST or FASHION; AFFNIST: MNIST on 40×40 pixels, tested on digits that are turned, slanted,"
          + " stretched and anywhere on it, for which --shift 6 trains, and validated on digits"
          + " that are moved so; CIFAR10; SMALLNORB, pairs resized to --image-size, tested on other"
          + " toys; COIL20, tested on viewpoints that training has none of. MNIST and AFFNIST are"
          + " bundled in part, the others are not. Default: MNIST.";

  static final String DATA_HELP =
      "Where the --dataset is: a folder with its files as they are distributed, compressed with"
          + " gzip or not (four IDX files; data_batch_1.bin to 5 and test_batch.bin;"
          + " smallnorb-…-dat.mat, -cat, -info), or the file COIL20.mat.";

  private static final int CANVAS = 40;
  private static final int DIGIT = 28;
  private static final int MARGIN = (CANVAS - DIGIT) / 2;
  private static final int FRONT = 60;

  /** Whether a part comes with the examples. */
  boolean isBundled() {
    return this == MNIST || this == AFFNIST;
  }

  /** Whether the whole set can be downloaded. */
  boolean isFetched() {
    return this == MNIST || this == FASHION || this == AFFNIST;
  }

  /** The part that comes with the examples. */
  public DigitFiles.Pair bundled(long seed) throws IOException {
    return changed(DigitFiles.bundled(), seed);
  }

  /**
   * The whole set.
   *
   * @param place where it is; null for its cache, else a download
   * @param side what images are resized to where this set is resized
   * @param seed of random changes
   */
  public DigitFiles.Pair read(Path place, int side, long seed) throws IOException {
    return switch (this) {
      case MNIST, AFFNIST -> changed(DigitFiles.read(Mnist.digits(), place), seed);
      case FASHION -> DigitFiles.read(Mnist.fashion(), place);
      case CIFAR10 -> new DigitFiles.Pair(Cifar10.in(place).train(), Cifar10.in(place).test());
      case SMALLNORB -> {
        SmallNorb norb = SmallNorb.in(place);
        yield new DigitFiles.Pair(norb.train(side).images(), norb.test(side).images());
      }
      case COIL20 -> {
        Path file = Files.isDirectory(place) ? place.resolve("COIL20.mat") : place;
        ViewpointSplit split = Coil20.split(Coil20.read(file), FRONT);
        yield new DigitFiles.Pair(
            ImageSource.shuffled(split.train(), seed), ImageSource.shuffled(split.novel(), seed));
      }
    };
  }

  /**
   * What is held out of the training images, as training shows them: moved at random on AFFNIST.
   */
  public LabeledImages heldOut(LabeledImages images, long seed) {
    return this == AFFNIST
        ? images.withImages(i -> moved(images.byteImage(i), Seeds.stream(seed, i)))
        : images;
  }

  /** By up to the margin around the digit either way. */
  private static ByteImage moved(ByteImage centred, Random random) {
    ByteImage digit = centred.cropped(MARGIN, MARGIN, DIGIT, DIGIT);
    return digit.placed(
        random.nextInt(2 * MARGIN + 1), random.nextInt(2 * MARGIN + 1), CANVAS, CANVAS);
  }

  private DigitFiles.Pair changed(DigitFiles.Pair digits, long seed) {
    return this == AFFNIST
        ? new DigitFiles.Pair(
            digits.train().onCanvas(CANVAS, CANVAS), AffineDigits.AFFNIST.of(digits.test(), seed))
        : digits;
  }
}
