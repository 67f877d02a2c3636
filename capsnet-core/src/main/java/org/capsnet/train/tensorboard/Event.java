package org.capsnet.train.tensorboard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import org.nd4j.shade.protobuf.CodedOutputStream;
import org.tensorflow.framework.Summary;

/**
 * TensorFlow's message {@code Event}: when, at which step, and what. ND4J carries what stands
 * within it alone.
 */
final class Event {

  // The numbers of its fields, and of those of SessionLog.
  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int STATUS = 1;

  private static final int START = 1;
  private static final String VERSION = "brain.Event:2";
  private static final double MILLIS = 1000;

  /** More than time and step take. */
  private static final int HEAD = 64;

  private Event() {}

  /** Writes the field that says what it is about. */
  private interface Content {
    void write(CodedOutputStream to) throws IOException;
  }

  /** The first event of a file. */
  static byte[] version() throws IOException {
    return of(0, HEAD, to -> to.writeString(FILE_VERSION, VERSION));
  }

  /** From this step on all is new, whatever stands in earlier files. */
  static byte[] start(long step) throws IOException {
    byte[] log = bytes(HEAD, to -> to.writeEnum(STATUS, START));
    return of(step, HEAD, to -> to.writeByteArray(SESSION_LOG, log));
  }

  /** Values at a step. */
  static byte[] summary(long step, Summary values) throws IOException {
    int room = Math.addExact(HEAD, values.getSerializedSize());
    return of(step, room, to -> to.writeMessage(SUMMARY, values));
  }

  private static byte[] of(long step, int room, Content content) throws IOException {
    return bytes(
        room + HEAD,
        to -> {
          to.writeDouble(WALL_TIME, Clock.systemUTC().millis() / MILLIS);
          to.writeInt64(STEP, step);
          content.write(to);
        });
  }

  private static byte[] bytes(int room, Content content) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(room);
    CodedOutputStream to = CodedOutputStream.newInstance(buffer);
    content.write(to);
    to.flush();
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
