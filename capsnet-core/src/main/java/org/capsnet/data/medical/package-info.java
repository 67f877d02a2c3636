/**
 * Medical images: with a mask and a diagnosis, or with one or several findings.
 *
 * <p>{@link org.capsnet.data.medical.MedMnist} reads the {@code .npz} files of MedMNIST, {@link
 * org.capsnet.data.medical.MaskFolder} your own images with masks and a table of labels, and {@link
 * org.capsnet.data.medical.SyntheticCells} generates synthetic cells. {@link
 * org.capsnet.data.SampleIterator} turns samples into batches; {@link
 * org.capsnet.data.medical.SegmentationLabels} gives the layout of their labels.
 *
 * <p>An image and its mask are warped by the same field: see {@link
 * org.capsnet.data.medical.RandomWarp}. {@link org.capsnet.data.Splits} keeps the images of one
 * patient in one part.
 */
package org.capsnet.data.medical;
