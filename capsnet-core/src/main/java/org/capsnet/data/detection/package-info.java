/**
 * Images with several objects in them, each with a class and a {@linkplain
 * org.capsnet.data.detection.Box box}.
 *
 * <p>{@link org.capsnet.data.detection.VocFolder} reads the layout of Pascal VOC, and {@link
 * org.capsnet.data.detection.DigitScenes} generates any number of scenes of digits. {@link
 * org.capsnet.data.SampleIterator} turns samples into batches; what it does to an image it also
 * does to the boxes. The layout of the labels is that of {@link
 * org.capsnet.data.detection.ClassBoxes}, for one object per class, or of {@link
 * org.capsnet.data.detection.GridBoxes}, for one object per class and cell.
 */
package org.capsnet.data.detection;
