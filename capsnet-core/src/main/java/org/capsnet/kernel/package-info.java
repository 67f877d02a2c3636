/**
 * Numeric kernels: operations of a capsule network that general operations compute slowly.
 *
 * <p>Kernels know arrays and nothing of variables, layers or models. {@link
 * org.capsnet.kernel.Kernels} decides, for all of them, whether a fused kernel is used; its twin,
 * composed of ordinary differentiable operations, stands where the operation is offered (squash in
 * {@code org.capsnet.capsule}, routings in {@code org.capsnet.routing}, sums of votes in {@code
 * org.capsnet.autograd}) and is the specification that the tests hold the kernel to.
 *
 * <p>The loops run over Java arrays: operands are copied out of off-heap memory a block at a time,
 * which costs little where a block is used more than once, and lets the compiler vectorise. Work is
 * split into fixed parts, so that results do not depend on timing.
 *
 * <p>{@code Simd} decides what the loops and products of this JVM are. A convolution goes through
 * the frequency domain ({@link org.capsnet.kernel.SpectralConvolution}), by minimal filters ({@link
 * org.capsnet.kernel.WinogradConvolution}), by columns ({@link
 * org.capsnet.kernel.ColumnConvolution}) or as a sum over taps ({@link
 * org.capsnet.kernel.DirectConvolution}); one in groups is such a sum too ({@link
 * org.capsnet.kernel.GroupedConvolution}), for which nothing is copied tap by tap.
 *
 * <p>One setting, {@link org.capsnet.kernel.Threads}, sets how many threads compute, the kernels'
 * own and those of ND4J, of which only one kind is busy at any time of a step.
 */
package org.capsnet.kernel;
