package org.capsnet.data.medical;

import java.util.List;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.picture.ByteImage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Labels of a diagnosis and a mask, in one array, since an ND4J {@code DataSet} has one: [batch,
 * classes + maskClasses · height · width]. First comes the diagnosis, one-hot; then the mask,
 * one-hot, as [maskClasses, height, width]. {@link #diagnosis} and {@link #mask} take them apart.
 *
 * @param classNames the name of each diagnosis; empty to leave the diagnosis out
 * @param maskClasses how many classes a pixel can have; 0 to leave the mask out
 * @param height of the images, in pixels, 1 or more
 * @param width of the images, in pixels, 1 or more
 */
public record SegmentationLabels(List<String> classNames, int maskClasses, int height, int width)
    implements SampleEncoder<SegmentationSample> {

  /**
   * Copies the names and checks the numbers.
   *
   * @throws IllegalArgumentException if a number is out of its range, or nothing is left
   */
  public SegmentationLabels {
    classNames = List.copyOf(classNames);
    if (maskClasses < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "maskClasses, height and width: expected 0, 1, 1 or more, got %s, %s, %s"
              .formatted(maskClasses, height, width));
    }
    ByteImage.numbers(Math.max(1, maskClasses), height, width);
    if (classNames.isEmpty() && maskClasses == 0) {
      throw new IllegalArgumentException("labels: expected a diagnosis or a mask, got neither");
    }
  }

  @Override
  public long[] labelShape() {
    return new long[] {classNames.size() + (long) maskClasses * height * width};
  }

  @Override
  public void encode(SegmentationSample sample, float[] labels) {
    int classes = classNames.size();
    if (classes > 0) {
      requireBelow("label", sample.label(), classes);
      labels[sample.label()] = 1;
    }
    if (maskClasses > 0) {
      encodeMask(sample.mask().bytes(), labels, classes);
    }
  }

  private void encodeMask(byte[] mask, float[] labels, int start) {
    int size = height * width;
    if (mask.length != size) {
      throw new IllegalArgumentException(
          "mask: expected %s × %s pixels, got %s in all".formatted(height, width, mask.length));
    }
    for (int i = 0; i < size; i++) {
      requireBelow("mask", mask[i] & 0xFF, maskClasses);
      labels[start + (mask[i] & 0xFF) * size + i] = 1;
    }
  }

  private static void requireBelow(String what, int value, int limit) {
    if (value >= limit) {
      throw new IllegalArgumentException(
          "%s: expected 0 to %s, got %s".formatted(what, limit - 1, value));
    }
  }

  /**
   * The diagnosis in a batch of labels.
   *
   * @param labels [batch, classes + maskClasses · height · width]
   * @return a view, one-hot, [batch, classes]
   */
  public INDArray diagnosis(INDArray labels) {
    return labels.get(NDArrayIndex.all(), NDArrayIndex.interval(0, classNames.size()));
  }

  /**
   * The mask in a batch of labels.
   *
   * @param labels [batch, classes + maskClasses · height · width]
   * @return one-hot, [batch, maskClasses, height, width], not to be written to
   */
  public INDArray mask(INDArray labels) {
    INDArray columns =
        labels.get(NDArrayIndex.all(), NDArrayIndex.interval(classNames.size(), labels.size(1)));
    return columns.reshape('c', labels.size(0), maskClasses, height, width);
  }
}
