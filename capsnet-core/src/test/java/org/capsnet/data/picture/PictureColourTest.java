package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.Test;

/** What colour comes out of a picture, whatever its file calls its samples. */
class PictureColourTest {

  /** A sample of 128 in linear light, as sRGB has it. */
  private static final int LINEAR_128 = 188;

  /** Red 200, green 100, blue 50 as brightness and two colours. */
  private static final int Y = 124;

  private static final int CB = 86;
  private static final int CR = 182;

  private static final byte[] LINEAR = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();

  private static void assertColour(byte[] file, int red, int green, int blue) throws IOException {
    assertColour(file, 3, red, green, blue);
  }

  private static void assertColour(byte[] file, int off, int... expected) throws IOException {
    float[] rgb = ImageFile.read(file, 3, 1, 1).ravel().toFloatVector();
    for (int c = 0; c < 3; c++) {
      assertThat(rgb[c] * 255).as("channel " + c).isCloseTo(expected[c], within((float) off));
    }
  }

  private static byte[] png(int red, int green, int blue) {
    BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 16; i++) {
      picture.setRGB(i % 4, i / 4, red << 16 | green << 8 | blue);
    }
    return PictureBytes.encoded(picture, "png");
  }

  // ---------------------------------------------------------------- inks

  /** Adobe, and all others after it, store what an ink leaves. */
  @Test
  void inksOfAJpegCoverLight() throws IOException {
    byte[] cmyk = PictureBytes.jpegOf(255 - 64, 255 - 128, 255 - 192, 255 - 51);
    assertColour(PictureBytes.adobe(cmyk, 0), 191 * 204 / 255, 127 * 204 / 255, 63 * 204 / 255);
    assertColour(cmyk, 191 * 204 / 255, 127 * 204 / 255, 63 * 204 / 255);
  }

  @Test
  void inksOfAJpegAsBrightnessAndColours() throws IOException {
    byte[] ycck = PictureBytes.jpegOf(Y, CB, CR, 204);
    assertColour(PictureBytes.adobe(ycck, 2), 160, 80, 40);
  }

  @Test
  void inksAreSeenThroughTheirProfile() throws IOException {
    byte[] profile = PictureBytes.profileOfBlack();
    byte[] cyan = PictureBytes.adobe(PictureBytes.jpegOf(0, 255, 255, 255), 0);
    assertColour(cyan, 0, 255, 255);
    assertColour(PictureBytes.withProfile(cyan, profile), 255, 255, 255);
    byte[] half = PictureBytes.adobe(PictureBytes.jpegOf(0, 255, 255, 127), 0);
    assertColour(PictureBytes.withProfile(half, profile), 118, 118, 118); // L* = 50
  }

  @Test
  void inksOfATiff() throws IOException {
    byte[] inks = {64, (byte) 128, (byte) 192, 51};
    assertColour(PictureBytes.tiff(1, 1, 4, 8, 5, 1, 1, inks), 153, 102, 50);
  }

  // ---------------------------------------------------------------- profiles of red, green, blue

  @Test
  void aProfileIsFollowedInEveryFormat() throws IOException {
    byte[] grey = png(128, 128, 128);
    assertColour(grey, 128, 128, 128);
    assertColour(PictureBytes.profileChunk(grey, LINEAR), LINEAR_128, LINEAR_128, LINEAR_128);
    byte[] jpeg = PictureBytes.jpegOf(128, 128, 128);
    assertColour(jpeg, 128, 128, 128);
    assertColour(PictureBytes.withProfile(jpeg, LINEAR), LINEAR_128, LINEAR_128, LINEAR_128);
  }

  @Test
  void aPictureInMemoryIsSeenInItsOwnSpace() {
    ICC_ColorSpace linear = new ICC_ColorSpace(ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB));
    for (int type : new int[] {DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT}) {
      ColorModel model = new ComponentColorModel(linear, false, false, ColorModel.OPAQUE, type);
      BufferedImage picture =
          new BufferedImage(model, model.createCompatibleWritableRaster(1, 1), false, null);
      int sample = type == DataBuffer.TYPE_BYTE ? 128 : 128 * 257;
      picture.getRaster().setPixel(0, 0, new int[] {sample, 0, sample});
      float[] rgb = ImageFile.read(picture, 3, 1, 1).ravel().toFloatVector();
      assertThat(rgb[0] * 255).isCloseTo(LINEAR_128, within(1f));
      assertThat(rgb[1]).isZero();
    }
  }

  /** Other tools pass over it too: a good photograph has a bad profile more often than not. */
  @Test
  void aProfileThatIsNoneOrOfOtherSamplesIsPassedOver() throws IOException {
    byte[] grey = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    for (byte[] profile : new byte[][] {new byte[200], grey, PictureBytes.profileOfBlack()}) {
      assertColour(PictureBytes.profileChunk(png(10, 128, 200), profile), 0, 10, 128, 200);
      assertColour(
          PictureBytes.withProfile(PictureBytes.jpegOf(128, 128, 128), profile), 128, 128, 128);
    }
  }

  @Test
  void theProfileOfSrgbChangesNothing() throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    assertColour(PictureBytes.profileChunk(png(10, 128, 200), profile), 0, 10, 128, 200);
  }

  @Test
  void aProfileOfGreyIsNotFollowed() throws IOException {
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    assertColour(PictureBytes.withProfile(PictureBytes.jpegOf(128), profile), 128, 128, 128);
  }

  // ---------------------------------------------------------------- what components mean

  /** As libjpeg has it; the JDK takes a file without a header and with full colours for RGB. */
  @Test
  void aJpegWithoutAHeaderIsBrightnessAndColours() throws IOException {
    byte[] bare = bare(PictureBytes.jpegOf(Y, CB, CR));
    assertColour(bare, 200, 100, 50);
    assertColour(PictureBytes.adobe(bare, 1), 200, 100, 50);
  }

  @Test
  void aJpegMayHoldRedGreenAndBlue() throws IOException {
    byte[] jpeg = PictureBytes.jpegOf(200, 100, 50);
    assertColour(PictureBytes.adobe(bare(jpeg), 0), 200, 100, 50);
  }

  /** The writer calls three bands without a colour model what it likes. */
  private static byte[] bare(byte[] jpeg) {
    boolean jfif = (jpeg[3] & 0xFF) == 0xE0;
    return jfif ? PictureBytes.without(jpeg, 0xE0) : jpeg;
  }

  // ---------------------------------------------------------------- TIFF

  @Test
  void greyOfATiffWhicheverEndIsWhite() throws IOException {
    byte[] grey = {100};
    assertColour(PictureBytes.tiff(1, 1, 1, 8, 1, 1, 1, grey), 0, 100, 100, 100);
    assertColour(PictureBytes.tiff(1, 1, 1, 8, 0, 1, 1, grey), 0, 155, 155, 155);
    byte[] deep = {0, 100};
    assertColour(PictureBytes.tiff(1, 1, 1, 16, 1, 1, 1, deep), 1, 100, 100, 100);
  }

  @Test
  void samplesThatHaveNoRangeAreRefused() {
    byte[] data = new byte[64];
    assertThatThrownBy(() -> ImageFile.read(PictureBytes.tiff(4, 4, 1, 32, 1, 3, 1, data), 1, 4, 4))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: bits per sample: expected one of [1, 2, 4, 8, 16], got 32");
    assertThatThrownBy(() -> ImageFile.read(PictureBytes.tiff(4, 4, 1, 16, 1, 2, 1, data), 1, 4, 4))
        .hasMessage("bytes: unsigned samples, 1,: expected one of [1], got 2");
    assertThatThrownBy(() -> ImageFile.read(PictureBytes.tiff(4, 4, 3, 8, 8, 1, 1, data), 1, 4, 4))
        .hasMessage("bytes: photometric: expected one of [0, 1, 2, 3, 5, 6], got 8");
    BufferedImage floats = floats();
    assertThatThrownBy(() -> ImageFile.read(floats, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("picture: expected unsigned samples of at most 16 bits");
  }

  private static BufferedImage floats() {
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            false,
            false,
            ColorModel.OPAQUE,
            DataBuffer.TYPE_FLOAT);
    return new BufferedImage(model, model.createCompatibleWritableRaster(1, 1), false, null);
  }
}
