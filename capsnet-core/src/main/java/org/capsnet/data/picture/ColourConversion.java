package org.capsnet.data.picture;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.util.Optional;

/**
 * Converts the samples of a row to red, green and blue of sRGB. Grey is taken as it is, whatever
 * its profile; a colour profile is followed; inks without a profile become (1 − C) · (1 − K), as in
 * other tools.
 */
final class ColourConversion {

  private static final float MOST = 255;
  private static final int RGB = 3;
  private static final int CMYK = 4;

  /** The last step, from samples of a colour space to sRGB, both from 0 to 255. */
  @FunctionalInterface
  interface Target {

    /** From [components, width] to [3, width]. */
    void convert(float[][] samples, float[][] row);
  }

  private final PictureHeader.Components components;
  private final Target target;

  private ColourConversion(PictureHeader.Components components, Target target) {
    this.components = components;
    this.target = target;
  }

  /** The conversion of what is decoded by a header. */
  static ColourConversion of(PictureHeader header) {
    Optional<ICC_Profile> profile = header.profile();
    Target target =
        switch (header.components()) {
          case GREY -> ColourConversion::grey;
          case RGB, YCC -> rgb(profile, 8);
          case CMYK, YCCK -> inks(profile);
          case DECODED -> throw new IllegalArgumentException("no colour model");
        };
    return new ColourConversion(header.components(), target);
  }

  /**
   * The conversion of a decoded picture.
   *
   * @param picture which says what its samples mean
   * @param profile that it was to be seen with, or none
   */
  static ColourConversion of(BufferedImage picture, Optional<ICC_Profile> profile) {
    return new ColourConversion(PictureHeader.Components.DECODED, target(picture, profile));
  }

  private static Target target(BufferedImage picture, Optional<ICC_Profile> profile) {
    ColorModel model = picture.getColorModel();
    ColorSpace space = model.getColorSpace();
    int bits = model.getComponentSize(0);
    if (model instanceof IndexColorModel || space.isCS_sRGB()) {
      return rgb(profile, bits);
    }
    if (space.getType() == ColorSpace.TYPE_GRAY) {
      return ColourConversion::grey;
    }
    if (space instanceof ICC_ColorSpace known) {
      ICC_Profile own = known.getProfile();
      Optional<Target> conversion = ProfileConversion.of(own, space.getNumComponents(), bits);
      if (conversion.isPresent()) {
        return conversion.get();
      }
    }
    return space.getType() == ColorSpace.TYPE_CMYK ? ColourConversion::inks : new OtherSpace(space);
  }

  private static Target rgb(Optional<ICC_Profile> profile, int bits) {
    return profile
        .flatMap(known -> ProfileConversion.of(known, RGB, bits))
        .orElse(ColourConversion::same);
  }

  private static Target inks(Optional<ICC_Profile> profile) {
    return profile
        .flatMap(known -> ProfileConversion.of(known, CMYK, 8))
        .orElse(ColourConversion::inks);
  }

  /**
   * Reads a row and converts it.
   *
   * @param rows the samples
   * @param y from the top of these
   * @param row takes red, green and blue, [3, width] from 0 to 255, what is transparent on white
   */
  void convert(SampleRows rows, int y, float[][] row) {
    float[][] samples = rows.read(y);
    boolean differences =
        components == PictureHeader.Components.YCC || components == PictureHeader.Components.YCCK;
    if (differences) {
      fromDifferences(samples);
    }
    boolean light =
        components == PictureHeader.Components.CMYK || components == PictureHeader.Components.YCCK;
    if (light) {
      invert(samples);
    }
    target.convert(samples, row);
    onWhite(row, rows.opacity());
  }

  // ---------------------------------------------------------------- steps

  /** By ITU-R BT.601 over the whole range, as JFIF has it. */
  private static void fromDifferences(float[][] samples) {
    for (int x = 0; x < samples[0].length; x++) {
      float y = samples[0][x];
      float blue = samples[1][x] - 128;
      float red = samples[2][x] - 128;
      samples[0][x] = whole(y + 1.402f * red);
      samples[1][x] = whole(y - 0.344136f * blue - 0.714136f * red);
      samples[2][x] = whole(y + 1.772f * blue);
    }
  }

  private static float whole(float value) {
    return Math.max(0, Math.min(MOST, Math.round(value)));
  }

  private static void invert(float[][] samples) {
    for (float[] channel : samples) {
      for (int x = 0; x < channel.length; x++) {
        channel[x] = MOST - channel[x];
      }
    }
  }

  private static void onWhite(float[][] row, float[] opacity) {
    for (float[] channel : row) {
      for (int x = 0; x < channel.length; x++) {
        channel[x] = MOST + (channel[x] - MOST) * opacity[x] / MOST;
      }
    }
  }

  private static void grey(float[][] samples, float[][] row) {
    for (float[] channel : row) {
      System.arraycopy(samples[0], 0, channel, 0, channel.length);
    }
  }

  private static void same(float[][] samples, float[][] row) {
    for (int c = 0; c < RGB; c++) {
      System.arraycopy(samples[c], 0, row[c], 0, row[c].length);
    }
  }

  private static void inks(float[][] samples, float[][] row) {
    for (int c = 0; c < RGB; c++) {
      for (int x = 0; x < row[c].length; x++) {
        row[c][x] = (MOST - samples[c][x]) * (MOST - samples[RGB][x]) / MOST;
      }
    }
  }

  /** What a user's own colour space says. */
  private record OtherSpace(ColorSpace space) implements Target {

    @Override
    public void convert(float[][] samples, float[][] row) {
      float[] pixel = new float[space.getNumComponents()];
      for (int x = 0; x < row[0].length; x++) {
        for (int c = 0; c < pixel.length; c++) {
          float least = space.getMinValue(c);
          pixel[c] = least + samples[c][x] / MOST * (space.getMaxValue(c) - least);
        }
        float[] rgb = space.toRGB(pixel);
        for (int c = 0; c < RGB; c++) {
          row[c][x] = MOST * rgb[c];
        }
      }
    }
  }
}
