package org.capsnet.testing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A folder of coloured pictures as users have them: of mixed sizes and formats, noisy, a sub-folder
 * a class.
 */
public final class Drawings {

  /** The classes, in the order of their names. */
  public static final List<String> CLASSES =
      List.of("blue stripes", "green squares", "red circles");

  private static final List<String> FORMATS = List.of("png", "jpg", "bmp");

  private Drawings() {}

  /**
   * Draws pictures of all classes in turn.
   *
   * @param folder where to, an empty folder
   * @param count how many pictures
   */
  public static void write(Path folder, int count) {
    Random random = new Random(count);
    for (int i = 0; i < count; i++) {
      int kind = i % CLASSES.size();
      String format = FORMATS.get(i / CLASSES.size() % FORMATS.size());
      Path file = folder.resolve(CLASSES.get(kind)).resolve("drawing " + i + "." + format);
      try {
        Files.createDirectories(file.getParent());
        ImageIO.write(draw(kind, random), format, file.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static BufferedImage draw(int kind, Random random) {
    int width = 20 + random.nextInt(50);
    int height = 20 + random.nextInt(50);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.LIGHT_GRAY);
    g.fillRect(0, 0, width, height);
    int left = random.nextInt(width / 3);
    int top = random.nextInt(height / 3);
    switch (CLASSES.get(kind)) {
      case "red circles" -> {
        g.setColor(Color.RED);
        g.fillOval(left, top, width / 2, height / 2);
      }
      case "green squares" -> {
        g.setColor(Color.GREEN);
        g.fillRect(left, top, width / 2, height / 2);
      }
      default -> {
        g.setColor(Color.BLUE);
        g.setStroke(new BasicStroke(3));
        for (int x = left; x < width; x += 8) {
          g.drawLine(x, 0, x, height);
        }
      }
    }
    g.dispose();
    addNoise(picture, random);
    return picture;
  }

  private static void addNoise(BufferedImage picture, Random random) {
    int[] rgb = new int[3];
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.getRaster().getPixel(x, y, rgb);
        for (int c = 0; c < 3; c++) {
          rgb[c] = Math.max(0, Math.min(255, rgb[c] + random.nextInt(41) - 20));
        }
        picture.getRaster().setPixel(x, y, rgb);
      }
    }
  }
}
