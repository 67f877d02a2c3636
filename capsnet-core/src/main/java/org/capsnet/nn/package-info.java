/**
 * Modules: the tree of named parameters that a network is, and the ordinary layers.
 *
 * <p>A {@link org.capsnet.nn.Module} holds parameters, buffers and children under names. A {@link
 * org.capsnet.nn.Block} is one that makes one thing of another, be it variables or capsules, and
 * states the {@link org.capsnet.nn.Shape} of both; so a {@link org.capsnet.nn.Chain} can build each
 * block for what the one before it leaves, and a size is never worked out twice. Weights are laid
 * out as {@code [out, in, kH, kW]} for convolutions, {@code [in, out, kH, kW]} for transposed ones
 * and {@code [out, in]} for linear layers.
 *
 * <p>What a network begins with comes from its {@link org.capsnet.nn.Init}: random numbers by a
 * seed, or shapes alone. A network of shapes is built like any other and takes no memory, which is
 * how a network is counted, and how one in a file is held against the file's tensors before it gets
 * them. Blocks take the shape of their input where they are built rather than where they are asked
 * for it: so every module of a tree knows its sizes on its own, and no walk over a network has to
 * follow how its parts are joined.
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
