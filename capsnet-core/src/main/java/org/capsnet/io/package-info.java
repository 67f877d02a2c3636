/**
 * Files: weights in the safetensors format, values as text beside them, and the rules that every
 * file of this library keeps.
 *
 * <p><b>A file is complete or not there.</b> {@link org.capsnet.io.AtomicFiles} writes to a
 * temporary file, forces the bytes to the disk and renames, so that a reader, or a run that was
 * killed at any moment, finds the old file or the new one and never a part of either.
 *
 * <p><b>Saving and loading do not depend on interruption.</b> An interrupted thread, which is how a
 * training is asked to stop, saves and loads like any other, and stays interrupted.
 *
 * <p><b>A header is a claim.</b> What a file states about its own size is checked against the bytes
 * that are really there before anything is allocated, and a faulty file leads to a {@link
 * org.capsnet.io.FormatException} with its name and the fault. Nothing is read by Java
 * serialization.
 *
 * <p><b>A value is written as it is declared.</b> {@link org.capsnet.io.WrittenForm} makes JSON of
 * any record and reads it back, strictly; nobody writes that by hand. Where several classes may
 * stand, a name from {@link org.capsnet.io.Kinds} says which it is, and users' own classes have
 * their names in the same way as those of this library.
 *
 * <p>NumPy's arrays are read and written by {@link org.capsnet.io.Npz}, those of Keras read by
 * {@link org.capsnet.io.Hdf5}; {@code org.capsnet.model.weights} makes networks of them. To other
 * tools networks go as ONNX models, which {@code org.capsnet.model.onnx} writes.
 *
 * <p>{@link org.capsnet.io.StatusLine} shows on the console how a training or a download goes on.
 */
package org.capsnet.io;
