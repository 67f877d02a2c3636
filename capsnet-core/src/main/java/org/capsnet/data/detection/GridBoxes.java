package org.capsnet.data.detection;

import java.util.List;
import org.capsnet.data.SampleEncoder;

/**
 * Labels for a detector that looks at each cell of a grid: [batch, classes, 5, rows, columns], with
 * the five numbers of {@link BoxLabels}. An object belongs to the cell that contains its centre;
 * its box remains relative to the whole image. Of several objects of a class in one cell the
 * largest is taken; difficult objects are labelled like others.
 *
 * @param classNames the name of each class
 * @param rows the number of cells from top to bottom, 1 or more
 * @param columns the number of cells from left to right, 1 or more
 */
public record GridBoxes(List<String> classNames, int rows, int columns)
    implements SampleEncoder<DetectionSample> {

  /**
   * Copies the names and checks the grid.
   *
   * @throws IllegalArgumentException if there are fewer, or more than an array can hold
   */
  public GridBoxes {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "grid: expected 1 or more, got " + Math.min(rows, columns));
    }
    classNames = List.copyOf(classNames);
    if ((double) classNames.size() * BoxLabels.NUMBERS * rows * columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "grid: expected at most %s labels per image, got %s classes × %s × %s rows × %s columns"
              .formatted(Integer.MAX_VALUE, classNames.size(), BoxLabels.NUMBERS, rows, columns));
    }
  }

  /**
   * A grid with as many rows as columns.
   *
   * @param classNames the name of each class
   * @param grid the number of cells along each side of the image, 1 or more
   * @throws IllegalArgumentException if the grid is below 1
   */
  public GridBoxes(List<String> classNames, int grid) {
    this(classNames, grid, grid);
  }

  @Override
  public long[] labelShape() {
    return new long[] {classNames.size(), BoxLabels.NUMBERS, rows, columns};
  }

  @Override
  public void encode(DetectionSample sample, float[] labels) {
    LabeledBox[] winners = winners(sample);
    int cells = rows * columns;
    for (int slot = 0; slot < winners.length; slot++) {
      if (winners[slot] != null) {
        int start = slot / cells * BoxLabels.NUMBERS * cells + slot % cells;
        BoxLabels.write(winners[slot], labels, start, cells);
      }
    }
  }

  private LabeledBox[] winners(DetectionSample sample) {
    return BoxLabels.winners(
        sample, classNames.size() * rows * columns, classNames.size(), this::slot);
  }

  private int slot(LabeledBox object) {
    int y = cell(object.box().centerY(), rows);
    int x = cell(object.box().centerX(), columns);
    return (object.label() * rows + y) * columns + x;
  }

  /** A centre on the lower or right border of the image belongs to the last cell. */
  private static int cell(double centre, int cells) {
    return Math.max(0, Math.min(cells - 1, (int) Math.floor(centre * cells)));
  }

  /**
   * The number of objects of a sample that the labels do not hold because a larger one of their
   * class takes their cell. If there are many, the grid is too coarse.
   *
   * @param sample the sample
   * @return 0 or more
   */
  public int crowdedOut(DetectionSample sample) {
    return BoxLabels.crowdedOut(sample, winners(sample));
  }
}
