package org.capsnet.autograd;

import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution as matrix products with the columns that its kernel sees, one sample at a time: the
 * columns of a sample stay in the cache, and no large array is permuted.
 *
 * <p>Shapes: x {@code [batch, in, H, W]}, w {@code [out, in/groups, kH, kW]}, y {@code [batch, out,
 * oH, oW]}, all dense. The columns of a sample are {@code [groups, in/groups · kH · kW, oH · oW]}.
 */
final class Columns {

  private final Conv2dSpec spec;
  private final long[] image;
  private final long[] kernel;
  private final long[] output;

  /** For arrays of these shapes. */
  Columns(Conv2dSpec spec, long[] x, long[] w, long[] y) {
    this.spec = spec;
    this.image = x;
    this.kernel = w;
    this.output = y;
  }

  /** y from x and w. */
  INDArray forward(INDArray x, INDArray w) {
    INDArray y = Raw.empty(x.dataType(), output);
    INDArray weights = grouped(w);
    IntFunction<INDArray> columns = columnsOf(x);
    for (int i = 0; i < image[0]; i++) {
      Raw.matmul(weights, columns.apply(i), outputs(y, i));
    }
    return y;
  }

  /** dL/dw from x and dL/dy. */
  INDArray weightGradient(INDArray x, INDArray dy) {
    INDArray dw = Raw.empty(x.dataType(), kernel);
    INDArray sum = grouped(dw);
    IntFunction<INDArray> columns = columnsOf(x);
    for (int i = 0; i < image[0]; i++) {
      Raw.addMatmul(outputs(dy, i), Raw.transposed(columns.apply(i)), sum, i == 0 ? 0 : 1);
    }
    return dw;
  }

  /** dL/dx from w and dL/dy. */
  INDArray inputGradient(INDArray w, INDArray dy) {
    INDArray dx = Raw.empty(w.dataType(), image);
    INDArray weights = Raw.transposed(grouped(w));
    INDArray spread = emptyColumns(w);
    INDArray columns = columns(spread);
    for (int i = 0; i < image[0]; i++) {
      Raw.matmul(weights, outputs(dy, i), columns);
      fold(spread, Raw.slice(dx, 0, i, i + 1), spec);
    }
    return dx;
  }

  /** The columns of a sample; each call overwrites what the one before gave. */
  private IntFunction<INDArray> columnsOf(INDArray x) {
    INDArray spread = emptyColumns(x);
    INDArray columns = columns(spread);
    return i -> {
      unfold(Raw.slice(x, 0, i, i + 1), spread, spec);
      return columns;
    };
  }

  /** Fills {@code [batch, in, kH, kW, oH, oW]} with what the kernel sees of {@code x}. */
  static INDArray unfold(INDArray x, INDArray columns, Conv2dSpec spec) {
    return Raw.run(
        "im2col",
        columns,
        new INDArray[] {x},
        (int) columns.size(2),
        (int) columns.size(3),
        spec.strideH(),
        spec.strideW(),
        spec.paddingH(),
        spec.paddingW(),
        spec.dilationH(),
        spec.dilationW(),
        0);
  }

  /** Fills {@code x} with the sums of what the columns hold of each of its elements. */
  static INDArray fold(INDArray columns, INDArray x, Conv2dSpec spec) {
    return Raw.run(
        "col2im",
        x,
        new INDArray[] {columns},
        spec.strideH(),
        spec.strideW(),
        spec.paddingH(),
        spec.paddingW(),
        (int) x.size(2),
        (int) x.size(3),
        spec.dilationH(),
        spec.dilationW(),
        0);
  }

  private INDArray columns(INDArray spread) {
    return matrices(spread, image[1] * kernel[2] * kernel[3], output[2] * output[3]);
  }

  private INDArray emptyColumns(INDArray like) {
    return Raw.empty(like.dataType(), 1, image[1], kernel[2], kernel[3], output[2], output[3]);
  }

  private INDArray grouped(INDArray w) {
    return matrices(w, kernel[0], kernel[1] * kernel[2] * kernel[3]);
  }

  private INDArray outputs(INDArray y, int sample) {
    return matrices(Raw.slice(y, 0, sample, sample + 1), kernel[0], output[2] * output[3]);
  }

  /** A matrix for each group; for one group just that, which alone ND4J hands to BLAS. */
  private INDArray matrices(INDArray x, long rows, long columns) {
    int groups = spec.groups();
    return groups == 1
        ? x.reshape('c', rows, columns)
        : x.reshape('c', groups, rows / groups, columns);
  }
}
