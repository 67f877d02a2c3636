package org.capsnet.data.picture;

import java.awt.image.BufferedImage;
import java.util.BitSet;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadUpdateListener;

/** Counts the rows that a decoder has filled: that of GIF says nothing if the data end early. */
final class RowCount implements IIOReadUpdateListener {

  private final BitSet rows = new BitSet();

  /** The rows since the last call. */
  int take() {
    int count = rows.cardinality();
    rows.clear();
    return count;
  }

  @Override
  public void imageUpdate(
      ImageReader source,
      BufferedImage image,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {
    rows.set(minY, minY + height);
  }

  @Override
  public void passStarted(
      ImageReader source,
      BufferedImage image,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {
    // The passes of an interlaced picture fill rows, too, and say so.
  }

  @Override
  public void passComplete(ImageReader source, BufferedImage image) {
    // As above.
  }

  @Override
  public void thumbnailPassStarted(
      ImageReader source,
      BufferedImage thumbnail,
      int pass,
      int minPass,
      int maxPass,
      int minX,
      int minY,
      int periodX,
      int periodY,
      int[] bands) {
    // Thumbnails are not read.
  }

  @Override
  public void thumbnailUpdate(
      ImageReader source,
      BufferedImage thumbnail,
      int minX,
      int minY,
      int width,
      int height,
      int periodX,
      int periodY,
      int[] bands) {
    // As above.
  }

  @Override
  public void thumbnailPassComplete(ImageReader source, BufferedImage thumbnail) {
    // As above.
  }
}
