/**
 * Images with several objects in them, each with a class and a {@linkplain
 * org.capsnet.data.detection.Box box}.
 *
 * <p>{@link org.capsnet.data.detection.VocFolder} reads the form of Pascal VOC, and {@link
 * org.capsnet.data.detection.DigitScenes} makes scenes of digits without end. {@link
 * org.capsnet.data.SampleIterator} turns samples into batches, and what it does to an image it does
 * to the boxes. The labels lie as {@link org.capsnet.data.detection.ClassBoxes} says, for one
 * object a class, or as {@link org.capsnet.data.detection.GridBoxes} does, for one a class and
 * cell.
 */
package org.capsnet.data.detection;
