/**
 * Images and labels, from files to the batches that a training step takes.
 *
 * <p>The path of an image: a reader ({@link org.capsnet.data.IdxReader}, {@link
 * org.capsnet.data.Mnist}, {@link org.capsnet.data.ImageFolder}, those of {@link
 * org.capsnet.data.objects}) makes {@link org.capsnet.data.LabeledImages}, one byte per pixel and
 * channel in memory; an {@link org.capsnet.data.ImageIterator} turns them into ND4J {@code
 * DataSet}s, shuffled and {@linkplain org.capsnet.data.Augmentation augmented}; {@link
 * org.capsnet.data.Prefetching} prepares the next batches while the present one is in use. The
 * trainer takes any ND4J {@code DataSetIterator}, so those of DL4J and DataVec can take the place
 * of the one here.
 *
 * <p>A picture of a file, whatever its format, is read by {@link org.capsnet.data.picture}.
 *
 * <p>Samples with more than a class take another path: {@link org.capsnet.data.detection} has
 * images with boxes, {@link org.capsnet.data.medical} images with masks or several findings, {@link
 * org.capsnet.data.digits} two digits over each other, or changed ones; a {@link
 * org.capsnet.data.SampleIterator} turns them into batches. A change of their geometry is a {@link
 * org.capsnet.data.SampleTransform}, which changes the annotations with the image; a change of
 * colours alone is an {@link org.capsnet.data.Augmentation}, for all samples.
 *
 * <p><b>What repeats.</b> The order and the random choices of an epoch are a function of the seed,
 * the number of the epoch and the number of the sample, and of nothing that happened before: not of
 * the batch size, not of a prefetching thread, not of where a training was interrupted. This is
 * what a {@link org.capsnet.data.SeekableIterator} promises.
 *
 * <p>Nor does it depend on the JDK. The random streams are those of {@link java.util.Random}
 * ({@link org.capsnet.data.Seeds}), whose documentation gives the algorithm of each method that is
 * used here: {@code nextInt}, {@code nextInt(bound)}, {@code nextDouble} and, by the polar method
 * with a strict logarithm, {@code nextGaussian}, for which {@code RandomGenerator} itself uses
 * different methods in different JDKs. Shuffling is done by {@link org.capsnet.data.Seeds#shuffle}.
 * A transform that is given another generator repeats only what that generator repeats.
 *
 * <p><b>What is trusted.</b> Nothing that a file says about itself. See {@link org.capsnet.io}.
 */
package org.capsnet.data;
