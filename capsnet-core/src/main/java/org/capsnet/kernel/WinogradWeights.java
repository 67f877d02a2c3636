package org.capsnet.kernel;

import java.util.Arrays;
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

  /** Input channels that a worker takes at once. */
  private static final int CHANNELS = 4;

  private final ConvolutionSizes sizes;
  private final WinogradPlanes planes;

  /** Output channels of a panel. */
  private final int width;

  /** Numbers that stand together, in a panel and in the kernels. */
  private final int run;

  private final int panels;
  final float[] numbers;

  private WinogradWeights(ConvolutionSizes sizes, WinogradPlanes planes, int width) {
    this.sizes = sizes;
    this.planes = planes;
    this.width = width;
    run = Math.min(Gemm.LANES, width);
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
   * Makes them: for an input channel at a time, the kernels of all output channels times a matrix.
   *
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param width the output channels of a panel
   */
  static WinogradWeights of(
      ConvolutionSizes sizes, WinogradPlanes planes, int width, INDArray weights) {
    WinogradWeights made = new WinogradWeights(sizes, planes, width);
    Products products = Simd.productsAtOnce();
    products.begin();
    try {
      made.fill(weights, products);
    } finally {
      products.end();
    }
    return made;
  }

  private void fill(INDArray weights, Products products) {
    int taps = sizes.taps();
    int out = sizes.out();
    Panels ofMatrix = new Panels(planes.count(), taps, products.width(taps));
    Panels ofKernels = new Panels(taps, out, products.width(out));
    Panels ofResult = ofKernels.withRows(planes.count());
    float[] matrix = matrix(ofMatrix);
    Route[] routes = new Route[(sizes.in() + PART - 1) / PART];
    Arrays.setAll(routes, part -> route(ofResult, part * PART));
    Parallel.forItems(
        sizes.in(),
        CHANNELS,
        (worker, from, to) -> {
          float[] rows = new float[out * taps];
          float[] kernels = new float[ofKernels.size()];
          float[] result = new float[ofResult.size()];
          for (int c = from; c < to; c++) {
            long first = (long) c * taps;
            Floats.readRows(weights, first, sizes.in() * taps, out, taps, rows, 0, taps);
            new Panels(out, taps, taps).transpose(rows, kernels, ofKernels);
            products.multiply(false, matrix, ofMatrix, kernels, ofKernels, result, ofResult, false);
            place(result, routes[c / PART], c);
          }
        });
  }

  /** From the taps of a kernel to the points of all planes. */
  private float[] matrix(Panels shape) {
    float[] matrix = new float[shape.size()];
    for (WinogradAxis.Piece y : planes.rows.pieces()) {
      for (WinogradAxis.Piece x : planes.columns.pieces()) {
        int tapsY = y.filter().taps();
        int tapsX = x.filter().taps();
        for (int u = 0; u < y.filter().points(); u++) {
          for (int v = 0; v < x.filter().points(); v++) {
            for (int j = 0; j < tapsY; j++) {
              for (int i = 0; i < tapsX; i++) {
                int row = y.start() + j * sizes.strideH();
                int tap = row * sizes.kernelW() + x.start() + i * sizes.strideW();
                int at = shape.at(tap / shape.width(), planes.plane(y, u, x, v));
                matrix[at + tap % shape.width()] =
                    (float)
                        (y.filter().kernel()[u * tapsY + j] * x.filter().kernel()[v * tapsX + i]);
              }
            }
          }
        }
      }
    }
    return matrix;
  }

  /**
   * Where the numbers of an input channel go: before anything is compiled, to compute that for each
   * of them again takes longer than all else.
   *
   * @param from the beginnings of runs in the kernels {@code [plane, out]}
   * @param to where they go, of the first channel of a part
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this class
  private record Route(int[] from, int[] to) {}

  /** That of the part of a channel. */
  private Route route(Panels shape, int c) {
    int first = c / PART * PART;
    int[] from = new int[planes.count() * panels * ((width + run - 1) / run)];
    int[] to = new int[from.length];
    int runs = 0;
    for (int point = 0; point < planes.points(); point++) {
      for (int group = 0; group < groups(); group++) {
        int at = at(point, group);
        for (int plane : planes.ofPoint(point)) {
          for (int p = 0; p < panelsOf(group); p++) {
            int panel = firstPanel(group) + p;
            int start = at + channel(first, panel);
            int end = Math.min(width, Gemm.padded(sizes.out()) - panel * width);
            for (int i = 0; i < end; i += run) {
              int o = panel * width + i;
              from[runs] = shape.at(o / shape.width(), plane) + o % shape.width();
              to[runs++] = start + i;
            }
          }
          at += panelsOf(group) * sizes.in() * width;
        }
      }
    }
    return new Route(Arrays.copyOf(from, runs), Arrays.copyOf(to, runs));
  }

  /** Puts the kernels of an input channel where they are read. */
  private void place(float[] kernels, Route route, int c) {
    int beyond = c % PART * width;
    for (int i = 0; i < route.from.length; i++) {
      System.arraycopy(kernels, route.from[i], numbers, route.to[i] + beyond, run);
    }
  }

  /** Where an input channel of a panel is within a plane of its group. */
  private int channel(int c, int panel) {
    int group = panel / GROUP;
    int first = c / PART * PART;
    int depth = Math.min(PART, sizes.in() - first);
    return (first * panelsOf(group) + (panel - firstPanel(group)) * depth + c - first) * width;
  }
}
