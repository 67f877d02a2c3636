package org.capsnet.examples.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageGridTest {

  private static final int SCALE = 3;
  private static final int GAP = 4;
  private static final int WHITE = 0xFFFFFF;

  @TempDir private Path folder;

  private BufferedImage written(ImageGrid grid) throws IOException {
    Path file = folder.resolve("grid.png");
    grid.write(file);
    return ImageIO.read(file.toFile());
  }

  private static int rgb(BufferedImage picture, int x, int y) {
    return picture.getRGB(x, y) & WHITE;
  }

  private static INDArray grey(float... values) {
    return Nd4j.create(values, new long[] {1, 2, values.length / 2}, 'c');
  }

  /** Images of 2 rows and 3 columns; the words stand to their left and above. */
  @Test
  void everyPixelBecomesASquareAtItsPlace() throws IOException {
    ImageGrid grid = new ImageGrid(SCALE).words("", List.of("one", "two"));
    grid.row("first", List.of(grey(0, 1, 0.5f, 0.2f, 0.4f, 0.6f), grey(1, 1, 1, 0, 0, 0)));
    grid.row("second", List.of(grey(-3, 0, 0, 0, 0, 7), grey(0, 0, 0, 1, 0, 1)));
    BufferedImage picture = written(grid);
    int cellWidth = 3 * SCALE + GAP;
    int cellHeight = 2 * SCALE + GAP;
    int left = picture.getWidth() - 2 * cellWidth;
    int top = picture.getHeight() - 2 * cellHeight;
    assertThat(left).isGreaterThan(GAP);
    assertThat(top).isGreaterThan(GAP);

    int[][] first = {{0x000000, 0xFFFFFF, 0x808080}, {0x333333, 0x666666, 0x999999}};
    for (int y = 0; y < 2 * SCALE; y++) {
      for (int x = 0; x < 3 * SCALE; x++) {
        assertThat(rgb(picture, left + x, top + y))
            .as("%d, %d", x, y)
            .isEqualTo(first[y / SCALE][x / SCALE]);
      }
    }
    assertThat(rgb(picture, left + cellWidth, top + SCALE)).isZero();
    assertThat(rgb(picture, left + cellWidth, top)).isEqualTo(WHITE);
    // Out of range is black and white, not another number by overflow.
    assertThat(rgb(picture, left, top + cellHeight)).isZero();
    assertThat(rgb(picture, left + 2 * SCALE, top + cellHeight + SCALE)).isEqualTo(WHITE);
    assertThat(rgb(picture, left + cellWidth + SCALE, top + cellHeight + SCALE)).isZero();
    // Between the images it is white; above them the words take more room than these columns.
    for (int y = top; y < picture.getHeight(); y++) {
      for (int gap = 1; gap <= GAP; gap++) {
        assertThat(rgb(picture, picture.getWidth() - gap, y)).isEqualTo(WHITE);
      }
    }
    for (int gap = 1; gap <= GAP; gap++) {
      assertThat(rgb(picture, left, top + cellHeight - gap)).isEqualTo(WHITE);
    }
    assertThat(hasInk(picture, left, top)).isTrue();
  }

  private static boolean hasInk(BufferedImage picture, int left, int top) {
    boolean names = false;
    for (int y = top; y < picture.getHeight(); y++) {
      for (int x = 0; x < left; x++) {
        names |= rgb(picture, x, y) != WHITE;
      }
    }
    boolean words = false;
    for (int y = 0; y < top; y++) {
      for (int x = left; x < picture.getWidth(); x++) {
        words |= rgb(picture, x, y) != WHITE;
      }
    }
    return names && words;
  }

  @Test
  void threeChannelsAreRedGreenAndBlue() throws IOException {
    INDArray image = Nd4j.createFromArray(1f, 0, 0, 1, 0, 0.2f).reshape(3, 1, 2);
    ImageGrid grid = new ImageGrid(1);
    grid.row("", List.of(image));
    BufferedImage picture = written(grid);
    int left = picture.getWidth() - 2 - GAP;
    assertThat(rgb(picture, left, GAP)).isEqualTo(0xFF0000);
    assertThat(rgb(picture, left + 1, GAP)).isEqualTo(0x00FF33);
  }
}
