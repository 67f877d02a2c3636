/**
 * Convolutions of the sizes that networks for small images have, in this library, as ND4J's own
 * operation and in PyTorch: see {@link org.capsnet.bench.ConvolutionTable}.
 */
package org.capsnet.bench.convolution;
