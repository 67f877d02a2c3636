/**
 * Weights that other tools saved, and this library's for other tools: {@link
 * org.capsnet.model.weights.Weights}.
 *
 * <p><b>A format is one thing, names are another.</b> A file is arrays by name, whichever of the
 * three formats it is of: safetensors, NumPy's {@code .npz}, or HDF5 as Keras writes it ({@link
 * org.capsnet.io.Safetensors}, {@link org.capsnet.io.Npz}, {@link org.capsnet.io.Hdf5}). A {@link
 * org.capsnet.model.weights.NameMap} says which of them is which array of a network, and a {@link
 * org.capsnet.model.weights.Layout} what has to be done to its axes.
 *
 * <p><b>All or nothing.</b> What a network needs and the file lacks, what the file has and nobody
 * takes, and what has another shape, is listed in one error, and the network stays as it was. What
 * is not to be taken is named in the map.
 *
 * <p><b>Equal weights do not make equal networks.</b> A map stands in {@link
 * org.capsnet.model.weights.KnownNames} only if the network computes the same with them, to the
 * rounding; what is different there, and where, it says.
 */
package org.capsnet.model.weights;
