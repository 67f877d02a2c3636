/**
 * Pictures, from the bytes of a file to bytes in memory.
 *
 * <p>{@link org.capsnet.data.picture.ImageFile} reads an image as grey or colours of a given size,
 * {@link org.capsnet.data.picture.MaskFile} one whose values are numbers of classes and stay as
 * they are; {@link org.capsnet.data.picture.PictureFiles} finds the pictures of a folder. What they
 * make is a {@link org.capsnet.data.picture.ByteImage}, upright: {@link
 * org.capsnet.data.picture.LabelTurn} turns labels as their picture was.
 *
 * <p>The JDK decodes; a header is read here first, so that nothing is allocated on its word, and so
 * are orientation and what it means for colours. This package knows nothing of data sets.
 */
package org.capsnet.data.picture;
