package org.capsnet.kernel;

import java.util.Random;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the tests of convolutions compare with. */
final class Convolutions {

  private Convolutions() {}

  static Stream<ConvolutionSizes> shapes() {
    Random random = new Random(3);
    Stream<ConvolutionSizes> chosen =
        Stream.of(
            new ConvolutionSizes(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0),
            new ConvolutionSizes(2, 3, 20, 20, 5, 9, 9, 2, 2, 0, 0),
            new ConvolutionSizes(131, 34, 6, 6, 3, 3, 3, 2, 2, 0, 0), // two parts, two blocks
            new ConvolutionSizes(1, 2, 7, 6, 70, 3, 3, 1, 1, 0, 1), // one sample, three parts
            new ConvolutionSizes(2, 130, 5, 5, 70, 2, 3, 1, 2, 0, 1), // two depths, two tiles
            new ConvolutionSizes(3, 2, 8, 8, 4, 2, 2, 3, 3, 0, 0), // phases without taps
            new ConvolutionSizes(3, 2, 10, 9, 4, 4, 3, 3, 2, 0, 0)); // pixels that no output sees
    Stream<ConvolutionSizes> drawn =
        Stream.generate(
                () -> {
                  int kernelH = 1 + random.nextInt(6);
                  int kernelW = 1 + random.nextInt(6);
                  return new ConvolutionSizes(
                      1 + random.nextInt(20),
                      1 + random.nextInt(20),
                      kernelH + random.nextInt(7),
                      kernelW + random.nextInt(7),
                      1 + random.nextInt(20),
                      kernelH,
                      kernelW,
                      1 + random.nextInt(3),
                      1 + random.nextInt(3),
                      random.nextInt(3),
                      random.nextInt(3));
                })
            .limit(20);
    return Stream.concat(chosen, drawn);
  }

  /** The largest difference, of the largest expected element. */
  static double distance(INDArray actual, double[] expected) {
    double largest = 1e-30;
    double off = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      off = Math.max(off, Math.abs(expected[i] - actual.data().getDouble(i)));
    }
    return off / largest;
  }

  /** Random operands, and results that are NaN until they are written. */
  static final class Operands {
    final ConvolutionSizes sizes;
    final INDArray x;
    final INDArray w;
    final INDArray g;
    final INDArray y;
    final INDArray dx;
    final INDArray dw;

    Operands(ConvolutionSizes sizes) {
      this.sizes = sizes;
      Nd4j.getRandom().setSeed(5);
      x = Nd4j.randn(DataType.FLOAT, sizes.batch(), sizes.in(), sizes.height(), sizes.width());
      w = Nd4j.randn(DataType.FLOAT, sizes.out(), sizes.in(), sizes.kernelH(), sizes.kernelW());
      y =
          Nd4j.valueArrayOf(
              new long[] {sizes.batch(), sizes.out(), sizes.outputHeight(), sizes.outputWidth()},
              Float.NaN);
      g = Nd4j.randn(DataType.FLOAT, y.shape());
      dx = Nd4j.valueArrayOf(x.shape(), Float.NaN);
      dw = Nd4j.valueArrayOf(w.shape(), Float.NaN);
    }
  }

  /** Operands whose weights are zero but for those from a group of channels to itself. */
  static Operands inGroups(ConvolutionSizes ofGroup, int groups) {
    Operands all =
        new Operands(
            new ConvolutionSizes(
                ofGroup.batch(),
                groups * ofGroup.in(),
                ofGroup.height(),
                ofGroup.width(),
                groups * ofGroup.out(),
                ofGroup.kernelH(),
                ofGroup.kernelW(),
                ofGroup.strideH(),
                ofGroup.strideW(),
                ofGroup.paddingH(),
                ofGroup.paddingW()));
    INDArray own = own(all.w, groups);
    all.w.assign(0);
    for (int o = 0; o < all.w.size(0); o++) {
      for (int c = 0; c < ofGroup.in(); c++) {
        int of = o / ofGroup.out() * ofGroup.in() + c;
        all.w.slice(o).slice(of).assign(own.slice(o).slice(c));
      }
    }
    return all;
  }

  /** Of weights between all channels, those from a group to itself: {@code [out, in / groups]}. */
  static INDArray own(INDArray all, int groups) {
    int out = (int) all.size(0);
    int in = (int) all.size(1) / groups;
    INDArray own = Nd4j.create(DataType.FLOAT, out, in, all.size(2), all.size(3));
    for (int o = 0; o < out; o++) {
      for (int c = 0; c < in; c++) {
        own.slice(o).slice(c).assign(all.slice(o).slice(o / (out / groups) * in + c));
      }
    }
    return own;
  }

  /** The same of numbers one after another, in the shape of such weights. */
  static double[] own(double[] all, INDArray like, int groups) {
    INDArray same = Nd4j.createFromArray(all).reshape(like.shape()).castTo(DataType.FLOAT);
    return own(same, groups).data().asDouble();
  }

  /** The definition, in six loops. */
  static final class DirectSum {
    final double[] y;
    final double[] dx;
    final double[] dw;
    final double[] db;

    DirectSum(Operands o) {
      ConvolutionSizes s = o.sizes;
      float[] x = o.x.data().asFloat();
      float[] w = o.w.data().asFloat();
      float[] g = o.g.data().asFloat();
      y = new double[g.length];
      dx = new double[x.length];
      dw = new double[w.length];
      db = new double[s.out()];
      for (int i = 0; i < y.length; i++) {
        int column = i % s.outputWidth();
        int row = i / s.outputWidth() % s.outputHeight();
        int out = i / s.outputs() % s.out();
        int sample = i / s.outputs() / s.out();
        db[out] += g[i];
        for (int c = 0; c < s.in(); c++) {
          for (int t = 0; t < s.taps(); t++) {
            int py = row * s.strideH() + t / s.kernelW() - s.paddingH();
            int px = column * s.strideW() + t % s.kernelW() - s.paddingW();
            if (py >= 0 && py < s.height() && px >= 0 && px < s.width()) {
              int at = ((sample * s.in() + c) * s.height() + py) * s.width() + px;
              int of = (out * s.in() + c) * s.taps() + t;
              y[i] += (double) x[at] * w[of];
              dx[at] += (double) g[i] * w[of];
              dw[of] += (double) g[i] * x[at];
            }
          }
        }
      }
    }
  }
}
