package org.capsnet.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well masks are predicted: for each class the means over images, and the figures over all
 * pixels of all images, in which large masks weigh more.
 *
 * <p>{@link MaskCounts} defines the figures for empty masks. The Hausdorff distance is 0 where both
 * masks are empty and, as in the BraTS challenge, the diagonal of the image where one of them is.
 */
public final class SegmentationEvaluation {

  private final int classes;
  private final boolean distances;
  private final List<List<Image>> ofClass = new ArrayList<>();

  private record Image(MaskCounts counts, double hausdorff95) {}

  /**
   * An evaluation without images.
   *
   * @param classes the number of masks per image, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public SegmentationEvaluation(int classes) {
    this(classes, true);
  }

  /**
   * An evaluation without Hausdorff distances, which are NaN. They take long where masks are
   * ragged, too long for an evaluation after each epoch.
   *
   * @param classes the number of masks per image, at least 1
   * @return an evaluation without images
   * @throws IllegalArgumentException if there are fewer
   */
  public static SegmentationEvaluation ofOverlap(int classes) {
    return new SegmentationEvaluation(classes, false);
  }

  private SegmentationEvaluation(int classes, boolean distances) {
    this.distances = distances;
    if (classes < 1) {
      throw new IllegalArgumentException("classes: expected at least 1, got " + classes);
    }
    this.classes = classes;
    for (int c = 0; c < classes; c++) {
      ofClass.add(new ArrayList<>());
    }
  }

  /**
   * Adds images.
   *
   * @param truth 1 in the mask and 0 elsewhere, {@code [batch, classes, height, width]}
   * @param predicted of the same shape, 0 or 1: probabilities have to be thresholded before
   * @throws IllegalArgumentException if a shape differs, or a number is neither 0 nor 1
   */
  public void add(INDArray truth, INDArray predicted) {
    Shapes.require("truth", truth, "batch", classes, "height", "width");
    Shapes.requireSame("predicted", predicted, truth);
    boolean[] t = pixels("truth", truth);
    boolean[] p = pixels("predicted", predicted);
    int height = Math.toIntExact(truth.size(2));
    int width = Math.toIntExact(truth.size(3));
    BoundaryDistance distance = new BoundaryDistance(height, width);
    int area = height * width;
    for (int m = 0; m < t.length / area; m++) {
      boolean[] one = Arrays.copyOfRange(t, m * area, (m + 1) * area);
      boolean[] other = Arrays.copyOfRange(p, m * area, (m + 1) * area);
      ofClass
          .get(m % classes)
          .add(
              new Image(
                  MaskCounts.of(one, other),
                  distances ? distance.hausdorff95(one, other) : Double.NaN));
    }
  }

  private static boolean[] pixels(String name, INDArray masks) {
    float[] numbers = masks.castTo(DataType.FLOAT).dup('c').reshape(masks.length()).toFloatVector();
    boolean[] pixels = new boolean[numbers.length];
    for (int i = 0; i < pixels.length; i++) {
      if (numbers[i] != 0 && numbers[i] != 1) {
        throw new IllegalArgumentException(name + ": expected 0 or 1, got " + numbers[i]);
      }
      pixels[i] = numbers[i] == 1;
    }
    return pixels;
  }

  /**
   * The means over the images.
   *
   * @param label the index of the class
   * @return all NaN if there are no images
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public MaskScores mean(int label) {
    List<Image> images = ofClass.get(label);
    return new MaskScores(
        mean(images, image -> image.counts().dice()),
        mean(images, image -> image.counts().iou()),
        mean(images, image -> image.counts().sensitivity()),
        mean(images, image -> image.counts().specificity()),
        mean(images, Image::hausdorff95));
  }

  /**
   * The pixels of all images together.
   *
   * @param label the index of the class
   * @return their counts, with the figures that follow
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public MaskCounts pooled(int label) {
    return ofClass.get(label).stream().map(Image::counts).reduce(MaskCounts.NONE, MaskCounts::plus);
  }

  private static double mean(List<Image> images, ToDoubleFunction<Image> figure) {
    return images.stream()
        .mapToDouble(figure)
        .filter(x -> !Double.isNaN(x))
        .average()
        .orElse(Double.NaN);
  }
}
