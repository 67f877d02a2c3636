package org.capsnet.io;

import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Bytes in memory, to be read as a file is. */
final class BytesChannel implements SeekableByteChannel {

  private final byte[] bytes;
  private int at;

  BytesChannel(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read(ByteBuffer to) {
    int count = Math.min(to.remaining(), bytes.length - at);
    if (count <= 0) {
      return to.hasRemaining() ? -1 : 0;
    }
    to.put(bytes, at, count);
    at += count;
    return count;
  }

  @Override
  public long position() {
    return at;
  }

  /** Beyond the end as well, where nothing can be read. */
  @Override
  public BytesChannel position(long newPosition) {
    at = (int) Math.min(newPosition, bytes.length);
    return this;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public BytesChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** Nothing is held. */
  @Override
  public void close() {}
}
