package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureInputTest {

  /** A number that lies over the end of a block was taken for the end of the file. */
  @Test
  void numbersAreReadWhereverTheyLie() throws IOException {
    byte[] bytes = new byte[3 << 14];
    new Random(1).nextBytes(bytes);
    try (PictureInput in = PictureInput.of(bytes)) {
      for (int start = 0; start + Long.BYTES <= bytes.length; start += 7) {
        in.seek(start);
        assertThat(in.readInt()).isEqualTo(ByteBuffer.wrap(bytes).getInt(start));
        in.seek(start);
        assertThat(in.readLong()).isEqualTo(ByteBuffer.wrap(bytes).getLong(start));
      }
      byte[] all = new byte[bytes.length + 1];
      in.seek(0);
      assertThat(in.read(all)).isEqualTo(bytes.length);
      assertThat(Arrays.copyOf(all, bytes.length)).isEqualTo(bytes);
      assertThat(in.read(all)).isEqualTo(-1);
      in.seek(bytes.length - 3);
      assertThatThrownBy(in::readInt).isInstanceOf(EOFException.class);
    }
  }
}
