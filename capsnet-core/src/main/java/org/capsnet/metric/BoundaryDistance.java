package org.capsnet.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The distance between the boundaries of two masks. The boundary of a mask consists of its pixels
 * next to a pixel outside the mask, or next to the border of the image, above, below, left or
 * right.
 */
final class BoundaryDistance {

  private static final double SHARE = 0.95;

  private final int height;
  private final int width;

  BoundaryDistance(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /**
   * The 95th percentile of the Hausdorff distance: the interpolated 95th percentile of the
   * distances from each boundary pixel of one mask to the nearest one of the other, in the
   * direction in which it is larger.
   *
   * @param one {@code [height · width]}
   * @param other of the same length
   * @return in pixels; 0 where both masks are empty, the diagonal of the image where one is
   */
  double hausdorff95(boolean[] one, boolean[] other) {
    int[] from = boundary(one);
    int[] to = boundary(other);
    if (from.length == 0 && to.length == 0) {
      return 0;
    }
    if (from.length == 0 || to.length == 0) {
      return Math.hypot(height, width);
    }
    return Math.max(percentile(distances(from, to)), percentile(distances(to, from)));
  }

  private int[] boundary(boolean[] mask) {
    return IntStream.range(0, mask.length)
        .filter(i -> mask[i] && !surrounded(mask, i / width, i % width))
        .toArray();
  }

  private boolean surrounded(boolean[] mask, int y, int x) {
    return in(mask, y - 1, x) && in(mask, y + 1, x) && in(mask, y, x - 1) && in(mask, y, x + 1);
  }

  private boolean in(boolean[] mask, int y, int x) {
    return y >= 0 && y < height && x >= 0 && x < width && mask[y * width + x];
  }

  /** For each pixel the distance to the nearest of others. */
  private double[] distances(int[] from, int[] to) {
    return Arrays.stream(from).mapToDouble(pixel -> nearest(pixel, to)).toArray();
  }

  private double nearest(int pixel, int[] to) {
    int y = pixel / width;
    int x = pixel % width;
    int least = Integer.MAX_VALUE;
    for (int other : to) {
      int dy = other / width - y;
      int dx = other % width - x;
      least = Math.min(least, dy * dy + dx * dx);
    }
    return Math.sqrt(least);
  }

  private static double percentile(double[] distances) {
    Arrays.sort(distances);
    double rank = SHARE * (distances.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, distances.length - 1);
    return distances[below] + (rank - below) * (distances[above] - distances[below]);
  }
}
