package org.capsnet.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Named arrays in a file of the safetensors format, which Python's {@code safetensors} and many
 * others read: 8 bytes of header length, a JSON header, the elements. Little-endian throughout, as
 * is every machine that ND4J runs on.
 *
 * <p>Types are float, double, half (F16), bfloat16, long, int, unsigned byte and boolean.
 */
public final class Safetensors {

  /** The limit that the format's own library sets. */
  private static final long MAX_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = 8;

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of the header
   * @param metadata text by key, empty if there is none
   */
  public record Contents(Map<String, INDArray> tensors, Map<String, String> metadata) {

    /** Copies the maps, not the arrays. */
    public Contents {
      tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
      metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
  }

  // ---------------------------------------------------------------- writing

  /**
   * Writes a file, whole or not at all. Equal arguments in equal order give equal bytes.
   *
   * @param file the file, replaced if it exists
   * @param tensors arrays of any order and stride, by name
   * @param metadata text by key
   * @throws IOException if the file cannot be written; the old one is then untouched
   * @throws IllegalArgumentException if the format or this class does not support the type of an
   *     array, or an array has the reserved name {@code __metadata__}
   * @throws IllegalStateException if an array was closed
   */
  public static void write(Path file, Map<String, INDArray> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata).encode();
    if (header.length > MAX_HEADER) {
      throw new IllegalArgumentException(
          "names and metadata: expected at most " + MAX_HEADER + " bytes, got " + header.length);
    }
    long elements = tensors.values().stream().mapToLong(ArrayBytes::length).sum();
    AtomicFiles.write(
        file,
        LENGTH_BYTES + header.length + elements,
        out -> {
          out.write(littleEndian(LENGTH_BYTES).putLong(header.length).array());
          out.write(header);
          for (INDArray array : tensors.values()) {
            ArrayBytes.write(array, out);
          }
        });
  }

  private static SafetensorsHeader header(
      Map<String, INDArray> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "no tensor can be named " + SafetensorsHeader.METADATA + ": the format uses that name");
    }
    Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
    long at = 0;
    for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
      INDArray array = tensor.getValue();
      if (array.wasClosed()) {
        throw new IllegalStateException("tensor " + tensor.getKey() + " was closed");
      }
      SafetensorsHeader.requireType(tensor.getKey(), array.dataType());
      long end = at + ArrayBytes.length(array);
      entries.put(
          tensor.getKey(), new SafetensorsHeader.Entry(array.dataType(), array.shape(), at, end));
      at = end;
    }
    return new SafetensorsHeader(entries, metadata);
  }

  // ---------------------------------------------------------------- reading

  /**
   * Reads a file. An interrupted thread reads like any other, and stays interrupted.
   *
   * @param file the file
   * @return its arrays, in c order and outside every workspace, and its metadata
   * @throws FormatException if it is not a safetensors file, is cut short, contradicts itself, or
   *     has a type that this class does not support
   * @throws IOException if it cannot be read
   */
  public static Contents read(Path file) throws IOException {
    return Uninterrupted.run(() -> readOnce(file));
  }

  private static Contents readOnce(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(Inputs.notFolder(file), StandardOpenOption.READ)) {
      return read(file, channel);
    }
  }

  /**
   * Reads what was a file from memory, such as a resource of a library.
   *
   * @param name of the file that it was, for messages
   * @param bytes all of it
   * @return as {@link #read(Path)}
   * @throws FormatException as {@link #read(Path)}
   */
  public static Contents read(Path name, byte[] bytes) throws FormatException {
    try (BytesChannel channel = new BytesChannel(bytes)) {
      return read(name, channel);
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Contents read(Path file, SeekableByteChannel channel) throws IOException {
    try {
      SafetensorsHeader header = readHeader(file, channel);
      return new Contents(tensors(channel, header), header.metadata());
    } catch (EOFException e) {
      throw new FormatException(file, "the file became shorter while it was read", e);
    }
  }

  private static Map<String, INDArray> tensors(
      SeekableByteChannel channel, SafetensorsHeader header) throws IOException {
    long dataAt = channel.position();
    return AllOrNone.of(
        tensors -> {
          for (Map.Entry<String, SafetensorsHeader.Entry> entry : header.tensors().entrySet()) {
            channel.position(dataAt + entry.getValue().begin());
            tensors.put(entry.getKey(), readTensor(channel, entry.getValue()));
          }
        });
  }

  private static SafetensorsHeader readHeader(Path file, SeekableByteChannel channel)
      throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw new FormatException(
          file, "expected a safetensors file, got " + size + " bytes: too few for a header");
    }
    long length = fill(channel, littleEndian(LENGTH_BYTES)).getLong();
    if (length < 0 || length > MAX_HEADER) {
      throw new FormatException(
          file,
          "the header's length: expected 0 to %s, got %s (is this a safetensors file?)"
              .formatted(MAX_HEADER, Long.toUnsignedString(length)));
    }
    if (length > size - LENGTH_BYTES) {
      throw new FormatException(
          file,
          "the header is said to take %s bytes, but only %s follow"
              .formatted(length, size - LENGTH_BYTES));
    }
    byte[] bytes = fill(channel, littleEndian((int) length)).array();
    return SafetensorsHeader.decode(file, bytes, size - LENGTH_BYTES - length);
  }

  private static INDArray readTensor(SeekableByteChannel channel, SafetensorsHeader.Entry entry)
      throws IOException {
    return ArrayBytes.read(entry.type(), entry.shape(), buffer -> fill(channel, buffer));
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer fill(SeekableByteChannel channel, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip();
  }
}
