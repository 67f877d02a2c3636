package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the parts of a few samples of a {@link GroupedConvolution} lie in the arrays of a worker.
 *
 * <p>A channel of the images is a plane for each phase of the strides: the pixels, of the padded
 * image, of every so many rows and columns. In these planes a step of the kernel is a step by one,
 * so that a tap sees, from its place on, one pixel for each output along a row, and then those
 * between the rows, whose outputs are none. The planes of a phase lie sample by sample, so that
 * what a tap sees of one sample goes on in the next.
 */
final class GroupedLayout {

  /** About how many places a row should have: enough columns for the products' tiles. */
  private static final int PLACES = 192;

  /** The fewest units of a batch that samples are put together for. */
  private static final int UNITS = 8;

  private final ConvolutionSizes sizes;

  /** The samples of a unit; fewer in the last of a batch. */
  final int samples;

  /** Rows of a phase: those that the kernel sees. */
  private final int height;

  /** Columns of a phase, and from a row of outputs to the next. */
  private final int width;

  /** From a channel of the images to the next, with room for a vector behind it. */
  final int plane;

  /** From a channel of the result to the next. */
  final int row;

  private final List<Line> lines;

  /**
   * Some pixels of a row of an image, as far apart as the stride.
   *
   * @param from the first of them
   * @param at where it lies, of the first sample
   * @param count their number
   */
  private record Line(int from, int at, int count) {}

  GroupedLayout(ConvolutionSizes sizes) {
    this.sizes = sizes;
    height = height(sizes);
    width = width(sizes);
    samples = samples(sizes);
    int phases = Math.min(sizes.strideH(), sizes.kernelH()) * phasesAcross();
    plane = Math.addExact(Math.multiplyExact(phases * samples, height * width), Gemm.LANES);
    row = Gemm.padded(places(samples));
    lines = lines();
  }

  static int height(ConvolutionSizes s) {
    return s.outputHeight() + (s.kernelH() - 1) / s.strideH();
  }

  static int width(ConvolutionSizes s) {
    return s.outputWidth() + (s.kernelW() - 1) / s.strideW();
  }

  /** The samples that lie side by side. */
  static int samples(ConvolutionSizes s) {
    long ofPhase = (long) height(s) * width(s);
    long wanted = (PLACES + ofPhase / 2) / ofPhase;
    return (int) Math.max(1, Math.min(wanted, s.batch() / UNITS));
  }

  /** Of how many units a batch is made. */
  static int units(ConvolutionSizes s) {
    return (s.batch() + samples(s) - 1) / samples(s);
  }

  /** The outputs of a channel of some samples, with what is between their rows and samples. */
  int places(int some) {
    return ((some - 1) * height + sizes.outputHeight() - 1) * width + sizes.outputWidth();
  }

  int samplesOf(int unit) {
    return Math.min(samples, sizes.batch() - unit * samples);
  }

  /** A kernel narrower than the stride leaves out phases. */
  private int phasesAcross() {
    return Math.min(sizes.strideW(), sizes.kernelW());
  }

  /** Of the first sample. */
  private int place(int y, int x) {
    int phase = y % sizes.strideH() * phasesAcross() + x % sizes.strideW();
    return (phase * samples * height + y / sizes.strideH()) * width + x / sizes.strideW();
  }

  /** Where in a channel of the images a tap sees what it sees for the first output. */
  int seenBy(int tap) {
    return place(tap / sizes.kernelW(), tap % sizes.kernelW());
  }

  /** The lines of a channel's image, of which each lies in a plane one pixel after another. */
  private List<Line> lines() {
    List<Line> all = new ArrayList<>();
    int stride = sizes.strideW();
    for (int y = 0; y < sizes.height(); y++) {
      int padded = y + sizes.paddingH();
      boolean seen =
          padded / sizes.strideH() < height && padded % sizes.strideH() < sizes.kernelH();
      for (int phase = 0; seen && phase < phasesAcross(); phase++) {
        int x = Math.floorMod(phase - sizes.paddingW(), stride);
        int skipped = (x + sizes.paddingW()) / stride;
        int inside = (sizes.width() - x + stride - 1) / stride;
        int count = Math.min(inside, width - skipped);
        if (count > 0) {
          all.add(new Line(y * sizes.width() + x, place(padded, x + sizes.paddingW()), count));
        }
      }
    }
    return all;
  }

  /** Lays out an image {@code [in, height, width]}; the padding is left as it is. */
  void ofImage(float[] planar, int sample, float[] to) {
    int first = sample * height * width;
    for (int c = 0; c < sizes.in(); c++) {
      for (Line line : lines) {
        int from = c * sizes.pixels() + line.from;
        gather(planar, from, sizes.strideW(), to, first + c * plane + line.at, line.count);
      }
    }
  }

  /** The way back; pixels that no output sees become 0. */
  void toImage(float[] laidOut, int sample, float[] planar) {
    Arrays.fill(planar, 0, sizes.in() * sizes.pixels(), 0);
    int first = sample * height * width;
    for (int c = 0; c < sizes.in(); c++) {
      for (Line line : lines) {
        int to = c * sizes.pixels() + line.from;
        scatter(laidOut, first + c * plane + line.at, planar, to, sizes.strideW(), line.count);
      }
    }
  }

  /** Where strides are 1 or 2, the loops know it. */
  private static void gather(float[] from, int first, int step, float[] to, int at, int count) {
    if (step == 1) {
      System.arraycopy(from, first, to, at, count);
    } else if (step == 2) {
      for (int i = 0; i < count; i++) {
        to[at + i] = from[first + 2 * i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[at + i] = from[first + i * step];
      }
    }
  }

  private static void scatter(float[] from, int first, float[] to, int at, int step, int count) {
    if (step == 1) {
      System.arraycopy(from, first, to, at, count);
    } else if (step == 2) {
      for (int i = 0; i < count; i++) {
        to[at + 2 * i] = from[first + i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[at + i * step] = from[first + i];
      }
    }
  }

  private interface Rows {
    /** A row of a result where it lies by itself, and where it is laid out. */
    void copy(int planar, int laidOut);
  }

  private void forRows(int sample, Rows rows) {
    for (int o = 0; o < sizes.out(); o++) {
      int planar = o * sizes.outputs();
      int laidOut = o * row + sample * height * width;
      for (int y = 0; y < sizes.outputHeight(); y++) {
        rows.copy(planar + y * sizes.outputWidth(), laidOut + y * width);
      }
    }
  }

  /** Lays out a result {@code [out, outputs]}; what is between the rows is left as it is. */
  void ofResult(float[] planar, int sample, float[] to) {
    forRows(sample, (from, at) -> System.arraycopy(planar, from, to, at, sizes.outputWidth()));
  }

  /** The way back. */
  void toResult(float[] laidOut, int sample, float[] planar) {
    forRows(sample, (to, at) -> System.arraycopy(laidOut, at, planar, to, sizes.outputWidth()));
  }
}
