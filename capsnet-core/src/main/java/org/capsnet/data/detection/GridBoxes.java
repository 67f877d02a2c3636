package org.capsnet.data.detection;

import java.util.List;
import org.capsnet.data.SampleEncoder;

/**
 * Labels for a detector that looks at each cell of a grid: [batch, classes, 5, grid, grid], the
 * five numbers as {@link BoxLabels} says, y before x. An object belongs to the cell in which its
 * centre lies; its box is still in shares of the whole image. Of several objects of a class in one
 * cell the largest is taken; difficult ones are labelled as others are.
 *
 * @param classNames the name of each class
 * @param grid how many cells each side of the image has, 1 or more
 */
public record GridBoxes(List<String> classNames, int grid)
    implements SampleEncoder<DetectionSample> {

  /**
   * Copies the names and checks the grid.
   *
   * @param classNames the name of each class
   * @param grid 1 or more
   * @throws IllegalArgumentException if the grid is below 1
   */
  public GridBoxes {
    if (grid < 1) {
      throw new IllegalArgumentException("grid: expected 1 or more, got " + grid);
    }
    classNames = List.copyOf(classNames);
  }

  @Override
  public long[] labelShape() {
    return new long[] {classNames.size(), BoxLabels.NUMBERS, grid, grid};
  }

  @Override
  public void encode(DetectionSample sample, float[] labels) {
    LabeledBox[] winners = winners(sample);
    int cells = grid * grid;
    for (int slot = 0; slot < winners.length; slot++) {
      if (winners[slot] != null) {
        int start = slot / cells * BoxLabels.NUMBERS * cells + slot % cells;
        BoxLabels.write(winners[slot], labels, start, cells);
      }
    }
  }

  private LabeledBox[] winners(DetectionSample sample) {
    return BoxLabels.winners(
        sample, classNames.size() * grid * grid, classNames.size(), this::slot);
  }

  private int slot(LabeledBox object) {
    int y = cell(object.box().centerY());
    int x = cell(object.box().centerX());
    return (object.label() * grid + y) * grid + x;
  }

  /** A centre on the lower or right border of the image belongs to the last cell. */
  private int cell(double centre) {
    return Math.max(0, Math.min(grid - 1, (int) Math.floor(centre * grid)));
  }

  /**
   * How many objects of a sample the labels do not hold, since a larger one of their class has
   * their cell. Many mean that the grid is too coarse.
   *
   * @param sample the sample
   * @return 0 or more
   */
  public int crowdedOut(DetectionSample sample) {
    return BoxLabels.crowdedOut(sample, winners(sample));
  }
}
