package org.capsnet.data.digits;

import java.util.List;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.picture.ByteImage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Labels of two digits in one image, in one array, since an ND4J {@code DataSet} has one: [batch,
 * 2, classes + height · width]. Of each digit first comes its class, one-hot; then its drawing
 * without the other digit, [1, height, width] from 0 to 1, the target of a reconstruction. {@link
 * #present}, {@link #digit} and {@link #drawing} take them apart.
 *
 * @param classNames the name of each class
 * @param height of the images, in pixels, 1 or more
 * @param width of the images, in pixels, 1 or more
 */
public record PairLabels(List<String> classNames, int height, int width)
    implements SampleEncoder<DigitPair> {

  /** How many digits there are in an image. */
  public static final int DIGITS = 2;

  /**
   * Copies the names and checks the sizes.
   *
   * @throws IllegalArgumentException if there are fewer than two classes, or a size is below 1
   */
  public PairLabels {
    classNames = List.copyOf(classNames);
    if (classNames.size() < DIGITS) {
      throw new IllegalArgumentException("classNames: expected two or more, got " + classNames);
    }
    ByteImage.numbers(1, height, width);
  }

  @Override
  public long[] labelShape() {
    return new long[] {DIGITS, row()};
  }

  private int row() {
    return classNames.size() + height * width;
  }

  @Override
  public void encode(DigitPair pair, float[] labels) {
    encode(pair.first(), pair.firstLabel(), labels, 0);
    encode(pair.second(), pair.secondLabel(), labels, row());
  }

  private void encode(ByteImage drawing, int label, float[] labels, int start) {
    if (label >= classNames.size()) {
      throw new IllegalArgumentException(
          "label: expected 0 to %s, got %s".formatted(classNames.size() - 1, label));
    }
    if (drawing.height() != height || drawing.width() != width) {
      throw new IllegalArgumentException(
          "drawing: expected %s × %s pixels, got %s × %s"
              .formatted(height, width, drawing.height(), drawing.width()));
    }
    labels[start + label] = 1;
    drawing.copy(labels, start + classNames.size());
  }

  /**
   * The classes in a batch of labels.
   *
   * @param labels [batch, 2, classes + height · width]
   * @return another array, [batch, classes], 1 for the two that are in the image
   */
  public INDArray present(INDArray labels) {
    return digit(labels, 0).add(digit(labels, 1));
  }

  /**
   * The class of one of the two digits.
   *
   * @param labels [batch, 2, classes + height · width]
   * @param which 0 for the first, 1 for the second
   * @return another array, one-hot, [batch, classes]
   */
  public INDArray digit(INDArray labels, int which) {
    return columns(labels, which, 0, classNames.size());
  }

  /**
   * The drawing of one of the two digits.
   *
   * @param labels [batch, 2, classes + height · width]
   * @param which 0 for the first, 1 for the second
   * @return another array, [batch, 1, height, width] from 0 to 1
   */
  public INDArray drawing(INDArray labels, int which) {
    return columns(labels, which, classNames.size(), row())
        .reshape('c', labels.size(0), 1, height, width);
  }

  /** A copy: what ND4J slices off a view at a point is empty. */
  private static INDArray columns(INDArray labels, int which, int from, int to) {
    return labels
        .get(NDArrayIndex.all(), NDArrayIndex.point(which), NDArrayIndex.interval(from, to))
        .dup('c');
  }
}
