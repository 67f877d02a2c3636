package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NpzTest {

  private static final Path NUMPY = Path.of("src/test/resources/foreign/numpy.npz");

  @TempDir private Path folder;

  @Test
  void readsEveryTypeThatNumpyWrites() throws IOException {
    Map<String, INDArray> arrays = Npz.read(NUMPY);
    assertThat(arrays).hasSize(14);
    assertThat(arrays.get("scalar").rank()).isZero();
    assertThat(arrays.get("scalar").getFloat(0)).isEqualTo(2.5f);
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith("type")) {
            double[] expected = {0, 1, 2, 3, 4, 5};
            if (array.dataType() == DataType.BOOL) {
              expected = new double[] {0, 1, 1, 1, 1, 1};
            }
            assertThat(array.shape()).as(name).containsExactly(2, 3);
            assertThat(array.castTo(DataType.DOUBLE).reshape(-1).toDoubleVector())
                .as(name)
                .containsExactly(expected);
          }
        });
    assertThat(arrays.get("typef2").dataType()).isEqualTo(DataType.FLOAT16);
    assertThat(arrays.get("typeu8").dataType()).isEqualTo(DataType.UINT64);
  }

  /** NumPy keeps the order of a transposed array, such as the weights of a linear layer. */
  @Test
  void anArrayInFortranOrderIsTheSame() throws IOException {
    INDArray array = Npz.read(NUMPY).get("fortran");
    assertThat(array.shape()).containsExactly(2, 3, 4);
    for (int i = 0; i < 24; i++) {
      assertThat(array.getDouble(i / 12, i / 4 % 3, i % 4)).isEqualTo(i);
    }
  }

  @Test
  void readsDeflatedOnesAndNamesWithSlashes() throws IOException {
    Map<String, INDArray> arrays = Npz.read(NUMPY.resolveSibling("deflated.npz"));
    assertThat(arrays.keySet()).containsExactly("conv1/kernel:0");
    assertThat(arrays.get("conv1/kernel:0").getFloat(1, 2)).isEqualTo(1.25f);
  }

  @Test
  void whatIsWrittenIsReadAgainAndTheSameBytesEachTime() throws IOException {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (DataType type :
        List.of(
            DataType.FLOAT,
            DataType.DOUBLE,
            DataType.FLOAT16,
            DataType.INT64,
            DataType.INT32,
            DataType.UINT8,
            DataType.BOOL)) {
      arrays.put("of." + type, Nd4j.arange(6).reshape(2, 3).castTo(type));
    }
    arrays.put("view", Nd4j.arange(24).reshape(2, 3, 4).permute(2, 0, 1));
    arrays.put("scalar", Nd4j.scalar(7.0));
    Path first = folder.resolve("a.npz");
    Path second = folder.resolve("b.npz");
    Npz.write(first, arrays);
    Npz.write(second, arrays);
    assertThat(Files.readAllBytes(first)).isEqualTo(Files.readAllBytes(second));
    Map<String, INDArray> read = Npz.read(first);
    assertThat(List.copyOf(read.keySet())).isEqualTo(List.copyOf(arrays.keySet()));
    arrays.forEach(
        (name, array) -> {
          assertThat(read.get(name).dataType()).as(name).isEqualTo(array.dataType());
          assertThat(read.get(name)).as(name).isEqualTo(array.dup('c'));
        });
  }

  /** The data begin at a multiple of 64, whatever the length of the shape. */
  @Test
  void headersAreAligned() throws IOException {
    for (int axes = 0; axes < 20; axes++) {
      long[] shape = new long[axes];
      Arrays.fill(shape, 1);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Npy.write("x", Nd4j.ones(DataType.FLOAT, shape), out);
      assertThat(out.size() % 64).isEqualTo(Float.BYTES);
      Npy read = Npy.read("x", new ByteArrayInputStream(out.toByteArray()));
      assertThat(read.shape()).hasSize(axes);
      assertThat(read.toArray().getFloat(0)).isEqualTo(1);
    }
  }

  @Test
  void typesThatTheFormatLacksAreRefusedAndTheFileStays() throws IOException {
    Path file = Files.writeString(folder.resolve("old.npz"), "old");
    Map<String, INDArray> arrays = Map.of("half", Nd4j.ones(DataType.BFLOAT16, 2));
    assertThatThrownBy(() -> Npz.write(file, arrays))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("half: expected one of [")
        .hasMessageEndingWith("got BFLOAT16");
    assertThat(file).hasContent("old");
  }

  @Test
  void objectsAreNeverUnpickled() {
    String header = "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }";
    byte[] npy = new byte[10 + header.length()];
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
    System.arraycopy(start, 0, npy, 0, 10);
    System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, npy, 10, header.length());
    assertThatThrownBy(() -> Npy.read("x.npy", new ByteArrayInputStream(npy)))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("x.npy: expected numbers of one of the types <f2, <f4, <f8, <i2")
        .hasMessageContaining("got |O");
  }

  /** Wherever it is cut, between two arrays as well. */
  @Test
  void aFileThatIsCutIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(NUMPY);
    Path file = folder.resolve("cut.npz");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> Npz.read(file))
          .as("the first %s bytes", length)
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void entriesThatTheDirectoryDoesNotStateAreRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(NUMPY);
    int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("scalar.npy");
    bytes[name] = 'S';
    Path file = Files.write(folder.resolve("renamed.npz"), bytes);
    assertThatThrownBy(() -> Npz.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": its directory states other entries than lie in it: [")
        .hasMessageContaining("Scalar.npy");
  }

  @Test
  void aFlippedBitIsSeen() throws IOException {
    byte[] bytes = Files.readAllBytes(NUMPY.resolveSibling("torch.npz"));
    Path file = folder.resolve("flipped.npz");
    for (int at : new int[] {200, 5000, 20_000}) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 4;
      Files.write(file, flipped);
      assertThatThrownBy(() -> Npz.read(file)).isInstanceOf(FormatException.class);
    }
  }
}
