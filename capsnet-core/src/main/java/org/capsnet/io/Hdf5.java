package org.capsnet.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the arrays of an HDF5 file, which is what Keras saves weights in ({@code .h5}, {@code
 * .weights.h5}). The optional dependency {@code io.jhdf:jhdf} parses it.
 *
 * <p>Arrays are floats, doubles, and whole numbers of 4 or 8 bytes, little-endian and stored in one
 * piece, which is what h5py does unless it is told otherwise; compressed ones and links are
 * refused. A file is at most 2 GB.
 */
public final class Hdf5 {

  private Hdf5() {}

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its arrays by the path of names that leads to each, such as {@code
   *     conv1/conv1/kernel:0}, in alphabetical order, in c order and outside every workspace; where
   *     it is a whole model of Keras, its weights alone
   * @throws FormatException if it is no such file, contradicts itself, or has something that is not
   *     read
   * @throws IllegalStateException if {@code io.jhdf:jhdf} is not on the class path
   * @throws IOException if it cannot be read
   */
  public static Map<String, INDArray> read(Path file) throws IOException {
    return SizeLimits.fitting(file.toString(), () -> read(file, bytes(file)));
  }

  private static byte[] bytes(Path file) throws IOException {
    return Uninterrupted.run(() -> Files.readAllBytes(Inputs.notFolder(file)));
  }

  private static Map<String, INDArray> read(Path file, byte[] bytes) throws FormatException {
    try {
      return Hdf5Arrays.read(bytes);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          file + ": to read HDF5, add the dependency io.jhdf:jhdf (" + e.getMessage() + ")", e);
    } catch (StackOverflowError e) {
      throw new FormatException(file, "its parts are nested too deeply", e);
    } catch (RuntimeException e) { // of jHDF, anything
      throw new FormatException(file, "it is no HDF5 file that can be read: " + why(e), e);
    }
  }

  /** The first cause: jHDF says where it was, and then why. */
  private static String why(Throwable e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String message = first.getMessage();
    return message == null ? first.toString() : message;
  }
}
