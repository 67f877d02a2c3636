package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class OrientationTest {

  /** Two rows of three. */
  private static final byte[] FILE = {10, 20, 30, 40, 50, 60};

  @TempDir Path folder;

  private static BufferedImage picture() {
    BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setDataElements(0, 0, 3, 2, FILE);
    return picture;
  }

  /** What a viewer shows, by the table of EXIF: which side the first row and column lie on. */
  @ParameterizedTest
  @CsvSource({
    "1, '10 20 30 / 40 50 60'",
    "2, '30 20 10 / 60 50 40'",
    "3, '60 50 40 / 30 20 10'",
    "4, '40 50 60 / 10 20 30'",
    "5, '10 40 / 20 50 / 30 60'",
    "6, '40 10 / 50 20 / 60 30'",
    "7, '60 30 / 50 20 / 40 10'",
    "8, '30 60 / 20 50 / 10 40'",
    "0, '10 20 30 / 40 50 60'",
    "9, '10 20 30 / 40 50 60'",
  })
  void aPictureIsMadeUprightAtAnySize(int number, String shown) throws IOException {
    String[] rows = shown.split(" / ", -1);
    int height = rows.length;
    int width = rows[0].split(" ", -1).length;
    byte[] png =
        PictureBytes.withChunk(
            PictureBytes.encoded(picture(), "png"), "eXIf", PictureBytes.exif(number));
    byte[] tiff = PictureBytes.tiff(3, 2, 1, 8, 1, 1, number, FILE);
    for (byte[] bytes : new byte[][] {png, tiff}) {
      Path file = Files.write(folder.resolve("turned"), bytes);
      ByteImage image = ImageFile.read(file, 1);
      assertThat(image.shape()).containsExactly(1, height, width);
      INDArray small = ImageFile.read(file, 1, height, width);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int expected = Integer.parseInt(rows[y].split(" ", -1)[x]);
          assertThat(image.get(0, y, x)).isEqualTo(expected);
          assertThat(small.getFloat(0, y, x)).isEqualTo(expected / 255f);
        }
      }
      assertThat(ImageFile.size(file)).isEqualTo(new ImageFile.PictureSize(height, width));
      assertThat(ImageFile.orientation(file)).isEqualTo(number >= 1 && number <= 8 ? number : 1);
    }
  }

  @Test
  void eachChannelOfAJpegIsTurnedWhereStretched() throws IOException {
    byte[] jpeg =
        PictureBytes.encoded(PictureBytes.waves(BufferedImage.TYPE_INT_RGB, 48, 32), "jpg");
    Path upright = Files.write(folder.resolve("upright.jpg"), jpeg);
    Path turned = Files.write(folder.resolve("turned.jpg"), PictureBytes.withExif(jpeg, 6));
    ByteImage expected = ImageFile.read(upright, 3);
    for (int i = 0; i < 3; i++) {
      expected = expected.quarterTurned();
    }
    assertThat(ImageFile.read(turned, 3)).isEqualTo(expected);
    ByteImage small = new ByteImage(ImageFile.bytes(turned, 3, 12, 8), 3, 12, 8);
    assertThat(small).isEqualTo(expected.resized(12, 8));
  }

  /** It is not what makes a picture. */
  @Test
  void exifThatIsCutShortIsPassedOver() throws IOException {
    byte[] jpeg =
        PictureBytes.encoded(PictureBytes.waves(BufferedImage.TYPE_INT_RGB, 16, 16), "jpg");
    byte[] far = PictureBytes.ascii("Exif\0\0MM\0*\u007F\u00FF\u00FF\u00FF");
    Path file = Files.write(folder.resolve("odd.jpg"), PictureBytes.withSegment(jpeg, 0xE1, far));
    assertThat(ImageFile.orientation(file)).isEqualTo(1);
    assertThat(ImageFile.read(file, 3).shape()).containsExactly(3, 16, 16);
  }
}
