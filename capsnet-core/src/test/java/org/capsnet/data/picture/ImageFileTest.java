package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageFileTest {

  @TempDir Path folder;

  private static BufferedImage noise(int type, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, type);
    int[] pixels = new Random(7).ints((long) width * height).toArray();
    picture.setRGB(0, 0, width, height, pixels, 0, width);
    return picture;
  }

  private static byte[] encoded(BufferedImage picture, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(picture, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  // ---------------------------------------------------------------- where a picture comes from

  @Test
  void fileStreamBytesAndPictureGiveTheSame() throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_GRAY}) {
      BufferedImage picture = noise(type, 23, 17);
      byte[] bytes = encoded(picture, "png");
      Path file = Files.write(folder.resolve("noise.png"), bytes);
      for (int channels : new int[] {1, 3}) {
        INDArray expected = ImageFile.read(file, channels, 8, 12);
        assertThat(expected.shape()).containsExactly(channels, 8, 12);
        assertThat(ImageFile.read(new ByteArrayInputStream(bytes), channels, 8, 12))
            .isEqualTo(expected);
        assertThat(ImageFile.read(bytes, channels, 8, 12)).isEqualTo(expected);
        assertThat(ImageFile.read(picture, channels, 8, 12)).isEqualTo(expected);
      }
    }
  }

  @Test
  void whatIsWrongWithAStreamOrBytesIsNamedSo() throws IOException {
    byte[] whole = encoded(noise(BufferedImage.TYPE_INT_RGB, 30, 30), "png");
    for (int length : new int[] {0, 1, 10, 60, whole.length / 2}) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageFile.read(cut, 3, 8, 8))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("bytes: it ");
      assertThatThrownBy(() -> ImageFile.read(new ByteArrayInputStream(cut), 3, 8, 8))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith("stream: it ");
    }
    assertThatThrownBy(() -> ImageFile.read(whole, 2, 8, 8))
        .hasMessage("channels: expected 1 or 3, got 2");
    assertThatThrownBy(() -> ImageFile.read(whole, 3, 46_341, 46_341))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("values, got 3 × 46341 × 46341");
  }

  @Test
  void aStreamWithoutEndIsLeft() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            return length;
          }
        };
    assertThatThrownBy(() -> ImageFile.read(endless, 3, 8, 8))
        .isInstanceOf(FormatException.class)
        .hasMessageMatching("stream: it is longer than \\d+ bytes");
  }
}
