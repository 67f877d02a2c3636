package org.capsnet.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Named arrays in a file of NumPy's {@code .npz} format, a zip of {@link Npy} entries, deflated or
 * not: what {@code numpy.savez} writes and {@code numpy.load} reads.
 */
public final class Npz {

  private static final int BUFFER = 1 << 16;
  private static final String ENDING = ".npy";

  /** Of all entries, so that equal arrays give equal bytes: the first that a zip can have. */
  private static final LocalDateTime WRITTEN = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Reads the arrays in the order in which they lie in the zip: that way their checksums are
   * compared, those of entries that are stored as well as those of deflated ones.
   *
   * @param file the file
   * @param wanted the names, without the ending {@code .npy}, of the arrays to read; others are
   *     passed over
   * @return the arrays by these names
   * @throws FormatException if it is not a zip, is cut short, has a wrong checksum, has other
   *     entries than its directory states or two arrays of a name, or an array is not one of {@link
   *     Npy}
   * @throws IOException if it cannot be read
   */
  public static Map<String, Npy> read(Path file, Predicate<String> wanted) throws IOException {
    return SizeLimits.fitting(file.toString(), () -> readAll(file, wanted));
  }

  private static Map<String, Npy> readAll(Path file, Predicate<String> wanted) throws IOException {
    Map<String, Npy> arrays = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    try (InputStream bytes =
            new BufferedInputStream(Files.newInputStream(Inputs.notFolder(file)), BUFFER);
        ZipInputStream zip = new ZipInputStream(bytes)) {
      ZipEntry entry = zip.getNextEntry();
      if (entry == null) {
        throw new ZipException("it does not begin like one");
      }
      for (; entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        names.add(name);
        String array = name.endsWith(ENDING) ? name.substring(0, name.length() - 4) : "";
        if (name.endsWith(ENDING) && wanted.test(array)) {
          Npy read = Npy.read(file + ", " + name, new BufferedInputStream(zip, BUFFER));
          if (arrays.put(array, read) != null) {
            throw new FormatException(file, "it has two arrays " + name);
          }
        }
      }
      requireAll(file, names);
    } catch (ZipException | IllegalArgumentException e) { // the latter for a name without letters
      throw new FormatException(file, "it is not a zip that can be read: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new FormatException(file, "it is cut short", e);
    }
    return arrays;
  }

  /** A stream of entries ends wherever none begins, in the middle of a file as well. */
  private static void requireAll(Path file, List<String> read) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> stated = zip.stream().map(ZipEntry::getName).sorted().toList();
      if (!read.stream().sorted().toList().equals(stated)) {
        throw new FormatException(
            file,
            "its directory states other entries than lie in it: %s, got %s"
                .formatted(stated, read));
      }
    }
  }

  /**
   * Reads all arrays.
   *
   * @param file the file
   * @return the arrays by name, without the ending {@code .npy}, in c order and outside every
   *     workspace
   * @throws FormatException as {@link #read(Path, Predicate)}
   * @throws IOException if it cannot be read
   */
  public static Map<String, INDArray> read(Path file) throws IOException {
    return SizeLimits.fitting(file.toString(), () -> arrays(readAll(file, name -> true)));
  }

  private static Map<String, INDArray> arrays(Map<String, Npy> read) {
    return AllOrNone.of(arrays -> read.forEach((name, array) -> arrays.put(name, array.toArray())));
  }

  /**
   * Writes a file, whole or not at all. Equal arguments in equal order give equal bytes.
   *
   * @param file the file, replaced if it exists
   * @param arrays of any order and stride, by name, which may have dots and slashes
   * @throws IllegalArgumentException if an array is of a type that the format lacks, such as
   *     bfloat16
   * @throws IOException if the file cannot be written; the old one is then untouched
   */
  public static void write(Path file, Map<String, INDArray> arrays) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.NO_COMPRESSION); // weights hardly get smaller
            for (Map.Entry<String, INDArray> array : arrays.entrySet()) {
              ZipEntry entry = new ZipEntry(array.getKey() + ENDING);
              entry.setTimeLocal(WRITTEN);
              zip.putNextEntry(entry);
              Npy.write(array.getKey(), array.getValue(), zip);
              zip.closeEntry();
            }
          }
        });
  }
}
