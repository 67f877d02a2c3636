package org.capsnet.data.picture;

/**
 * Resizes one image whose rows arrive from top to bottom, so that a large picture is never in
 * memory as floats. Each output value is an average weighted by a triangle as wide as two output
 * pixels, at least two input pixels: no aliasing when it shrinks, bilinear when it grows.
 */
final class Resampler {

  private final int channels;
  private final int toHeight;
  private final int toWidth;
  private final Axis vertical;
  private final Axis horizontal;
  private final float[] result;
  private final float[] narrowed;
  private int y;

  /** The first row of the result that takes more rows. */
  private int open;

  /** Resizes [channels, fromHeight, fromWidth] to [channels, toHeight, toWidth]. */
  Resampler(int channels, int fromHeight, int fromWidth, int toHeight, int toWidth) {
    this.channels = channels;
    this.toHeight = toHeight;
    this.toWidth = toWidth;
    vertical = new Axis(fromHeight, toHeight);
    horizontal = new Axis(fromWidth, toWidth);
    result = new float[ByteImage.numbers(channels, toHeight, toWidth)];
    narrowed = new float[toWidth];
  }

  /**
   * Takes the next row.
   *
   * @param row [channels, fromWidth]
   */
  void add(float[][] row) {
    for (int c = 0; c < channels; c++) {
      horizontal.narrow(row[c], narrowed);
      for (int to = open; to < toHeight && vertical.starts[to] <= y; to++) {
        float weight = vertical.weight(to, y);
        int offset = (c * toHeight + to) * toWidth;
        for (int x = 0; x < toWidth; x++) {
          result[offset + x] += weight * narrowed[x];
        }
      }
    }
    y++;
    while (open < toHeight && vertical.end(open) <= y) {
      open++;
    }
  }

  /** The resized image as unsigned bytes [channels, toHeight, toWidth], once all rows are in. */
  byte[] bytes() {
    return bytes(result);
  }

  /** Values from 0 to 255, rounded. */
  static byte[] bytes(float[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(values[i])));
    }
    return bytes;
  }

  /** The weights along one axis. */
  private static final class Axis {

    private final int[] starts;
    private final float[][] weights;

    Axis(int from, int to) {
      starts = new int[to];
      weights = new float[to][];
      double scale = (double) from / to;
      double reach = Math.max(1, scale);
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale - 0.5;
        int first = (int) Math.max(0, Math.ceil(centre - reach));
        int last = (int) Math.min(from - 1, Math.floor(centre + reach));
        starts[i] = first;
        weights[i] = triangle(first, last, centre, reach);
      }
    }

    /** Weights that fall off on both sides of the centre, and sum to 1 also at the border. */
    private static float[] triangle(int first, int last, double centre, double reach) {
      float[] weights = new float[last - first + 1];
      double sum = 0;
      for (int j = 0; j < weights.length; j++) {
        weights[j] = (float) (1 - Math.abs(first + j - centre) / reach);
        sum += weights[j];
      }
      for (int j = 0; j < weights.length; j++) {
        weights[j] = (float) (weights[j] / sum);
      }
      return weights;
    }

    int end(int to) {
      return starts[to] + weights[to].length;
    }

    float weight(int to, int from) {
      return weights[to][from - starts[to]];
    }

    void narrow(float[] from, float[] to) {
      for (int i = 0; i < to.length; i++) {
        float sum = 0;
        for (int j = 0; j < weights[i].length; j++) {
          sum += weights[i][j] * from[starts[i] + j];
        }
        to[i] = sum;
      }
    }
  }
}
