package org.capsnet.examples.detection;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.capsnet.data.detection.Box;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.data.detection.LabeledBox;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.examples.output.PngFiles;
import org.capsnet.metric.Detection;

/**
 * A picture of images side by side with their detections: each box in the colour of its class, with
 * name and score, and the true boxes dashed.
 */
public final class DetectionPicture {

  private static final int COLUMNS = 4;
  private static final int CELL_WIDTH = 320;
  private static final int GAP = 6;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.BOLD, 12);
  private static final Stroke SOLID = new BasicStroke(2);
  private static final Stroke DASHED =
      new BasicStroke(
          1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);

  private final List<String> classNames;
  private final List<Cell> cells = new ArrayList<>();

  private record Cell(DetectionSample sample, List<Detection> found) {}

  public DetectionPicture(List<String> classNames) {
    this.classNames = classNames;
  }

  public void add(DetectionSample sample, List<Detection> found) {
    cells.add(new Cell(sample, found));
  }

  public void write(Path file) throws IOException {
    PngFiles.write(file, paint());
  }

  private BufferedImage paint() {
    ByteImage first = cells.get(0).sample().image();
    int height = Math.max(1, CELL_WIDTH * first.height() / first.width());
    int columns = Math.min(COLUMNS, cells.size());
    int rows = (cells.size() - 1) / columns + 1;
    BufferedImage picture =
        new BufferedImage(
            columns * (CELL_WIDTH + GAP) + GAP,
            rows * (height + GAP) + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setFont(FONT);
    for (int i = 0; i < cells.size(); i++) {
      int left = GAP + i % columns * (CELL_WIDTH + GAP);
      int top = GAP + i / columns * (height + GAP);
      draw((Graphics2D) g.create(left, top, CELL_WIDTH, height), cells.get(i), height);
    }
    g.dispose();
    return picture;
  }

  private void draw(Graphics2D g, Cell cell, int height) {
    g.drawImage(image(cell.sample().image()), 0, 0, CELL_WIDTH, height, null);
    for (LabeledBox object : cell.sample().objects()) {
      g.setColor(color(object.label()).brighter());
      g.setStroke(DASHED);
      g.draw(rectangle(object.box(), height));
    }
    for (Detection one : cell.found()) {
      Rectangle2D box = rectangle(one.box(), height);
      g.setColor(color(one.label()));
      g.setStroke(SOLID);
      g.draw(box);
      label(g, one, box);
    }
    g.dispose();
  }

  private void label(Graphics2D g, Detection one, Rectangle2D box) {
    String text = String.format(Locale.ROOT, "%s %.2f", classNames.get(one.label()), one.score());
    FontMetrics metrics = g.getFontMetrics();
    int width = metrics.stringWidth(text) + 4;
    int x = (int) Math.max(0, Math.min(CELL_WIDTH - width, box.getX()));
    int y = (int) Math.max(0, box.getY() - metrics.getHeight());
    g.fillRect(x, y, width, metrics.getHeight());
    g.setColor(Color.WHITE);
    g.drawString(text, x + 2, y + metrics.getAscent());
  }

  private static Rectangle2D rectangle(Box box, int height) {
    return new Rectangle2D.Double(
        box.left() * CELL_WIDTH,
        box.top() * height,
        box.width() * CELL_WIDTH,
        box.height() * height);
  }

  /** Distinct colours on which white letters are legible. */
  private Color color(int label) {
    return Color.getHSBColor((float) label / classNames.size(), 0.85f, 0.75f);
  }

  private static BufferedImage image(ByteImage pixels) {
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
    boolean grey = pixels.channels() == 1;
    for (int y = 0; y < pixels.height(); y++) {
      for (int x = 0; x < pixels.width(); x++) {
        int red = pixels.get(0, y, x);
        int green = grey ? red : pixels.get(1, y, x);
        int blue = grey ? red : pixels.get(2, y, x);
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }
}
