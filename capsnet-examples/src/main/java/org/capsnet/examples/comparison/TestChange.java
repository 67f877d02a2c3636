package org.capsnet.examples.comparison;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.data.Augmentation;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.RandomAffine;
import org.capsnet.data.RandomShift;
import org.capsnet.data.Seeds;
import org.capsnet.data.Warp;
import org.capsnet.data.picture.ByteImage;

/** What is done to test images to see how far what a network has learned holds for others. */
public enum TestChange {
  /** Nothing. */
  NONE("test", "the test images as they are"),
  /** By whole pixels. */
  MOVED("moved", "moved by up to 4 pixels along each axis"),
  /** About the centre. */
  TURNED("turned", "turned by up to 30 degrees"),
  /** Along both axes alike. */
  SCALED("scaled", "of 0.7 to 1.3 times their size"),
  /** All of it at once. */
  AFFINE(
      "affine",
      "turned by up to 20 degrees, slanted by up to 11, of 0.8 to 1.2 times their size and moved by"
          + " up to 2 pixels");

  /** In the order of tables. */
  static final List<TestChange> ALL = List.of(values());

  /** The angles of the curve, in degrees. */
  private static final int[] ANGLES = IntStream.rangeClosed(-4, 4).map(k -> 15 * k).toArray();

  private final String column;
  private final String description;

  TestChange(String column, String description) {
    this.column = column;
    this.description = description;
  }

  /** A word for the head of a table. */
  String column() {
    return column;
  }

  /** What it means. */
  String description() {
    return description;
  }

  private Augmentation change() {
    return switch (this) {
      case NONE -> Augmentation.none();
      case MOVED -> new RandomShift(4);
      case TURNED -> new RandomAffine(30, 1, 1, 0, 0);
      case SCALED -> new RandomAffine(0, 0.7, 1.3, 0, 0);
      case AFFINE -> new RandomAffine(20, 0.8, 1.2, 11, 2);
    };
  }

  /** Changes each image by random numbers of its own, the same for every network. */
  public LabeledImages of(LabeledImages images) {
    return this == NONE
        ? images
        : images.withImages(i -> changed(images.byteImage(i), Seeds.stream(ALL.indexOf(this), i)));
  }

  private ByteImage changed(ByteImage image, Random random) {
    float[] values = new float[image.channels() * image.height() * image.width()];
    image.copy(values, 0);
    change().apply(values, image.channels(), image.height(), image.width(), random);
    return ByteImage.of(values, image.channels(), image.height(), image.width());
  }

  /** {@return the angles in degrees, 0 among them} */
  static int[] angles() {
    return ANGLES.clone();
  }

  /** Turns all images by one angle. */
  public static LabeledImages turned(LabeledImages images, int degrees) {
    Warp warp = Warp.rotation(images.height(), images.width(), degrees);
    return degrees == 0 ? images : images.withImages(i -> warp.bilinear(images.byteImage(i)));
  }
}
