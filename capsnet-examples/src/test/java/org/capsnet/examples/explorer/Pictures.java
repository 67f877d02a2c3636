package org.capsnet.examples.explorer;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Picture files to drop on the page. */
final class Pictures {

  private Pictures() {}

  /** A seven in dark ink on light paper, small and not in the middle. */
  static byte[] darkSeven() throws IOException {
    BufferedImage paper = new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = paper.createGraphics();
    pen.setColor(new Color(250, 245, 235));
    pen.fillRect(0, 0, 300, 300);
    pen.setColor(new Color(20, 20, 60));
    pen.setStroke(new BasicStroke(14));
    pen.drawPolyline(new int[] {140, 240, 190}, new int[] {120, 115, 260}, 3);
    pen.dispose();
    return png(paper);
  }

  /** A square of one colour. */
  static byte[] square(int side, int rgb) throws IOException {
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D brush = picture.createGraphics();
    brush.setColor(new Color(rgb));
    brush.fillRect(0, 0, side, side);
    brush.dispose();
    return png(picture);
  }

  private static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }
}
