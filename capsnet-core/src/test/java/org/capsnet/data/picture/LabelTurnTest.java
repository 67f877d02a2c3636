package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.capsnet.data.OnFault;
import org.capsnet.data.detection.Box;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.VocFolder;
import org.capsnet.data.medical.MaskFolder;
import org.capsnet.data.medical.SegmentationSample;
import org.capsnet.io.FormatException;
import org.capsnet.testing.ExifJpeg;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels lie on what they mark, whichever way the camera was held and the labels were drawn. */
class LabelTurnTest {

  private static final int WIDTH = 96;
  private static final int HEIGHT = 64;

  @TempDir Path folder;

  /** Black with a white rectangle from (16, 8) to (40, 24), on the blocks of a JPEG. */
  private static BufferedImage marked(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(16, 8, 24, 16);
    graphics.dispose();
    return picture;
  }

  /** What is white in a picture. */
  private static Box found(ByteImage image) {
    int left = image.width();
    int top = image.height();
    int right = 0;
    int bottom = 0;
    byte[] pixels = image.bytes();
    for (int i = 0; i < pixels.length; i++) {
      if ((pixels[i] & 0xFF) > 127) {
        left = Math.min(left, i % image.width());
        right = Math.max(right, i % image.width() + 1);
        top = Math.min(top, i / image.width());
        bottom = Math.max(bottom, i / image.width() + 1);
      }
    }
    double width = image.width();
    double height = image.height();
    return Box.ofCorners(left / width, top / height, right / width, bottom / height);
  }

  private static void assertSame(Box box, Box other) {
    double[] expected = {other.left(), other.top(), other.right(), other.bottom()};
    assertThat(new double[] {box.left(), box.top(), box.right(), box.bottom()})
        .containsExactly(expected, within(1e-9));
  }

  // ---------------------------------------------------------------- boxes

  private VocFolder.Part voc(int width, int height, int orientation, String size, Box shares)
      throws IOException {
    Path annotations = Files.createDirectories(folder.resolve("Annotations"));
    Path pictures = Files.createDirectories(folder.resolve("JPEGImages"));
    ExifJpeg.write(pictures.resolve("a.jpg"), marked(width, height), orientation);
    boolean seen = size.equals("seen") && orientation >= 5;
    int wide = seen ? height : width;
    int high = seen ? width : height;
    Files.writeString(
        annotations.resolve("a.xml"),
        """
        <annotation>%s<object><name>dog</name><bndbox><xmin>%s</xmin><ymin>%s</ymin>\
        <xmax>%s</xmax><ymax>%s</ymax></bndbox></object></annotation>\
        """
            .formatted(
                size.isEmpty()
                    ? ""
                    : "<size><width>%s</width><height>%s</height></size>".formatted(wide, high),
                shares.left() * wide,
                shares.top() * high,
                shares.right() * wide,
                shares.bottom() * high));
    return VocFolder.open(folder, OnFault.FAIL)
        .readAll(1, orientation >= 5 ? width : height, orientation >= 5 ? height : width);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 8})
  void boxesLieOnWhatTheyMark(int orientation) throws IOException {
    Box stored = Box.ofCorners(16.0 / WIDTH, 8.0 / HEIGHT, 40.0 / WIDTH, 24.0 / HEIGHT);
    DetectionSample sample = voc(WIDTH, HEIGHT, orientation, "stored", stored).samples().get(0);
    Box seen = found(sample.image());
    assertThat(sample.image().width()).isEqualTo(orientation == 1 ? WIDTH : HEIGHT);
    assertSame(sample.objects().get(0).box(), seen);
    DetectionSample again = voc(WIDTH, HEIGHT, orientation, "seen", seen).samples().get(0);
    assertSame(again.objects().get(0).box(), seen);
  }

  private void assertUntold(int width, int height, int orientation, String size) {
    Box box = Box.ofCorners(0.25, 0.25, 0.5, 0.5);
    assertThatThrownBy(() -> voc(width, height, orientation, size, box))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder.resolve("Annotations").resolve("a.xml")
                + ": its picture a.jpg is turned by EXIF (orientation "
                + orientation
                + "), and whether the labels are turned, too, is unknown: store the picture"
                + " upright");
  }

  /** A half turn keeps the size, and so does any of a square. */
  @Test
  void whatTheSizeDoesNotTellIsRefused() {
    for (int orientation : new int[] {2, 3, 4}) {
      assertUntold(WIDTH, HEIGHT, orientation, "seen");
    }
    assertUntold(WIDTH, HEIGHT, 6, "");
    assertUntold(64, 64, 6, "seen");
  }

  // ---------------------------------------------------------------- masks

  private MaskFolder.Result masks(BufferedImage picture, BufferedImage mask, int orientation)
      throws IOException {
    ExifJpeg.write(folder.resolve("1.jpg"), picture, orientation);
    ImageIO.write(mask, "png", folder.resolve("1-mask.png").toFile());
    Path table = Files.writeString(folder.resolve("labels.csv"), "id,label\n1,a\n");
    boolean swaps = orientation >= 5;
    return MaskFolder.of(folder, table)
        .read(1, swaps ? WIDTH : HEIGHT, swaps ? HEIGHT : WIDTH, OnFault.FAIL);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 8})
  void masksLieOnWhatTheyMark(int orientation) throws IOException {
    BufferedImage picture = marked(WIDTH, HEIGHT);
    SegmentationSample sample = masks(picture, picture, orientation).samples().get(0);
    assertLiesOn(sample);
    // The same mask as somebody draws it who sees the picture upright.
    ByteImage upright = sample.mask();
    BufferedImage drawn =
        new BufferedImage(upright.width(), upright.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] numbers = upright.bytes();
    for (int i = 0; i < numbers.length; i++) {
      drawn.getRaster().setSample(i % upright.width(), i / upright.width(), 0, numbers[i] * 255);
    }
    assertLiesOn(masks(picture, drawn, orientation).samples().get(0));
  }

  private static void assertLiesOn(SegmentationSample sample) {
    byte[] image = sample.image().bytes();
    byte[] mask = sample.mask().bytes();
    for (int i = 0; i < image.length; i++) {
      assertThat(mask[i]).isEqualTo((byte) ((image[i] & 0xFF) > 127 ? 1 : 0));
    }
  }

  @Test
  void aMaskOfAHalfTurnedPictureIsRefused() {
    BufferedImage picture = marked(WIDTH, HEIGHT);
    for (int orientation : List.of(2, 3, 4)) {
      assertThatThrownBy(() -> masks(picture, picture, orientation))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(
              folder.resolve("1-mask.png")
                  + ": its picture 1.jpg is turned by EXIF (orientation "
                  + orientation);
    }
  }

  /** A mask is no photograph; what turned it was some tool. */
  @Test
  void aMaskThatIsTurnedItselfIsRefused() throws IOException {
    BufferedImage picture = marked(WIDTH, HEIGHT);
    masks(picture, picture, 1);
    Path mask = folder.resolve("1-mask.png");
    byte[] png = Files.readAllBytes(mask);
    ByteBuffer chunk = ByteBuffer.allocate(4 + 4 + 26 + 4);
    chunk.putInt(26).put("eXIfMM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
    chunk.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    chunk.putShort((short) 6).putShort((short) 0).putInt(0);
    CRC32 sum = new CRC32();
    sum.update(chunk.array(), 4, 30);
    chunk.putInt((int) sum.getValue());
    int head = 8 + 25; // signature and IHDR
    ByteBuffer turned = ByteBuffer.allocate(png.length + chunk.capacity());
    turned.put(png, 0, head).put(chunk.array()).put(png, head, png.length - head);
    Files.write(mask, turned.array());
    MaskFolder folderOfMasks = MaskFolder.of(folder, folder.resolve("labels.csv"));
    assertThatThrownBy(() -> folderOfMasks.read(1, HEIGHT, WIDTH, OnFault.FAIL))
        .isInstanceOf(FormatException.class)
        .hasMessage(mask + ": it is turned by EXIF: store the mask upright");
  }
}
