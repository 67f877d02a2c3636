/**
 * Modules: the tree of named parameters that a network is, and the ordinary layers.
 *
 * <p>A {@link org.capsnet.nn.Module} holds parameters, buffers and children under names; a {@link
 * org.capsnet.nn.Layer} is one with a single input and output, which can stand in a {@code
 * Sequential}. Weights are laid out as {@code [out, in, kH, kW]} for convolutions, {@code [in, out,
 * kH, kW]} for transposed ones and {@code [out, in]} for linear layers.
 */
package org.capsnet.nn;
