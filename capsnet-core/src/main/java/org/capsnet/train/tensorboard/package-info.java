/**
 * Trainings in <a href="https://www.tensorflow.org/tensorboard">TensorBoard</a>, without TensorFlow
 * and without Python.
 *
 * <p>{@link org.capsnet.train.tensorboard.TensorBoard} is the listener: it writes what every
 * training has. What only some networks have, such as pictures, is added by a {@link
 * org.capsnet.train.tensorboard.Panel}; {@code org.capsnet.model.insight} has one. Both write by an
 * {@link org.capsnet.train.tensorboard.EventWriter}, which serves alone, too.
 *
 * <p>A file is of TensorFlow's records: the length of the data, little-endian in 8 bytes, its
 * checksum, the data and their checksum, each a CRC-32C that is turned by 15 bits and to which a
 * constant is added. Each record is an {@code Event} of Protocol Buffers. ND4J carries the messages
 * within, {@code Summary} and what it is made of, and not that around them, which is written field
 * by field.
 */
package org.capsnet.train.tensorboard;
