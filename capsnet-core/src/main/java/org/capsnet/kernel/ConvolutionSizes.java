package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The sizes of a convolution of one group without dilation: images {@code [batch, in, height,
 * width]}, weights {@code [out, in, kernelH, kernelW]}.
 *
 * @param batch samples
 * @param in channels of the images
 * @param height rows of the images
 * @param width columns of the images
 * @param out channels of the result
 * @param kernelH rows of the kernel
 * @param kernelW columns of the kernel
 * @param strideH rows from one output to the next
 * @param strideW columns from one output to the next
 * @param paddingH rows of zeros above, and below
 * @param paddingW columns of zeros left, and right
 */
public record ConvolutionSizes(
    int batch,
    int in,
    int height,
    int width,
    int out,
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int paddingH,
    int paddingW) {

  // Written out, here and in other keys: to put together those of a record for their first call
  // takes a JVM 10 ms.

  @Override
  public boolean equals(Object other) {
    return other instanceof ConvolutionSizes sizes
        && batch == sizes.batch
        && in == sizes.in
        && height == sizes.height
        && width == sizes.width
        && out == sizes.out
        && kernelH == sizes.kernelH
        && kernelW == sizes.kernelW
        && strideH == sizes.strideH
        && strideW == sizes.strideW
        && paddingH == sizes.paddingH
        && paddingW == sizes.paddingW;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(numbers());
  }

  private int[] numbers() {
    return new int[] {
      batch, in, height, width, out, kernelH, kernelW, strideH, strideW, paddingH, paddingW
    };
  }

  /** {@return the rows of the result, at least 1} */
  public int outputHeight() {
    return (height + 2 * paddingH - kernelH) / strideH + 1;
  }

  /** {@return the columns of the result, at least 1} */
  public int outputWidth() {
    return (width + 2 * paddingW - kernelW) / strideW + 1;
  }

  /** The numbers of a channel of a sample. */
  int pixels() {
    return Math.multiplyExact(height, width);
  }

  /** The numbers of a kernel. */
  int taps() {
    return Math.multiplyExact(kernelH, kernelW);
  }

  /** The numbers of a channel of a sample's result. */
  int outputs() {
    return Math.multiplyExact(outputHeight(), outputWidth());
  }

  /** A part of the same batch. */
  ConvolutionSizes withBatch(int samples) {
    return new ConvolutionSizes(
        samples, in, height, width, out, kernelH, kernelW, strideH, strideW, paddingH, paddingW);
  }
}
