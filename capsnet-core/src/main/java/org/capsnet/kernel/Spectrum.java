package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The planes of a convolution: a real one for each real point of both axes, three for each pair of
 * conjugates. A plane at infinity has rows for the phases alone whose filters are long.
 *
 * @param rows the axis of the images' rows
 * @param columns the axis of their columns
 */
record Spectrum(SpectralAxis rows, SpectralAxis columns) {

  /**
   * A phase of the images and the kernel.
   *
   * @param top its first row
   * @param left its first column
   */
  record Phase(int top, int left) {}

  /** The phases that planes have rows for. */
  enum Part {
    ALL(0),
    LONG_COLUMNS(1),
    LONG_ROWS(2),
    LONG_BOTH(3);

    /** The place among these. */
    final int place;

    Part(int place) {
      this.place = place;
    }

    static Part of(boolean longRows, boolean longColumns) {
      if (longRows) {
        return longColumns ? LONG_BOTH : LONG_ROWS;
      }
      return longColumns ? LONG_COLUMNS : ALL;
    }
  }

  static Spectrum of(ConvolutionSizes sizes) {
    return new Spectrum(
        SpectralAxis.of(sizes.kernelH(), sizes.strideH(), sizes.outputHeight()),
        SpectralAxis.of(sizes.kernelW(), sizes.strideW(), sizes.outputWidth()));
  }

  /** In an order in which those of each {@link Part} follow one another. */
  List<Phase> phases() {
    List<Phase> all = new ArrayList<>();
    for (int part = 0; part < 4; part++) {
      for (int top = 0; top < rows.phases(); top++) {
        for (int left = 0; left < columns.phases(); left++) {
          boolean wide = columns.isLong(left);
          if (part == (rows.isLong(top) ? wide ? 1 : 0 : wide ? 2 : 3)) {
            all.add(new Phase(top, left));
          }
        }
      }
    }
    return all;
  }

  /** The first phase of a part. */
  int first(Part part) {
    return part == Part.ALL || part == Part.LONG_ROWS
        ? 0
        : rows.longPhases() * (columns.phases() - columns.longPhases());
  }

  /** The number of phases of a part. */
  int count(Part part) {
    boolean longRows = part == Part.LONG_ROWS || part == Part.LONG_BOTH;
    boolean longColumns = part == Part.LONG_COLUMNS || part == Part.LONG_BOTH;
    return (longRows ? rows.longPhases() : rows.phases())
        * (longColumns ? columns.longPhases() : columns.phases());
  }

  /** The part of each plane, by its number: those of a point of the rows together. */
  List<Part> planes() {
    List<Part> planes = new ArrayList<>();
    for (SpectralPoints.Point u : rows.points().all()) {
      for (SpectralPoints.Point v : columns.points().all()) {
        for (int p = 0; p < u.planes(v); p++) {
          planes.add(Part.of(u.isInfinite(), v.isInfinite()));
        }
      }
    }
    return planes;
  }

  /** The rows of all planes together that a channel has. */
  int rowsOfPlanes() {
    return planes().stream().mapToInt(this::count).sum();
  }
}
