/**
 * Numeric kernels: operations of a capsule network that general operations compute slowly.
 *
 * <p>Kernels know arrays and nothing of variables, layers or models. {@link
 * org.capsnet.kernel.Kernels} decides, for all of them, whether a fused kernel is used; its twin,
 * composed of ordinary differentiable operations, stands where the operation is offered (squash in
 * {@code org.capsnet.capsule}, routings in {@code org.capsnet.routing}, sums of votes and products
 * in {@code org.capsnet.autograd}) and is the specification that the tests hold the kernel to.
 *
 * <p>The loops run over Java arrays: operands are copied out of off-heap memory a block at a time,
 * which costs little where a block is used more than once, and lets the compiler vectorise. Work is
 * split into fixed parts, so that results do not depend on timing.
 *
 * <p>What is where, by how names begin or end:
 *
 * <ul>
 *   <li>{@code Parallel} shares work out, {@code Pool} keeps scratch memory, {@code Floats} reads
 *       and writes ND4J's arrays.
 *   <li>{@code Simd} decides what the loops and products of this JVM are: {@code …Loops} and {@code
 *       Gemm}, {@code RowProducts} and {@code RowSums} are what kernels call, {@code Plain…} and
 *       {@code Vector…} how it is done, {@code Warm…} the former until the latter is compiled.
 *   <li>{@code …Convolution} is a way for some shapes: through the frequency domain ({@link
 *       org.capsnet.kernel.SpectralConvolution}, with {@code Spectral…} and {@code Plane…}), by
 *       minimal filters, for the gradients too ({@link org.capsnet.kernel.TileConvolution}, with
 *       {@code Tile…}) or with weights that are kept ({@link
 *       org.capsnet.kernel.WinogradConvolution}, with {@code Winograd…}), by columns ({@link
 *       org.capsnet.kernel.ColumnConvolution}), as a sum over taps ({@link
 *       org.capsnet.kernel.DirectConvolution}), or in groups ({@link
 *       org.capsnet.kernel.GroupedConvolution}, {@link org.capsnet.kernel.DepthwiseConvolution}).
 *   <li>{@code Vote…}, {@code ProductVotes} and {@code GivenVotes} make votes where they are used;
 *       EM, attention and fan-in routing ({@link org.capsnet.kernel.EmRoutingKernel}, {@link
 *       org.capsnet.kernel.AttentionKernel}, {@link org.capsnet.kernel.FanInKernel}) read them.
 *   <li>Dynamic routing has its own ({@link org.capsnet.kernel.DenseRoutingKernel}, {@link
 *       org.capsnet.kernel.GridRoutingKernel}, with {@code Routing…}).
 *   <li>{@link org.capsnet.kernel.BatchedProducts} are products of many small matrices, which any
 *       sum of products may come to.
 *   <li>Squash, lengths, normalization, the rectifier and Adam are a pass each.
 * </ul>
 *
 * <p>All of it is one package, so that what kernels share is nobody else's to call.
 *
 * <p>One setting, {@link org.capsnet.kernel.Threads}, sets how many threads compute, the kernels'
 * own and those of ND4J, of which only one kind is busy at any time of a step.
 */
package org.capsnet.kernel;
