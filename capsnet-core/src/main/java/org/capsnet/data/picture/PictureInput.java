package org.capsnet.data.picture;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of a picture, as decoders need them: with a position to go back to. A file is opened by
 * its path alone, because a {@link java.io.File} cannot name what the locale has no letters for,
 * and through a stream, because a channel closes when its thread is interrupted and a good picture
 * would then count as a bad one.
 */
final class PictureInput extends ImageInputStreamImpl {

  private static final int BLOCK = 1 << 14;

  /** Opens the bytes from their beginning. */
  private interface Opener {

    InputStream open() throws IOException;
  }

  private final Opener opener;
  private final long length;
  private final byte[] block = new byte[BLOCK];
  private InputStream in;

  /** The place of the first byte of the block, and how many are in it. */
  private long blockStart;

  private int blockLength;

  private PictureInput(Opener opener, long length) throws IOException {
    this.opener = opener;
    this.length = length;
    in = opener.open();
  }

  /** Opens a file. */
  static PictureInput of(Path file) throws IOException {
    return new PictureInput(() -> Files.newInputStream(file), Files.size(file));
  }

  /** Takes the bytes of a file, which are not copied. */
  static PictureInput of(byte[] bytes) throws IOException {
    return new PictureInput(() -> new ByteArrayInputStream(bytes), bytes.length);
  }

  /** The number of bytes in all. */
  @Override
  public long length() {
    return length;
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    if (available() == 0) {
      return -1;
    }
    return block[(int) (streamPos++ - blockStart)] & 0xFF;
  }

  /** Reads all that is asked for, also across the end of a block: a number is read by one call. */
  @Override
  public int read(byte[] to, int offset, int count) throws IOException {
    checkClosed();
    bitOffset = 0;
    int got = 0;
    while (got < count) {
      int some = Math.min(count - got, available());
      if (some == 0) {
        break;
      }
      System.arraycopy(block, (int) (streamPos - blockStart), to, offset + got, some);
      streamPos += some;
      got += some;
    }
    return got == 0 && count > 0 ? -1 : got;
  }

  /**
   * Goes on to behind the next byte of a value.
   *
   * @throws EOFException if there is none
   */
  void skipPast(int value) throws IOException {
    while (available() > 0) {
      int from = (int) (streamPos - blockStart);
      for (int i = from; i < blockLength; i++) {
        if ((block[i] & 0xFF) == value) {
          streamPos += i + 1 - from;
          return;
        }
      }
      streamPos = blockStart + blockLength;
    }
    throw new EOFException();
  }

  /** The bytes of the block from the present place on; 0 at the end. */
  private int available() throws IOException {
    if (streamPos >= length) {
      return 0;
    }
    if (streamPos < blockStart || streamPos >= blockStart + blockLength) {
      fill();
    }
    return (int) (blockStart + blockLength - streamPos);
  }

  private void fill() throws IOException {
    long next = blockStart + blockLength;
    if (streamPos < next) {
      in.close();
      in = opener.open();
      next = 0;
    }
    in.skipNBytes(streamPos - next);
    blockStart = streamPos;
    blockLength = in.readNBytes(block, 0, BLOCK);
  }

  @Override
  public void close() throws IOException {
    super.close();
    in.close();
  }
}
