package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A convolution along one axis as a sum of short filters without stride ({@link MinimalFilter}):
 * the taps that see the same phase of the image, at most five of them at a time.
 *
 * @param stride from one output to the next
 * @param outputs of the convolution
 * @param pieces the filters
 * @param longest the longest of them, whose points are those of the sum
 */
record WinogradAxis(int stride, int outputs, List<Piece> pieces, MinimalFilter longest) {

  /** Outputs of a filter. */
  static final int OUTPUTS = 2;

  /** The most taps of a filter. */
  static final int LONGEST = MinimalFilter.MOST_POINTS + 1 - OUTPUTS;

  /**
   * A filter.
   *
   * @param start its first tap, from which the others are a stride apart
   * @param filter its length
   * @param first the place of its first point among those of all pieces
   */
  record Piece(int start, MinimalFilter filter, int first) {}

  static WinogradAxis of(int kernel, int stride, int outputs) {
    List<Piece> pieces = new ArrayList<>();
    int points = 0;
    for (int phase = 0; phase < Math.min(kernel, stride); phase++) {
      int taps = (kernel - phase + stride - 1) / stride;
      int parts = (taps + LONGEST - 1) / LONGEST;
      for (int part = 0; part < parts; part++) {
        int from = taps * part / parts;
        int count = taps * (part + 1) / parts - from;
        pieces.add(new Piece(phase + from * stride, new MinimalFilter(count, OUTPUTS), points));
        points += count + 1;
      }
    }
    MinimalFilter longest =
        pieces.stream()
            .map(Piece::filter)
            .max(Comparator.comparingInt(MinimalFilter::taps))
            .orElseThrow();
    return new WinogradAxis(stride, outputs, List.copyOf(pieces), longest);
  }

  /** Pairs of outputs. */
  int tiles() {
    return (outputs + OUTPUTS - 1) / OUTPUTS;
  }

  /** The points of all pieces together. */
  int planes() {
    Piece last = pieces.get(pieces.size() - 1);
    return last.first() + last.filter().points();
  }

  /** The input that a tile's first input of a piece is. */
  int inputOf(Piece piece, int tile) {
    return stride * OUTPUTS * tile + piece.start();
  }

  /** How many inputs the tiles see, of which the last may lie beyond the image. */
  int seen() {
    return pieces.stream()
        .mapToInt(p -> inputOf(p, tiles() - 1) + stride * p.filter().taps() + 1)
        .max()
        .orElseThrow();
  }
}
