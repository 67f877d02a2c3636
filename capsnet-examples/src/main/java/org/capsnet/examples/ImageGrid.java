package org.capsnet.examples;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A picture of images in rows and columns, with a word before each row and above each column. */
final class ImageGrid {

  private static final int GAP = 4;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private final int scale;
  private final List<String> columns;
  private final List<Row> rows = new ArrayList<>();

  private record Row(String name, List<INDArray> images) {}

  /**
   * An empty grid.
   *
   * @param scale the side of the square that a pixel becomes
   * @param columns the words above the columns; none for no line of words
   */
  ImageGrid(int scale, List<String> columns) {
    this.scale = scale;
    this.columns = columns;
  }

  /**
   * Adds a row of images {@code [channels, height, width]} from 0 to 1: coloured of 3 channels;
   * else the first channel is drawn, in grey, of a pair the left image.
   */
  void row(String name, List<INDArray> images) {
    rows.add(new Row(name, images));
  }

  void write(Path file) throws IOException {
    PngFiles.write(file, paint());
  }

  private BufferedImage paint() {
    INDArray first = rows.get(0).images().get(0);
    int cellHeight = (int) first.size(1) * scale + GAP;
    int cellWidth = (int) first.size(2) * scale + GAP;
    FontMetrics metrics =
        new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontMetrics(FONT);
    int left = GAP * 2 + rows.stream().mapToInt(r -> metrics.stringWidth(r.name())).max().orElse(0);
    int top = columns.isEmpty() ? GAP : metrics.getHeight() + GAP;
    int across = rows.stream().mapToInt(r -> r.images().size()).max().orElse(0);
    BufferedImage picture =
        new BufferedImage(
            left + across * cellWidth, top + rows.size() * cellHeight, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setFont(FONT);
    g.setColor(Color.BLACK);
    for (int c = 0; c < columns.size(); c++) {
      int middle = left + c * cellWidth + (cellWidth - GAP) / 2;
      g.drawString(
          columns.get(c), middle - metrics.stringWidth(columns.get(c)) / 2, metrics.getAscent());
    }
    for (int r = 0; r < rows.size(); r++) {
      int y = top + r * cellHeight;
      g.drawString(rows.get(r).name(), GAP, y + (cellHeight - GAP + metrics.getAscent()) / 2);
      List<INDArray> images = rows.get(r).images();
      for (int c = 0; c < images.size(); c++) {
        draw(picture, images.get(c), left + c * cellWidth, y);
      }
    }
    g.dispose();
    return picture;
  }

  private void draw(BufferedImage picture, INDArray image, int left, int top) {
    for (int y = 0; y < image.size(1) * scale; y++) {
      for (int x = 0; x < image.size(2) * scale; x++) {
        picture.setRGB(left + x, top + y, color(image, y / scale, x / scale));
      }
    }
  }

  private static int color(INDArray image, int y, int x) {
    boolean grey = image.size(0) != 3;
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      double value = image.getDouble(grey ? 0 : c, y, x);
      rgb = rgb << 8 | (int) Math.round(255 * Math.min(1, Math.max(0, value)));
    }
    return rgb;
  }
}
