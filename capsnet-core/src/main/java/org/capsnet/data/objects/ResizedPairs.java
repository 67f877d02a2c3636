package org.capsnet.data.objects;

import java.io.IOException;
import java.io.InputStream;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.io.FormatException;

/**
 * The pixels of pairs of images as they are read, each resized, so that the large ones are gone.
 */
final class ResizedPairs extends InputStream {

  private static final int PAIR = 2;

  private final NorbMatrix matrix;
  private final int from;
  private final int to;
  private byte[] pair = {};
  private int at;
  private int count;

  /** Of square images of a side, to another. */
  ResizedPairs(NorbMatrix matrix, int from, int to) {
    this.matrix = matrix;
    this.from = from;
    this.to = to;
  }

  @Override
  public int read() throws IOException {
    return at < pair.length || next() ? pair[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length > 0 && at == pair.length && !next()) {
      return -1;
    }
    int some = Math.min(length, pair.length - at);
    System.arraycopy(pair, at, to, offset, some);
    at += some;
    return some;
  }

  /** Whether there is another pair; after the last one nothing may follow. */
  private boolean next() throws IOException {
    int pairs = matrix.shape()[0];
    if (count == pairs) {
      if (matrix.in().read() >= 0) {
        throw new FormatException(
            matrix.name(), "more follows its %s pairs".formatted(pairs), null);
      }
      return false;
    }
    int size = PAIR * from * from;
    byte[] whole = matrix.in().readNBytes(size);
    if (whole.length < size) {
      throw new FormatException(
          matrix.name(),
          "it is cut short: expected %s pairs of images, got %s".formatted(pairs, count),
          null);
    }
    count++;
    pair = new ByteImage(whole, PAIR, from, from).resized(to, to).bytes();
    at = 0;
    return true;
  }
}
