package org.capsnet.data.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SyntheticCellsTest {

  private static final int SIZE = 48;
  private static final int CELLS = 200;

  private static int area(SegmentationSample cell, int maskClass) {
    int area = 0;
    for (byte value : cell.mask().bytes()) {
      area += value == maskClass ? 1 : 0;
    }
    return area;
  }

  private static double mean(SegmentationSample cell, int maskClass) {
    byte[] image = cell.image().bytes();
    byte[] mask = cell.mask().bytes();
    double sum = 0;
    for (int i = 0; i < image.length; i++) {
      sum += mask[i % mask.length] == maskClass ? image[i] & 255 : 0;
    }
    return sum / (3 * area(cell, maskClass));
  }

  /** Moment of inertia over that of a disc of the same area: 1 for a disc, more for all else. */
  private static double spread(SegmentationSample cell) {
    byte[] mask = cell.mask().bytes();
    double area = area(cell, 2);
    double x = 0;
    double y = 0;
    double squares = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == 2) {
        int row = i / SIZE;
        int column = i % SIZE;
        x += column / area;
        y += row / area;
        squares += (column * column + row * row) / area;
      }
    }
    return (squares - x * x - y * y) * 2 * Math.PI / area;
  }

  @Test
  void aNumberGivesOneCellAndAnotherAnother() {
    SyntheticCells cells = new SyntheticCells(SIZE, 3);
    SegmentationSample cell = cells.apply(11);
    assertThat(new SyntheticCells(SIZE, 3).apply(11)).isEqualTo(cell);
    assertThat(cells.apply(12)).isNotEqualTo(cell);
    assertThat(new SyntheticCells(SIZE, 4).apply(11)).isNotEqualTo(cell);
    assertThat(cell.image().shape()).containsExactly(3, SIZE, SIZE);
    assertThat(cell.mask().shape()).containsExactly(1, SIZE, SIZE);
  }

  @Test
  void everyCellHasCytoplasmAboutADarkerNucleus() {
    SyntheticCells cells = new SyntheticCells(SIZE, 1);
    for (int i = 0; i < CELLS; i++) {
      SegmentationSample cell = cells.apply(i);
      assertThat(area(cell, 1)).isGreaterThan(SIZE * SIZE / 20);
      assertThat(area(cell, 2)).isGreaterThan(SIZE * SIZE / 30);
      assertThat(mean(cell, 2)).isLessThan(mean(cell, 1) - 20);
      assertThat(mean(cell, 1)).isLessThan(mean(cell, 0));
      byte[] mask = cell.mask().bytes();
      for (int y = 1; y < SIZE - 1; y++) {
        for (int x = 1; x < SIZE - 1; x++) {
          if (mask[y * SIZE + x] == 2) { // never bare
            assertThat(Arrays.asList(mask[y * SIZE + x - 1], mask[(y + 1) * SIZE + x]))
                .doesNotContain((byte) 0);
          }
        }
      }
    }
  }

  /** The shape tells the diseases apart; the area and the colour do not. */
  @Test
  void theDiseasesDifferInTheShapeOfTheNucleusAlone() {
    SyntheticCells cells = new SyntheticCells(SIZE, 2);
    double[] counts = new double[2];
    double[] areas = new double[2];
    double[] greys = new double[2];
    double[] least = {9, 9};
    double[] greatest = new double[2];
    double[] spreads = new double[2];
    for (int i = 0; i < CELLS; i++) {
      SegmentationSample cell = cells.apply(i);
      int label = cell.label();
      counts[label]++;
      areas[label] += area(cell, 2);
      greys[label] += mean(cell, 2);
      spreads[label] += spread(cell);
      least[label] = Math.min(least[label], spread(cell));
      greatest[label] = Math.max(greatest[label], spread(cell));
    }
    assertThat(counts[0]).isBetween(0.4 * CELLS, 0.6 * CELLS);
    double area = areas[0] / counts[0];
    assertThat(areas[1] / counts[1]).isCloseTo(area, within(0.08 * area));
    assertThat(greys[1] / counts[1]).isCloseTo(greys[0] / counts[0], within(4.0));
    assertThat(least[0]).isBetween(0.97, 1.03);
    assertThat(greatest[0]).isLessThan(1.08);
    assertThat(spreads[1] / counts[1]).isGreaterThan(spreads[0] / counts[0] + 0.1);
    assertThat(least[1]).isGreaterThan(1.03);
  }

  @Test
  void refusesASizeThatShowsNothing() {
    assertThatThrownBy(() -> new SyntheticCells(15, 0))
        .hasMessage("size: expected 16 or more, got 15");
  }
}
