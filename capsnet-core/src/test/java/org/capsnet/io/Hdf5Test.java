package org.capsnet.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Of files that h5py wrote, {@code foreign/generate.py} among the resources. */
class Hdf5Test {

  @TempDir private Path folder;

  private static Path form(String name) {
    return Path.of("src/test/resources/foreign/forms", name + ".h5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "latest", "whole_model"})
  void readsWhatIsThere(String form) throws IOException {
    Map<String, INDArray> arrays = Hdf5.read(form(form));
    assertThat(arrays.keySet()).containsExactly("a", "group/b");
    assertThat(arrays.get("a").dataType()).isEqualTo(DataType.FLOAT);
    assertThat(arrays.get("a").toFloatMatrix())
        .isDeepEqualTo(new float[][] {{0, 0.25f, 0.5f}, {0.75f, 1, 1.25f}});
    assertThat(arrays.get("group/b").dataType()).isEqualTo(DataType.INT64);
    assertThat(arrays.get("group/b").toLongVector()).containsExactly(0, 1, 2);
  }

  /** More than one node of the tree of names. */
  @Test
  void readsAGroupOfManyArrays() throws IOException {
    Map<String, INDArray> arrays = Hdf5.read(form("many"));
    assertThat(arrays).hasSize(150);
    assertThat(arrays.get("layer_149").getFloat(1, 2)).isEqualTo(150.25f);
  }

  /** By the bit of the sign in the type of {@code group/b}, which h5py wrote as int64. */
  @Test
  void readsUnsignedNumbers() throws IOException {
    byte[] bytes = Files.readAllBytes(form("plain"));
    byte[] type = {0x10, 8, 0, 0, Long.BYTES, 0, 0, 0, 0, 0, Long.SIZE, 0};
    int at = indexOf(bytes, new String(type, ISO_8859_1));
    assertThat(at).isPositive();
    bytes[at + 1] = 0;
    INDArray longs = Hdf5.read(Files.write(folder.resolve("u8.h5"), bytes)).get("group/b");
    assertThat(longs.dataType()).isEqualTo(DataType.UINT64);
    assertThat(longs.castTo(DataType.INT64).toLongVector()).containsExactly(0, 1, 2);
    bytes[at + 4] = Integer.BYTES;
    bytes[at + 10] = Integer.SIZE;
    INDArray ints = Hdf5.read(Files.write(folder.resolve("u4.h5"), bytes)).get("group/b");
    assertThat(ints.dataType()).isEqualTo(DataType.UINT32);
    assertThat(ints.castTo(DataType.INT64).toLongVector()).containsExactly(0, 0, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          compressed | a: expected numbers in one piece, as h5py writes them by default, got them CHUNKED
          linked     | /c is a link, which is not followed
          circle     | has more than one place
          again      | the same numbers have several names
          text       | a: expected floats, doubles, or whole numbers of 4 or 8 bytes, little-endian
          big_endian | a: expected floats, doubles, or whole numbers of 4 or 8 bytes, little-endian
          no_numbers | a holds no numbers
          unwritten  | it refers to 24 bytes at
          dense      | / is no group of a form that is read: write the file by h5py's defaults
          """)
  void saysWhatItDoesNotRead(String form, String fault) {
    assertThatThrownBy(() -> Hdf5.read(form(form)))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(form(form) + ": it is no HDF5 file that can be read: ")
        .hasMessageContaining(fault);
  }

  @Test
  void whatIsNoHdf5() throws IOException {
    Path file = folder.resolve("file.h5");
    for (byte[] bytes : new byte[][] {{}, "no weights".getBytes(UTF_8), new byte[5000]}) {
      Files.write(file, bytes);
      assertThatThrownBy(() -> Hdf5.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file + ": it is no HDF5 file that can be read: ");
    }
    byte[] whole = Files.readAllBytes(form("plain"));
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Hdf5.read(file)).isInstanceOf(FormatException.class);
    }
  }

  /** Two levels of a tree whose nodes name each other many times, which nobody could walk. */
  @Test
  void partsThatReferToEachOtherWithoutEnd() throws IOException {
    byte[] bytes = Files.readAllBytes(form("many"));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int tree = indexOf(bytes, "TREE");
    int levels = 16;
    byte[] longer = Arrays.copyOf(bytes, bytes.length + levels * 2000);
    ByteBuffer forged = ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN);
    for (int level = 0; level < levels; level++) {
      int at = level == 0 ? tree : bytes.length + level * 2000;
      int next = level + 1 == levels ? tree : bytes.length + (level + 1) * 2000;
      forged.position(at).put(new byte[] {'T', 'R', 'E', 'E', 0, (byte) (levels - level)});
      int children = level == 0 ? file.getShort(tree + 6) : 100;
      forged.putShort((short) children).putLong(-1).putLong(-1);
      for (int child = 0; child < children; child++) {
        forged.putLong(0).putLong(next);
      }
    }
    Path path = Files.write(folder.resolve("forged.h5"), longer);
    assertThatThrownBy(() -> Hdf5.read(path)).isInstanceOf(FormatException.class);
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, ISO_8859_1).indexOf(text);
  }

  @Test
  void anInterruptedThreadReadsAndStaysInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    assertThat(Hdf5.read(form("plain"))).hasSize(2);
    assertThat(Thread.interrupted()).isTrue();
  }

  /** The dependency is optional. */
  @Test
  void saysWhichDependencyIsMissing() throws Exception {
    URL[] all =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("jhdf"))
            .map(Hdf5Test::url)
            .toArray(URL[]::new);
    try (URLClassLoader without = new URLClassLoader(all, ClassLoader.getPlatformClassLoader())) {
      Class<?> reader = without.loadClass(Hdf5.class.getName());
      assertThatThrownBy(() -> reader.getMethod("read", Path.class).invoke(null, form("plain")))
          .rootCause()
          .isInstanceOf(ClassNotFoundException.class);
      assertThatThrownBy(() -> reader.getMethod("read", Path.class).invoke(null, form("plain")))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("to read HDF5, add the dependency io.jhdf:jhdf");
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
