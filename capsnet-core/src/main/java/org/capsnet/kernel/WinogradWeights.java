package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights at the points of their filters, in the order in which they are read: for each point
 * of the result and each group of panels of output channels, the planes that add up to it, a part
 * of the input channels at a time, of each of which the panels follow one another, {@code [channels
 * of the part, width]} each, with zeros where there is no output channel.
 */
final class WinogradWeights {

  /** Panels that a part of a plane of the images is multiplied with while it is in the cache. */
  private static final int GROUP = 4;

  /**
   * Input channels of a part: of one image, they leave the first level cache room for the weights
   * that stream through it. Twice as many were seen to take half as long again.
   */
  static final int PART = 128;

  private final ConvolutionSizes sizes;
  private final WinogradPlanes planes;

  /** Output channels of a panel. */
  private final int width;

  private final int panels;
  final float[] numbers;

  private WinogradWeights(ConvolutionSizes sizes, WinogradPlanes planes, int width) {
    this.sizes = sizes;
    this.planes = planes;
    this.width = width;
    panels = (sizes.out() + width - 1) / width;
    numbers = new float[Math.toIntExact(bytes(sizes, planes, width) / Float.BYTES)];
  }

  static long bytes(ConvolutionSizes sizes, WinogradPlanes planes, int width) {
    long out = (sizes.out() + width - 1L) / width * width;
    return Float.BYTES * out * sizes.in() * planes.count();
  }

  /** The number of groups. */
  int groups() {
    return (panels + GROUP - 1) / GROUP;
  }

  int firstPanel(int group) {
    return group * GROUP;
  }

  int panelsOf(int group) {
    return Math.min(GROUP, panels - firstPanel(group));
  }

  /** Where the planes of a point are, of a group of panels. */
  int at(int point, int group) {
    int before = planes.before(point) * panels + planes.ofPoint(point).size() * firstPanel(group);
    return before * sizes.in() * width;
  }

  /**
   * Makes them.
   *
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param width the output channels of a panel
   */
  static WinogradWeights of(
      ConvolutionSizes sizes, WinogradPlanes planes, int width, INDArray weights) {
    WinogradWeights made = new WinogradWeights(sizes, planes, width);
    Parallel.forItems(
        sizes.out(),
        1,
        (worker, from, to) -> {
          float[] kernels = new float[sizes.in() * sizes.taps()];
          float[] atPoints = new float[planes.count()];
          double[] half = new double[MinimalFilter.LONGEST * (MinimalFilter.LONGEST + 1)];
          for (int o = from; o < to; o++) {
            Floats.read(weights, (long) o * kernels.length, kernels, 0, kernels.length);
            int[] places = made.places(o);
            for (int c = 0; c < sizes.in(); c++) {
              made.transform(kernels, c * sizes.taps(), half, atPoints);
              int at = made.channel(c, o / width);
              for (int plane = 0; plane < places.length; plane++) {
                made.numbers[places[plane] + at] = atPoints[plane];
              }
            }
          }
        });
    return made;
  }

  /** Where each plane is of the group of an output channel's panel. */
  private int[] places(int o) {
    int[] places = new int[planes.count()];
    int group = o / width / GROUP;
    for (int point = 0; point < planes.points(); point++) {
      int at = at(point, group) + o % width;
      for (int plane : planes.ofPoint(point)) {
        places[plane] = at;
        at += panelsOf(group) * sizes.in() * width;
      }
    }
    return places;
  }

  /** Where an input channel of a panel is within a plane of its group. */
  private int channel(int c, int panel) {
    int group = panel / GROUP;
    int first = c / PART * PART;
    int depth = Math.min(PART, sizes.in() - first);
    return (first * panelsOf(group) + (panel - firstPanel(group)) * depth + c - first) * width;
  }

  /** A kernel at the points of all planes. */
  private void transform(float[] kernels, int kernel, double[] half, float[] atPoints) {
    for (WinogradAxis.Piece y : planes.rows.pieces()) {
      for (WinogradAxis.Piece x : planes.columns.pieces()) {
        double[] alongY = y.filter().kernel();
        double[] alongX = x.filter().kernel();
        int tapsX = x.filter().taps();
        for (int j = 0; j < y.filter().taps(); j++) {
          int row = kernel + (y.start() + j * sizes.strideH()) * sizes.kernelW() + x.start();
          for (int v = 0; v < x.filter().points(); v++) {
            double sum = 0;
            for (int i = 0; i < tapsX; i++) {
              sum += alongX[v * tapsX + i] * kernels[row + i * sizes.strideW()];
            }
            half[j * x.filter().points() + v] = sum;
          }
        }
        for (int u = 0; u < y.filter().points(); u++) {
          for (int v = 0; v < x.filter().points(); v++) {
            double sum = 0;
            for (int j = 0; j < y.filter().taps(); j++) {
              sum += alongY[u * y.filter().taps() + j] * half[j * x.filter().points() + v];
            }
            atPoints[planes.plane(y, u, x, v)] = (float) sum;
          }
        }
      }
    }
  }
}
