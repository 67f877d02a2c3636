package org.capsnet.data.objects;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatFileTest {

  private static final int DOUBLE_CLASS = 6;
  private static final int UINT8 = 2;
  private static final int INT64 = 12;

  @TempDir Path folder;

  private final MatBytes mat = new MatBytes(ByteOrder.LITTLE_ENDIAN);

  private MatArray read(byte[] file, String name) throws IOException {
    return MatFile.read(Files.write(folder.resolve("f.mat"), file), name).get(name);
  }

  private void assertFault(byte[] file, String fault) {
    assertThatThrownBy(() -> read(file, "X"))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(folder.resolve("f.mat").toString())
        .hasMessageContaining(fault);
  }

  private static double[] values(MatArray array) {
    return IntStream.range(0, array.length()).mapToDouble(array::get).toArray();
  }

  /** A matrix of doubles that is stored as bytes, as MATLAB does where that is enough. */
  private byte[] x(int... numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) numbers[i];
    }
    return mat.array(DOUBLE_CLASS, "X", new int[] {2, numbers.length / 2}, UINT8, bytes);
  }

  @Test
  void everyTypeInBothOrdersPlainAndCompressed() throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      for (boolean packed : new boolean[] {false, true}) {
        MatBytes all = new MatBytes(order);
        UnaryOperator<byte[]> add =
            content -> (packed ? all.packed(content) : all.plain(content)).file();
        byte[][] data = {
          {-3, 7},
          {(byte) 200, 7},
          all.numbers(4).putShort((short) -300).putShort((short) 7).array(),
          all.numbers(4).putShort((short) 50000).putShort((short) 7).array(),
          all.numbers(8).putInt(-70000).putInt(7).array(),
          all.numbers(8).putInt((int) 4_000_000_000L).putInt(7).array(),
          all.numbers(8).putFloat(0.1f).putFloat(7).array(),
          all.numbers(16).putDouble(0.1).putDouble(7).array(),
          all.numbers(16).putLong(-(1L << 53)).putLong(7).array(),
          all.numbers(16).putLong(1L << 53).putLong(7).array()
        };
        int[] types = {1, 2, 3, 4, 5, 6, 7, 9, 12, 13};
        double[] first = {-3, 200, -300, 50000, -70000, 4e9, 0.1f, 0.1, -0x1p53, 0x1p53};
        byte[] file = {};
        for (int i = 0; i < types.length; i++) {
          file = add.apply(all.array(6 + i, "n" + i, new int[] {1, 2}, types[i], data[i]));
        }
        for (int i = 0; i < types.length; i++) {
          MatArray array = read(file, "n" + i);
          assertThat(array.shape()).containsExactly(1, 2);
          assertThat(values(array)).containsExactly(first[i], 7);
        }
      }
    }
  }

  @Test
  void theFirstIndexChangesFastestAndOtherArraysArePassedOver() throws IOException {
    byte[] cell = mat.array(1, "cells", new int[] {1, 1}, 14, new byte[24]);
    byte[] opaque =
        MatBytes.joined(mat.part(6, mat.words(17, 0)), mat.part(1, "MCOS".getBytes(ISO_8859_1)));
    mat.packed(cell).plain(opaque).packed(x(1, 2, 3, 4, 5, 6)).plain(new byte[0]);
    byte[] logical =
        mat.array(9 | 0x200, "a long name", new int[] {1, 1, 3}, UINT8, new byte[] {1, 0, 1});
    byte[] file =
        mat.packed(logical).plain(mat.array(6, "none", new int[] {0, 4}, 9, new byte[0])).file();
    Path path = Files.write(folder.resolve("f.mat"), file);
    Map<String, MatArray> read = MatFile.read(path, "a long name", "X", "none");
    assertThat(read.get("X")).hasToString("array [2, 3]");
    assertThat(values(read.get("X"))).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.get("a long name").shape()).containsExactly(1, 1, 3);
    assertThat(values(read.get("a long name"))).containsExactly(1, 0, 1);
    assertThat(read.get("none").length()).isZero();
    assertThatThrownBy(() -> read.get("X").get(6)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> MatFile.read(path, "X", "Y"))
        .isInstanceOf(FormatException.class)
        .hasMessage(path + ": it has no array Y, only [, a long name, cells, none]");
  }

  @Test
  void otherFormatsSayWhatTheyAre() {
    String later = "MATLAB 7.3 MAT-file, Platform: GLNXA64";
    assertFault(later.getBytes(ISO_8859_1), "it is of MATLAB 7.3, which is HDF5: save it again");
    assertFault("\u0089HDF\r\n".getBytes(ISO_8859_1), "which is HDF5");
    assertFault(
        new byte[0], "it is no MATLAB file of level 5: expected a header of 128 bytes, got 0");
    assertFault(
        new byte[128],
        "expected version 1 and MI or IM at the end of its header, got [0, 0, 0, 0]");
    assertFault(
        mat.with(7, new byte[8]).file(),
        "expected an array (type 14, or 15 compressed), got type 7");
  }

  @Test
  void arraysThatAreNoRealNumbersSayWhatTheyAre() {
    String[] what = {"of class 0", "a cell array", "a structure", "an object", "text", "sparse"};
    for (int type = 0; type < what.length; type++) {
      byte[] array = mat.array(type, "X", new int[] {1, 1}, UINT8, new byte[1]);
      assertFault(
          new MatBytes(ByteOrder.LITTLE_ENDIAN).packed(array).file(),
          "f.mat, array X: expected an array of numbers, got one that is " + what[type]);
    }
    byte[] handle = mat.array(16, "X", new int[] {1, 1}, UINT8, new byte[1]);
    assertFault(mat.plain(handle).file(), "got one that is of class 16");
    MatBytes complex = new MatBytes(ByteOrder.LITTLE_ENDIAN);
    byte[] both =
        MatBytes.joined(
            complex.array(6 | 0x800, "X", new int[] {1, 1}, UINT8, new byte[1]),
            complex.part(UINT8, new byte[1]));
    assertFault(complex.plain(both).file(), "array X: expected real numbers, got complex ones");
  }

  @Test
  void numbersThatNoDoubleHasAreRefused() {
    byte[] data = mat.numbers(8).putLong((1L << 53) + 1).array();
    byte[] array = mat.array(14, "X", new int[] {1, 1}, INT64, data);
    assertFault(mat.plain(array).file(), "array X: it has a whole number above 2^53");
    MatBytes other = new MatBytes(ByteOrder.BIG_ENDIAN);
    byte[] most = other.numbers(8).putLong(-1).array();
    assertFault(other.plain(other.array(15, "X", new int[] {1, 1}, 13, most)).file(), "above 2^53");
  }

  @Test
  void sizesAreNotTrusted() {
    byte[] many = mat.array(6, "X", new int[] {2, 4}, UINT8, new byte[7]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).packed(many).file(),
        "array X: expected 8 bytes of numbers for its sizes [2, 4], got 7");
    byte[] vast = mat.array(6, "X", new int[] {1 << 30, 1 << 30}, UINT8, new byte[8]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).packed(vast).file(),
        "array X: its header states [1073741824, 1073741824, 1], more than the ");
    byte[] negative = mat.array(6, "X", new int[] {-1, -8}, UINT8, new byte[8]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).plain(negative).file(),
        "its header states the sizes [-1, -8]");
    byte[] flat = mat.array(6, "X", new int[] {8}, UINT8, new byte[8]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).plain(flat).file(),
        "expected 8 to 128 bytes of sizes, got 4");
    byte[] letters = mat.array(6, "X", new int[] {1, 8}, 16, new byte[8]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).plain(letters).file(), "its numbers are of type 16");
  }

  /** A kilobyte that says it is more, and one that truly unpacks to it. */
  @Test
  void bombsTakeNoMemory() {
    int size = 200_000_000;
    byte[] head =
        MatBytes.joined(
            mat.part(6, mat.words(6, 0)),
            mat.part(5, mat.words(1, size)),
            mat.part(1, new byte[] {'X'}),
            mat.words(UINT8, size));
    byte[] promise = MatBytes.deflated(MatBytes.joined(mat.words(14, size), head));
    assertFault(mat.with(15, promise).file(), "array X: it is cut short: expected 200000000 bytes");
    byte[] padded = MatBytes.joined(x(1, 2), new byte[50_000_000]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).packed(padded).file(),
        "array X: more follows its numbers");
    byte[] behind = MatBytes.joined(mat.tagged(14, x(1, 2)), new byte[50_000_000]);
    assertFault(
        new MatBytes(ByteOrder.LITTLE_ENDIAN).with(15, MatBytes.deflated(behind)).file(),
        "array X: more follows its numbers");
  }

  @Test
  void noticesEveryTruncationAndEveryFlippedBitOfWhatIsCompressed() throws IOException {
    for (boolean packed : new boolean[] {false, true}) {
      MatBytes bytes = new MatBytes(ByteOrder.LITTLE_ENDIAN);
      byte[] content = x(10, 20, 30, 40, 50, 60);
      byte[] whole = (packed ? bytes.packed(content) : bytes.plain(content)).file();
      double[] right = values(read(whole, "X"));
      for (int length = 0; length < whole.length; length++) {
        assertFault(Arrays.copyOf(whole, length), "");
      }
      for (int i = 128; packed && i < 8 * whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i / 8] ^= (byte) (1 << i % 8);
        try {
          assertThat(values(read(damaged, "X"))).isEqualTo(right);
        } catch (FormatException e) {
          assertThat(e.getMessage()).startsWith(folder.resolve("f.mat").toString());
        }
      }
    }
  }

  @Test
  void arraysThatAreThereTwiceAndFilesThatAreNot() {
    assertFault(mat.plain(x(1, 2)).packed(x(1, 2)).file(), "it has two arrays X");
    assertThatThrownBy(() -> MatFile.read(folder.resolve("none.mat"), "X"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void randomDamageGivesNumbersOrTheNamedFault() throws IOException {
    byte[] whole = mat.plain(x(1, 2, 3, 4)).packed(x(5, 6)).file();
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = whole.clone();
      damaged[128 + random.nextInt(damaged.length - 128)] = (byte) random.nextInt(256);
      try {
        read(damaged, "X");
      } catch (FormatException e) {
        assertThat(e.getMessage()).startsWith(folder.resolve("f.mat").toString());
      }
    }
  }
}
