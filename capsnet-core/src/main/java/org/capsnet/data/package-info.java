/**
 * Images and labels, from files to the batches that a training step takes.
 *
 * <p>The way of an image: a reader ({@link org.capsnet.data.IdxReader}, {@link
 * org.capsnet.data.Mnist}, {@link org.capsnet.data.ImageFolder}) makes {@link
 * org.capsnet.data.LabeledImages}, one byte a pixel in memory; an {@link
 * org.capsnet.data.ImageIterator} turns them into ND4J {@code DataSet}s, shuffled and {@linkplain
 * org.capsnet.data.Augmentation augmented}; {@link org.capsnet.data.Prefetching} makes the next
 * batches while the present one is trained on. The trainer takes any ND4J {@code DataSetIterator},
 * so that those of DL4J and DataVec fit in the same place.
 *
 * <p>Samples that have more than a class go another way: {@link org.capsnet.data.detection} has
 * images with boxes, {@link org.capsnet.data.medical} images with masks or several findings; a
 * {@link org.capsnet.data.SampleIterator} turns them into batches. What changes their geometry is a
 * {@link org.capsnet.data.SampleTransform}, which carries along what is known of the image; what
 * changes colours alone is an {@link org.capsnet.data.Augmentation} for all.
 *
 * <p><b>What repeats.</b> Order and random choices of an epoch are a function of the seed, the
 * number of the epoch and the number of the sample, and of nothing that went before: not of the
 * batch size, not of a prefetching thread, not of where a training was interrupted. This is what a
 * {@link org.capsnet.data.SeekableIterator} promises.
 *
 * <p>Nor does it depend on the JDK. Streams are {@link java.util.Random}'s ({@link
 * org.capsnet.data.Seeds}), whose documentation gives the algorithm of each method that is used
 * here: {@code nextInt}, {@code nextInt(bound)}, {@code nextDouble} and, by the polar method with a
 * strict logarithm, {@code nextGaussian}, which in {@code RandomGenerator} itself is another method
 * from JDK to JDK. What is shuffled is shuffled by {@link org.capsnet.data.Seeds#shuffle}. Who
 * gives a transform another generator has that generator's promise alone.
 *
 * <p><b>What is trusted.</b> Nothing that a file says about itself. See {@link org.capsnet.io}.
 */
package org.capsnet.data;
