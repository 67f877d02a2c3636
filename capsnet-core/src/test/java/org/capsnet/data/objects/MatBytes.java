package org.capsnet.data.objects;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DeflaterOutputStream;

/** Writes MATLAB files of level 5, right and wrong ones. */
public final class MatBytes {

  private final ByteOrder order;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Begins a file. */
  public MatBytes(ByteOrder order) {
    this.order = order;
    byte[] text = " ".repeat(124).getBytes(ISO_8859_1);
    System.arraycopy("MATLAB 5.0 MAT-file".getBytes(ISO_8859_1), 0, text, 0, 19);
    bytes.writeBytes(text);
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    bytes.writeBytes(little ? new byte[] {0, 1, 'I', 'M'} : new byte[] {1, 0, 'M', 'I'});
  }

  /** A whole file. */
  public byte[] file() {
    return bytes.toByteArray();
  }

  /** Adds an element as it is. */
  MatBytes with(int type, byte[] content) {
    bytes.writeBytes(words(type, content.length));
    bytes.writeBytes(content);
    return this;
  }

  /** Adds an array as it is. */
  public MatBytes plain(byte[] content) {
    return with(14, content);
  }

  /** Adds an array compressed, as a file of its own would have it with its tag. */
  public MatBytes packed(byte[] content) {
    return with(15, deflated(tagged(14, content)));
  }

  static byte[] deflated(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  byte[] tagged(int type, byte[] content) {
    return joined(words(type, content.length), content);
  }

  /** The content of an array: class, sizes, name and numbers, which are of a type of the file. */
  public byte[] array(int flags, String name, int[] sizes, int type, byte[] numbers) {
    return joined(
        part(6, words(flags, 0)),
        part(5, words(sizes)),
        part(1, name.getBytes(ISO_8859_1)),
        part(type, numbers));
  }

  /** An element in an array; up to four bytes lie in the tag itself, as MATLAB writes them. */
  byte[] part(int type, byte[] data) {
    if (data.length > 0 && data.length <= 4) {
      ByteBuffer small = ByteBuffer.allocate(8).order(order).putInt(data.length << 16 | type);
      return small.put(data).array();
    }
    return joined(words(type, data.length), data, new byte[(8 - data.length % 8) % 8]);
  }

  byte[] words(int... words) {
    ByteBuffer all = ByteBuffer.allocate(4 * words.length).order(order);
    all.asIntBuffer().put(words);
    return all.array();
  }

  ByteBuffer numbers(int length) {
    return ByteBuffer.allocate(length).order(order);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
