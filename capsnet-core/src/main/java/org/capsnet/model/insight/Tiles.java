package org.capsnet.model.insight;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays as pictures. An image is {@code [channels, height, width]}, from 0 to 1, and what is
 * beyond is cut: coloured of 3 channels; else the first channel is drawn, in grey, of a pair the
 * left image.
 */
public final class Tiles {

  private static final int GAP = 2;
  private static final int RGB = 3;
  private static final int MOST = 255;

  /** How much of the image is left under a map of heat. */
  private static final double PALE = 0.45;

  private static final double GREEN = 0.8;

  private Tiles() {}

  /**
   * Rows of images, one below the other.
   *
   * @param rows images of one size
   * @param scale the side of the square that a pixel becomes
   * @return the picture
   */
  static BufferedImage of(List<List<INDArray>> rows, int scale) {
    INDArray first = rows.get(0).get(0);
    int height = (int) first.size(1) * scale + GAP;
    int width = (int) first.size(2) * scale + GAP;
    BufferedImage picture =
        new BufferedImage(
            rows.get(0).size() * width + GAP,
            rows.size() * height + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.dispose();
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < rows.get(r).size(); c++) {
        draw(picture, rows.get(r).get(c), GAP + c * width, GAP + r * height, scale);
      }
    }
    return picture;
  }

  /**
   * Draws an image into a picture.
   *
   * @param picture where to, with room for it
   * @param image {@code [channels, height, width]}
   * @param left of the picture
   * @param top of the picture
   * @param scale the side of the square that a pixel becomes
   */
  public static void draw(BufferedImage picture, INDArray image, int left, int top, int scale) {
    int height = (int) image.size(1);
    int width = (int) image.size(2);
    float[] numbers = numbers(image);
    for (int y = 0; y < height * scale; y++) {
      for (int x = 0; x < width * scale; x++) {
        int pixel = y / scale * width + x / scale;
        picture.setRGB(left + x, top + y, colour(numbers, pixel, height * width));
      }
    }
  }

  private static float[] numbers(INDArray image) {
    return image.castTo(DataType.FLOAT).dup('c').reshape(-1).toFloatVector();
  }

  private static int colour(float[] numbers, int pixel, int channel) {
    boolean grey = numbers.length != RGB * channel;
    int rgb = 0;
    for (int c = 0; c < RGB; c++) {
      float value = numbers[(grey ? 0 : c * channel) + pixel];
      rgb = rgb << 8 | Math.round(MOST * Math.min(1, Math.max(0, value)));
    }
    return rgb;
  }

  /**
   * A pale image under colours.
   *
   * @param image {@code [channels, height, width]}
   * @param heat from 0, blue, to 1, red, {@code [height, width]}
   * @return {@code [3, height, width]}
   */
  public static INDArray heated(INDArray image, INDArray heat) {
    float[] pixels = numbers(image);
    float[] heats = numbers(heat);
    int channels = (int) image.size(0);
    float[] picture = new float[RGB * heats.length];
    for (int i = 0; i < heats.length; i++) {
      double grey = 0;
      for (int c = 0; c < channels; c++) {
        grey += (double) pixels[c * heats.length + i] / channels;
      }
      double h = heats[i];
      double[] colour = {h, GREEN * (1 - Math.abs(2 * h - 1)), 1 - h};
      for (int c = 0; c < RGB; c++) {
        picture[c * heats.length + i] = (float) (PALE * grey + (1 - PALE) * colour[c]);
      }
    }
    return Nd4j.createFromArray(picture).reshape(RGB, heat.size(0), heat.size(1));
  }
}
