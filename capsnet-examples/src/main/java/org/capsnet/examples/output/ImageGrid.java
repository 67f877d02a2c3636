package org.capsnet.examples.output;

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
import org.capsnet.model.insight.Tiles;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A picture of rows one below the other, of images or of words, each with a word before it. Those
 * of one number stand in one column.
 */
public final class ImageGrid {

  private static final int GAP = 4;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private final int scale;
  private final List<Row> rows = new ArrayList<>();

  /** Images, or words in place of them. */
  private record Row(String name, List<INDArray> images, List<String> words) {}

  /**
   * An empty grid.
   *
   * @param scale the side of the square that a pixel becomes
   */
  public ImageGrid(int scale) {
    this.scale = scale;
  }

  /**
   * Adds a row of images {@code [channels, height, width]} from 0 to 1, all of one size: coloured
   * of 3 channels; else the first channel is drawn, in grey, of a pair the left image.
   */
  public ImageGrid row(String name, List<INDArray> images) {
    rows.add(new Row(name, images, List.of()));
    return this;
  }

  /** Adds a row of words, each in the middle of its column. */
  public ImageGrid words(String name, List<String> words) {
    rows.add(new Row(name, List.of(), words));
    return this;
  }

  public void write(Path file) throws IOException {
    PngFiles.write(file, paint());
  }

  private BufferedImage paint() {
    INDArray first = rows.stream().flatMap(row -> row.images().stream()).findFirst().orElseThrow();
    int cellHeight = (int) first.size(1) * scale + GAP;
    int cellWidth = (int) first.size(2) * scale + GAP;
    FontMetrics metrics =
        new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontMetrics(FONT);
    int line = metrics.getHeight() + GAP;
    int left = GAP * 2 + rows.stream().mapToInt(r -> metrics.stringWidth(r.name())).max().orElse(0);
    int top = rows.get(0).words().isEmpty() ? GAP : 0;
    int across = rows.stream().mapToInt(r -> r.images().size()).max().orElse(0);
    int height = rows.stream().mapToInt(r -> r.images().isEmpty() ? line : cellHeight).sum();
    BufferedImage picture =
        new BufferedImage(left + across * cellWidth, top + height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setFont(FONT);
    g.setColor(Color.BLACK);
    int y = top;
    for (Row row : rows) {
      boolean words = row.images().isEmpty();
      int baseline =
          words ? y + metrics.getAscent() : y + (cellHeight - GAP + metrics.getAscent()) / 2;
      g.drawString(row.name(), GAP, baseline);
      for (int c = 0; c < row.words().size(); c++) {
        int middle = left + c * cellWidth + (cellWidth - GAP) / 2;
        String word = row.words().get(c);
        g.drawString(word, middle - metrics.stringWidth(word) / 2, baseline);
      }
      for (int c = 0; c < row.images().size(); c++) {
        Tiles.draw(picture, row.images().get(c), left + c * cellWidth, y, scale);
      }
      y += words ? line : cellHeight;
    }
    g.dispose();
    return picture;
  }
}
