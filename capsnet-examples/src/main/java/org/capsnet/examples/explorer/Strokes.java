package org.capsnet.examples.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.data.digits.DigitFrame;
import org.capsnet.data.picture.ByteImage;

/**
 * What was drawn by hand, white on black.
 *
 * @param lines the points of each stroke, x and y in turn, from 0 to 1 of the pad
 * @param pen its width, in pixels of the network's image
 */
record Strokes(List<double[]> lines, double pen) {

  private static final int MOST_POINTS = 100_000;
  private static final double WIDEST_PEN = 100;

  /** Drawn in so many times the size and averaged, for smooth edges. */
  private static final int FINE = 8;

  /** What is smaller than this share of the pad is not enlarged to the whole box. */
  private static final double SMALL = 0.25;

  /** Reads strokes as {@code [[x, y, x, y, ..], ..]}. */
  static Strokes of(JsonNode lines, double pen) {
    List<double[]> all = new ArrayList<>();
    int points = 0;
    for (JsonNode line : lines) {
      points += line.size();
      if (!line.isArray() || line.size() % 2 != 0 || points > MOST_POINTS) {
        throw new IllegalArgumentException(
            "strokes: expected lists of x and y, at most " + MOST_POINTS + " numbers");
      }
      double[] xy = new double[line.size()];
      for (int i = 0; i < xy.length; i++) {
        xy[i] = Numbers.within("strokes", line.get(i), 0, 1);
      }
      if (xy.length > 0) {
        all.add(xy);
      }
    }
    if (!(pen > 0 && pen <= WIDEST_PEN)) {
      throw new IllegalArgumentException("pen: expected above 0 to " + WIDEST_PEN + ", got " + pen);
    }
    return new Strokes(all, pen);
  }

  /** As drawn, {@code [1, height, width]}; the pad is stretched to the image. */
  ByteImage drawn(int height, int width) {
    return drawn(height, width, width, height, 0, 0);
  }

  /** Scaled and centred, {@code [1, height, width]}; the pen is as wide however large one draws. */
  ByteImage centred(DigitFrame frame) {
    double[] range = range();
    double extent = Math.max(range[2] - range[0], range[3] - range[1]);
    double scale = Math.max(1, frame.box() - pen) / Math.max(SMALL, extent);
    int side = frame.box();
    double middleX = scale * (range[0] + range[2]) / 2;
    double middleY = scale * (range[1] + range[3]) / 2;
    return frame.centred(
        drawn(side, side, scale, scale, side / 2.0 - middleX, side / 2.0 - middleY));
  }

  /** Least x and y, most x and y. */
  private double[] range() {
    double[] range = {1, 1, 0, 0};
    for (double[] line : lines) {
      for (int i = 0; i < line.length; i++) {
        range[i % 2] = Math.min(range[i % 2], line[i]);
        range[2 + i % 2] = Math.max(range[2 + i % 2], line[i]);
      }
    }
    return range;
  }

  private ByteImage drawn(
      int height, int width, double scaleX, double scaleY, double right, double down) {
    BufferedImage fine =
        new BufferedImage(FINE * width, FINE * height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = fine.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.setStroke(
        new BasicStroke((float) (FINE * pen), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    for (double[] line : lines) {
      Path2D path = new Path2D.Double();
      path.moveTo(FINE * (scaleX * line[0] + right), FINE * (scaleY * line[1] + down));
      for (int i = 0; i < line.length; i += 2) {
        path.lineTo(FINE * (scaleX * line[i] + right), FINE * (scaleY * line[i + 1] + down));
      }
      graphics.draw(path);
    }
    graphics.dispose();
    byte[] bytes = ((DataBufferByte) fine.getRaster().getDataBuffer()).getData();
    return new ByteImage(bytes, 1, FINE * height, FINE * width).resized(height, width);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
