/**
 * Medical images: with a mask and a diagnosis, or with one or several findings.
 *
 * <p>{@link org.capsnet.data.medical.MedMnist} reads the {@code .npz} files of MedMNIST, {@link
 * org.capsnet.data.medical.MaskFolder} one's own images with masks and a table of labels, and
 * {@link org.capsnet.data.medical.SyntheticCells} makes cells up where there is no data. {@link
 * org.capsnet.data.SampleIterator} turns samples into batches; {@link
 * org.capsnet.data.medical.SegmentationLabels} says how their labels lie.
 *
 * <p>What bends an image bends its mask by the same field: see {@link
 * org.capsnet.data.medical.RandomWarp}. {@link org.capsnet.data.Splits} keeps the images of one
 * patient on one side.
 */
package org.capsnet.data.medical;
