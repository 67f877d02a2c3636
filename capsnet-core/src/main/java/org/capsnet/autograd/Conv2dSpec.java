package org.capsnet.autograd;

/**
 * How a two-dimensional convolution steps over its input, and the arithmetic of sizes that follows.
 *
 * <pre>{@code Conv2dSpec.UNIT.withStride(2).withPadding(1)}</pre>
 *
 * @param strideH rows from one output to the next, at least 1
 * @param strideW columns from one output to the next, at least 1
 * @param paddingH rows of zeros added above and below, at least 0
 * @param paddingW columns of zeros added left and right, at least 0
 * @param dilationH rows from one kernel element to the next, at least 1
 * @param dilationW columns from one kernel element to the next, at least 1
 * @param groups into how many parts the channels are split, each convolved on its own, at least 1;
 *     as many as there are channels for a depthwise convolution
 */
public record Conv2dSpec(
    int strideH,
    int strideW,
    int paddingH,
    int paddingW,
    int dilationH,
    int dilationW,
    int groups) {

  /** Stride 1, no padding, no dilation, one group. */
  public static final Conv2dSpec UNIT = new Conv2dSpec(1, 1, 0, 0, 1, 1, 1);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is below its least
   */
  public Conv2dSpec {
    requireAtLeast(1, "stride", Math.min(strideH, strideW));
    requireAtLeast(0, "padding", Math.min(paddingH, paddingW));
    requireAtLeast(1, "dilation", Math.min(dilationH, dilationW));
    requireAtLeast(1, "groups", groups);
  }

  /**
   * Sets the stride of both axes.
   *
   * @param stride at least 1
   * @return a changed copy
   */
  public Conv2dSpec withStride(int stride) {
    return withStride(stride, stride);
  }

  /**
   * Sets the stride.
   *
   * @param h of rows, at least 1
   * @param w of columns, at least 1
   * @return a changed copy
   */
  public Conv2dSpec withStride(int h, int w) {
    return new Conv2dSpec(h, w, paddingH, paddingW, dilationH, dilationW, groups);
  }

  /**
   * Sets the padding of both axes.
   *
   * @param padding at least 0
   * @return a changed copy
   */
  public Conv2dSpec withPadding(int padding) {
    return withPadding(padding, padding);
  }

  /**
   * Sets the padding.
   *
   * @param h of rows, at least 0
   * @param w of columns, at least 0
   * @return a changed copy
   */
  public Conv2dSpec withPadding(int h, int w) {
    return new Conv2dSpec(strideH, strideW, h, w, dilationH, dilationW, groups);
  }

  /**
   * Sets the dilation of both axes.
   *
   * @param dilation at least 1
   * @return a changed copy
   */
  public Conv2dSpec withDilation(int dilation) {
    return withDilation(dilation, dilation);
  }

  /**
   * Sets the dilation.
   *
   * @param h of rows, at least 1
   * @param w of columns, at least 1
   * @return a changed copy
   */
  public Conv2dSpec withDilation(int h, int w) {
    return new Conv2dSpec(strideH, strideW, paddingH, paddingW, h, w, groups);
  }

  /**
   * Sets the number of groups.
   *
   * @param count at least 1
   * @return a changed copy
   */
  public Conv2dSpec withGroups(int count) {
    return new Conv2dSpec(strideH, strideW, paddingH, paddingW, dilationH, dilationW, count);
  }

  /**
   * The height that a convolution makes.
   *
   * @param height of the input
   * @param kernel the height of the kernel
   * @return the height of the output
   * @throws IllegalArgumentException if the kernel is larger than the padded input
   */
  public long outputHeight(long height, long kernel) {
    return outputSize("height", height, kernel, strideH, paddingH, dilationH);
  }

  /**
   * The width that a convolution makes.
   *
   * @param width of the input
   * @param kernel the width of the kernel
   * @return the width of the output
   * @throws IllegalArgumentException if the kernel is larger than the padded input
   */
  public long outputWidth(long width, long kernel) {
    return outputSize("width", width, kernel, strideW, paddingW, dilationW);
  }

  /**
   * The height that a transposed convolution makes.
   *
   * @param height of the input
   * @param kernel the height of the kernel
   * @param outputPadding rows added below
   * @return the height of the output
   * @throws IllegalArgumentException if nothing would be left
   */
  public long transposedHeight(long height, long kernel, int outputPadding) {
    return transposedSize("height", height, kernel, strideH, paddingH, dilationH, outputPadding);
  }

  /**
   * The width that a transposed convolution makes.
   *
   * @param width of the input
   * @param kernel the width of the kernel
   * @param outputPadding columns added right
   * @return the width of the output
   * @throws IllegalArgumentException if nothing would be left
   */
  public long transposedWidth(long width, long kernel, int outputPadding) {
    return transposedSize("width", width, kernel, strideW, paddingW, dilationW, outputPadding);
  }

  /** Whether the kernel's last step ends at the end of the padded input, in both axes. */
  boolean reachesTheEdge(long[] x, long[] w) {
    long heightLeft = x[2] + 2L * paddingH - dilationH * (w[2] - 1) - 1;
    long widthLeft = x[3] + 2L * paddingW - dilationW * (w[3] - 1) - 1;
    return heightLeft % strideH == 0 && widthLeft % strideW == 0;
  }

  private static long outputSize(
      String axis, long size, long kernel, int stride, int padding, int dilation) {
    long span = dilation * (kernel - 1) + 1;
    long room = size + 2L * padding - span;
    if (room < 0) {
      throw new IllegalArgumentException(
          axis
              + ": expected at least "
              + (span - 2L * padding)
              + " for a kernel of "
              + kernel
              + " with dilation "
              + dilation
              + " and padding "
              + padding
              + ", got "
              + size);
    }
    return room / stride + 1;
  }

  private static long transposedSize(
      String axis,
      long size,
      long kernel,
      int stride,
      int padding,
      int dilation,
      int outputPadding) {
    if (outputPadding < 0 || outputPadding >= stride) {
      throw new IllegalArgumentException(
          "output padding: expected 0 to " + (stride - 1) + ", got " + outputPadding);
    }
    long result = (size - 1) * stride - 2L * padding + dilation * (kernel - 1) + 1 + outputPadding;
    if (result < 1) {
      throw new IllegalArgumentException(
          axis + ": expected an output of at least 1, got " + result + " from an input of " + size);
    }
    return result;
  }

  private static void requireAtLeast(int least, String name, int got) {
    if (got < least) {
      throw new IllegalArgumentException(name + ": expected at least " + least + ", got " + got);
    }
  }
}
