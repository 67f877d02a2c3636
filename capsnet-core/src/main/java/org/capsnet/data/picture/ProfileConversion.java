package org.capsnet.data.picture;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Optional;

/** From the samples of a picture through its ICC profile to sRGB. */
final class ProfileConversion implements ColourConversion.Target {

  private static final float MOST = 255;
  private static final int RGB = 3;
  private static final int BYTE = 8;

  /** The steps along an axis of a colour space at which a profile is tried. */
  private static final int STEPS = 5;

  private final ColorConvertOp op;
  private final int components;
  private final int type;
  private WritableRaster from;
  private WritableRaster to;

  private ProfileConversion(ICC_Profile profile, int components, int bits) {
    ICC_Profile target = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
    op = new ColorConvertOp(new ICC_Profile[] {profile, target}, null);
    this.components = components;
    type = bits <= BYTE ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
  }

  /**
   * The conversion of a profile.
   *
   * @param components the samples of a pixel
   * @param bits of a sample
   * @return nothing if it cannot be followed or is of another number of samples, both of which
   *     other tools pass over, too, or if it is sRGB
   */
  static Optional<ColourConversion.Target> of(ICC_Profile profile, int components, int bits) {
    if (profile.getNumComponents() != components) {
      return Optional.empty();
    }
    try {
      ProfileConversion conversion = new ProfileConversion(profile, components, bits);
      return conversion.changesNothing() ? Optional.empty() : Optional.of(conversion);
    } catch (CMMException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it is sRGB under whatever name, to what a byte can tell; costs less than converting.
   */
  private boolean changesNothing() {
    int count = (int) Math.round(Math.pow(STEPS, components));
    float[][] samples = new float[components][count];
    for (int i = 0; i < count; i++) {
      int rest = i;
      for (int c = 0; c < components; c++) {
        samples[c][i] = rest % STEPS * MOST / (STEPS - 1);
        rest /= STEPS;
      }
    }
    float[][] row = new float[RGB][count];
    convert(samples, row);
    boolean same = components == RGB;
    for (int c = 0; c < RGB && same; c++) {
      for (int i = 0; i < count; i++) {
        same &= Math.abs(row[c][i] - samples[c][i]) <= 1.5f;
      }
    }
    return same;
  }

  @Override
  public void convert(float[][] samples, float[][] row) {
    int width = row[0].length;
    if (from == null || from.getWidth() != width) {
      from = Raster.createInterleavedRaster(type, width, 1, components, null);
      to = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, 1, RGB, null);
    }
    float scale = type == DataBuffer.TYPE_BYTE ? 1 : 257;
    int[] pixels = new int[width];
    for (int c = 0; c < components; c++) {
      for (int x = 0; x < width; x++) {
        pixels[x] = Math.round(samples[c][x] * scale);
      }
      from.setSamples(0, 0, width, 1, c, pixels);
    }
    op.filter(from, to);
    for (int c = 0; c < RGB; c++) {
      to.getSamples(0, 0, width, 1, c, row[c]);
    }
  }
}
