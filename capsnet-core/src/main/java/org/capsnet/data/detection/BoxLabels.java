package org.capsnet.data.detection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What the label layouts of detection have in common: five numbers per object along axis 2. Number
 * 0 is 1 where there is an object; 1 to 4 are centre x, centre y, width and height relative to the
 * image. Where there is none, all five are 0. {@link ClassBoxes} gives [batch, classes, 5], {@link
 * GridBoxes} [batch, classes, 5, rows, columns].
 */
public final class BoxLabels {

  /** The numbers of one object. */
  static final int NUMBERS = 5;

  private BoxLabels() {}

  /**
   * The presence of objects.
   *
   * @param labels [batch, classes, 5] or [batch, classes, 5, rows, columns]
   * @return a view of 0 and 1, [batch, classes] or [batch, classes, rows, columns]
   * @throws IllegalArgumentException if the labels have another shape
   */
  public static INDArray presence(INDArray labels) {
    return labels.get(along(labels, NDArrayIndex.point(0)));
  }

  /**
   * The boxes of the objects.
   *
   * @param labels [batch, classes, 5] or [batch, classes, 5, rows, columns]
   * @return a view of centre x, centre y, width, height, [batch, classes, 4] or [batch, classes, 4,
   *     rows, columns]
   * @throws IllegalArgumentException if the labels have another shape
   */
  public static INDArray boxes(INDArray labels) {
    return labels.get(along(labels, NDArrayIndex.interval(1, NUMBERS)));
  }

  /**
   * The objects in labels, which do not hold whether an object is difficult.
   *
   * @param labels [batch, classes, 5] or [batch, classes, 5, rows, columns]
   * @return the objects of each image
   * @throws IllegalArgumentException if the labels have another shape
   */
  public static List<List<LabeledBox>> objects(INDArray labels) {
    INDArray presence = presence(labels);
    int batch = Math.toIntExact(labels.size(0));
    int classes = Math.toIntExact(labels.size(1));
    int cells = Math.toIntExact(presence.length()) / (batch * classes);
    double[] numbers = labels.dup('c').reshape(-1).toDoubleVector();
    List<List<LabeledBox>> all = new ArrayList<>();
    for (int b = 0; b < batch; b++) {
      List<LabeledBox> objects = new ArrayList<>();
      for (int slot = 0; slot < classes * cells; slot++) {
        int label = slot / cells;
        int start = (b * classes + label) * NUMBERS * cells + slot % cells;
        if (numbers[start] == 1) {
          objects.add(new LabeledBox(label, read(numbers, start + cells, cells), false));
        }
      }
      all.add(objects);
    }
    return all;
  }

  /** A box whose four numbers are {@code step} apart. */
  private static Box read(double[] from, int start, int step) {
    return new Box(from[start], from[start + step], from[start + 2 * step], from[start + 3 * step]);
  }

  private static INDArrayIndex[] along(INDArray labels, INDArrayIndex numbers) {
    boolean fits = (labels.rank() == 3 || labels.rank() == 5) && labels.size(2) == NUMBERS;
    if (!fits) {
      throw new IllegalArgumentException(
          "labels: expected [batch, classes, 5] or [batch, classes, 5, rows, columns], got "
              + Arrays.toString(labels.shape()));
    }
    INDArrayIndex[] indices = new INDArrayIndex[labels.rank()];
    Arrays.fill(indices, NDArrayIndex.all());
    indices[2] = numbers;
    return indices;
  }

  // ---------------------------------------------------------------- writing

  /** For each slot the largest of its objects; null where there is none. */
  static LabeledBox[] winners(
      DetectionSample sample, int slots, int classes, ToIntFunction<LabeledBox> slotOf) {
    LabeledBox[] winners = new LabeledBox[slots];
    for (LabeledBox object : sample.objects()) {
      if (object.label() >= classes) {
        throw new IllegalArgumentException(
            "label: expected 0 to %s, got %s".formatted(classes - 1, object.label()));
      }
      int slot = slotOf.applyAsInt(object);
      if (winners[slot] == null || object.box().area() > winners[slot].box().area()) {
        winners[slot] = object;
      }
    }
    return winners;
  }

  /** The number of objects without a slot. */
  static int crowdedOut(DetectionSample sample, LabeledBox[] winners) {
    int seated = 0;
    for (LabeledBox winner : winners) {
      seated += winner == null ? 0 : 1;
    }
    return sample.objects().size() - seated;
  }

  /** Writes an object, its five numbers {@code step} apart. */
  static void write(LabeledBox object, float[] to, int start, int step) {
    Box box = object.box();
    to[start] = 1;
    to[start + step] = (float) box.centerX();
    to[start + 2 * step] = (float) box.centerY();
    to[start + 3 * step] = (float) box.width();
    to[start + 4 * step] = (float) box.height();
  }
}
