/**
 * Modules: the tree of named parameters that a network is, and the ordinary layers.
 *
 * <p>A {@link org.capsnet.nn.Module} holds parameters, buffers and children under names; a {@link
 * org.capsnet.nn.Layer} is one with a single input and output, which can stand in a {@code
 * Sequential}. Weights are laid out as {@code [out, in, kH, kW]} for convolutions, {@code [in, out,
 * kH, kW]} for transposed ones and {@code [out, in]} for linear layers.
 *
 * <p><b>The same seed gives the same network on every JDK.</b> Uniform numbers do already: those of
 * {@code SplittableRandom} and {@code Random} have not changed since Java 8. Normal ones do not,
 * since the JDK's {@code RandomGenerator.nextGaussian} is another method from 17 to 25. Two ways
 * out were weighed. The samplers of Apache Commons RNG are well kept and several times faster, but
 * further jars, and of logarithms they take {@code Math}'s, whose last bit is free. {@link
 * org.capsnet.nn.Gaussian} is twenty lines of a method that does not age, with a strict logarithm;
 * the millions of weights of a large network take it a fraction of a second, once. So it is that.
 */
package org.capsnet.nn;
