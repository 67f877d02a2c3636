package org.capsnet.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.capsnet.io.FormatException;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.tensorflow.framework.Summary;

/**
 * What is in an event file of TensorBoard, by its specification: nothing of the writer's is used,
 * the checksum included, which is computed bit by bit.
 */
public final class EventFile {

  private static final int POLYNOMIAL = 0x82F63B78;

  /** Length and its checksum, and that of the data. */
  private static final int HEAD = 12;

  private static final int FOOT = 4;

  /**
   * A record.
   *
   * @param time in seconds
   * @param step at which
   * @param version of the file, of the first
   * @param start whether a run begins at this step
   * @param values by tag
   */
  public record Event(
      double time, long step, Optional<String> version, boolean start, List<Summary.Value> values) {

    /** {@return the number of a tag; empty if this event has none} */
    public Optional<Float> scalar(String tag) {
      return values.stream()
          .filter(value -> value.getTag().equals(tag))
          .map(Summary.Value::getSimpleValue)
          .findFirst();
    }
  }

  private EventFile() {}

  /** {@return the event files of a folder, in TensorBoard's order} */
  public static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().contains("tfevents")).sorted().toList();
    }
  }

  /** {@return all events of a file} */
  public static List<Event> read(Path file) throws IOException {
    return read(file, Files.readAllBytes(file));
  }

  /** {@return the values of a tag, in their order} */
  public static List<Summary.Value> values(List<Event> events, String tag) {
    return events.stream()
        .flatMap(event -> event.values().stream())
        .filter(value -> value.getTag().equals(tag))
        .toList();
  }

  /**
   * Reads a file.
   *
   * @throws FormatException if it is no event file, or damaged
   */
  public static List<Event> read(Path file, byte[] bytes) throws IOException {
    List<Event> events = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      require(file, bytes.length - at >= HEAD, "a record is cut short at byte " + at);
      requireChecksum(file, bytes, at, Long.BYTES);
      long length = number(bytes, at, Long.BYTES).getLong();
      long left = (long) bytes.length - at - HEAD - FOOT;
      require(file, length >= 0 && length <= left, "expected " + length + " bytes, got " + left);
      requireChecksum(file, bytes, at + HEAD, (int) length);
      events.add(event(file, Arrays.copyOfRange(bytes, at + HEAD, at + HEAD + (int) length)));
      at += HEAD + (int) length + FOOT;
    }
    boolean versioned = !events.isEmpty() && events.get(0).version().isPresent();
    require(file, versioned, "the first record has no version");
    return events;
  }

  private static void require(Path file, boolean fine, String fault) throws FormatException {
    if (!fine) {
      throw new FormatException(file, fault);
    }
  }

  private static ByteBuffer number(byte[] bytes, int at, int size) {
    return ByteBuffer.wrap(bytes, at, size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireChecksum(Path file, byte[] bytes, int at, int count)
      throws FormatException {
    int crc = -1;
    for (int i = at; i < at + count; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
      }
    }
    crc = ~crc;
    int masked = (crc >>> 15 | crc << 17) + 0xa282ead8;
    int stated = number(bytes, at + count, Integer.BYTES).getInt();
    require(file, masked == stated, "the checksum at byte " + (at + count) + " is another");
  }

  private static Event event(Path file, byte[] data) throws IOException {
    double time = 0;
    long step = 0;
    Optional<String> version = Optional.empty();
    boolean start = false;
    List<Summary.Value> values = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(data);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (tag) {
          case 1 << 3 | 1 -> time = in.readDouble();
          case 2 << 3 -> step = in.readInt64();
          case 3 << 3 | 2 -> version = Optional.of(in.readStringRequireUtf8());
          case 5 << 3 | 2 -> values.addAll(Summary.parseFrom(in.readByteArray()).getValueList());
          case 7 << 3 | 2 -> start = Arrays.equals(in.readByteArray(), new byte[] {1 << 3, 1});
          default -> throw new FormatException(file, "an event has a field with the tag " + tag);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException(file, "an event is no message: " + e.getMessage(), e);
    }
    return new Event(time, step, version, start, values);
  }
}
