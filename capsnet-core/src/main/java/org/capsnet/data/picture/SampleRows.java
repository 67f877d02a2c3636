package org.capsnet.data.picture;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/** The samples of a picture by rows, from 0 to 255 whatever their bits, and the opacity. */
final class SampleRows {

  private static final float MOST = 255;
  private static final int RGB = 3;
  private static final int MAX_BITS = 16;

  private final Raster raster;
  private final IndexColorModel palette;
  private final int components;
  private final float[] scales;
  private final boolean premultiplied;
  private final float[] opacity;
  private final float[][] samples;

  private SampleRows(Raster raster, ColorModel model) {
    this.raster = raster;
    palette = model instanceof IndexColorModel index ? index : null;
    int bands = raster.getNumBands();
    boolean alpha = palette == null && model != null && model.hasAlpha();
    components = palette != null ? RGB : alpha ? bands - 1 : bands;
    premultiplied = alpha && model.isAlphaPremultiplied();
    scales = new float[bands];
    for (int band = 0; band < bands; band++) {
      int bits = model == null ? 8 : model.getComponentSize(band);
      scales[band] = MOST / ((1 << bits) - 1);
    }
    samples = new float[Math.max(components, 1)][raster.getWidth()];
    opacity = new float[raster.getWidth()];
    Arrays.fill(opacity, MOST);
  }

  /** Of bytes that no colour model explains. */
  static SampleRows of(Raster raster) {
    return new SampleRows(raster, null);
  }

  /**
   * Of a picture.
   *
   * @throws IllegalArgumentException if its samples are not unsigned and of 16 bits at most
   */
  static SampleRows of(BufferedImage picture) {
    ColorModel model = picture.getColorModel();
    int type = picture.getRaster().getTransferType();
    boolean unsigned =
        type == DataBuffer.TYPE_BYTE
            || type == DataBuffer.TYPE_USHORT
            || type == DataBuffer.TYPE_INT;
    int bits = Arrays.stream(model.getComponentSize()).max().orElse(0);
    if (!unsigned || bits > MAX_BITS) {
      throw new IllegalArgumentException(
          "picture: expected unsigned samples of at most %s bits, got %s bits of type %s"
              .formatted(MAX_BITS, bits, type));
    }
    return new SampleRows(picture.getRaster(), model);
  }

  /** The number of rows. */
  int height() {
    return raster.getHeight();
  }

  /**
   * Reads a row.
   *
   * @param y from the top
   * @return [components, width] from 0 to 255; the next call overwrites it
   */
  float[][] read(int y) {
    if (palette != null) {
      readPalette(y);
      return samples;
    }
    for (int c = 0; c < components; c++) {
      readBand(y, c, samples[c]);
    }
    if (components < scales.length) {
      readBand(y, components, opacity);
      if (premultiplied) {
        divide();
      }
    }
    return samples;
  }

  /** The opacity of the row that was read, from 0 to 255. */
  float[] opacity() {
    return opacity;
  }

  private void readBand(int y, int band, float[] to) {
    raster.getSamples(raster.getMinX(), raster.getMinY() + y, to.length, 1, band, to);
    if (scales[band] != 1) {
      for (int x = 0; x < to.length; x++) {
        to[x] *= scales[band];
      }
    }
  }

  private void readPalette(int y) {
    int[] indices =
        raster.getSamples(
            raster.getMinX(), raster.getMinY() + y, opacity.length, 1, 0, (int[]) null);
    for (int x = 0; x < indices.length; x++) {
      int argb = palette.getRGB(indices[x]);
      opacity[x] = argb >>> 24;
      samples[0][x] = argb >> 16 & 0xFF;
      samples[1][x] = argb >> 8 & 0xFF;
      samples[2][x] = argb & 0xFF;
    }
  }

  private void divide() {
    for (float[] channel : samples) {
      for (int x = 0; x < channel.length; x++) {
        channel[x] = opacity[x] == 0 ? 0 : Math.min(MOST, channel[x] * MOST / opacity[x]);
      }
    }
  }
}
