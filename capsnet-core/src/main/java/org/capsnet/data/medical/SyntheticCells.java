package org.capsnet.data.medical;

import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import org.capsnet.data.Seeds;
import org.capsnet.data.picture.ByteImage;

/**
 * Synthetic stained cells, for use without data: in the middle of a colour image lies a cell, a
 * textured ellipse with a nucleus, among pale red blood cells, with noise. The two diseases differ
 * only in the shape of the nucleus, round or lobed; its area, its colour and everything else are
 * drawn from the same distributions. There are unlimited cells, and each number always gives the
 * same one.
 */
public final class SyntheticCells implements LongFunction<SegmentationSample> {

  /** The diseases. */
  public static final List<String> CLASS_NAMES = List.of("round nucleus", "lobed nucleus");

  /** The classes of a pixel. */
  public static final List<String> MASK_NAMES = List.of("background", "cytoplasm", "nucleus");

  private static final int RGB = 3;
  private static final double[] PLASMA = {228, 214, 208};
  private static final double[] RED_CELL = {214, 178, 176};
  private static final double[] CYTOPLASM = {190, 160, 196};
  private static final double[] NUCLEUS = {108, 66, 142};

  /** How much the stain varies from cell to cell. */
  private static final double STAIN = 14;

  private static final double GRAIN = 12;
  private static final double NOISE = 7;

  private final long seed;
  private final int size;

  /**
   * Makes a generator.
   *
   * @param size the height and width of the images, in pixels, 16 or more
   * @param seed any number
   * @throws IllegalArgumentException if the size is below 16
   */
  public SyntheticCells(int size, long seed) {
    if (size < 16) {
      throw new IllegalArgumentException("size: expected 16 or more, got " + size);
    }
    this.size = size;
    this.seed = seed;
  }

  /**
   * A cell.
   *
   * @param number any number
   * @return the cell of that number: a colour image, its mask and its disease
   */
  @Override
  public SegmentationSample apply(long number) {
    Random random = Seeds.stream(seed, number);
    int label = random.nextInt(CLASS_NAMES.size());
    Painting painting = new Painting(size, random);
    int redCells = 2 + random.nextInt(3);
    for (int i = 0; i < redCells; i++) {
      painting.paint(redCell(random), stained(RED_CELL, random), 0);
    }
    Blob cell = cell(random);
    painting.paint(cell, stained(CYTOPLASM, random), 1);
    painting.paint(nucleus(cell, label, random), stained(NUCLEUS, random), 2);
    return painting.sample(label);
  }

  // ---------------------------------------------------------------- shapes

  /**
   * An ellipse whose rim is moved in and out by two waves around it.
   *
   * @param x the centre
   * @param y the centre
   * @param radius the mean radius
   * @param stretch one half-axis over the other
   * @param angle its rotation
   * @param lobes how many times the rim goes out and in
   * @param depth how far, as a share of the radius
   * @param phase where it starts
   */
  private record Blob(
      double x,
      double y,
      double radius,
      double stretch,
      double angle,
      int lobes,
      double depth,
      double phase) {

    /** The half-axes come to {@code radius} · √stretch and {@code radius} / √stretch. */
    Rim rim() {
      double narrow = Math.sqrt(stretch);
      // A wave adds to the area; dividing by its mean square takes that away.
      double level = radius / Math.sqrt(1 + depth * depth / 2);
      return new Rim(
          this,
          StrictMath.cos(angle) / narrow,
          StrictMath.sin(angle) / narrow,
          StrictMath.cos(angle) * narrow,
          StrictMath.sin(angle) * narrow,
          level,
          level * (1 + depth) + 1);
    }
  }

  /** A blob with all that is the same for every point. */
  private record Rim(
      Blob blob,
      double acrossX,
      double acrossY,
      double alongY,
      double alongX,
      double level,
      double reach) {

    /** How far inside the rim a point lies, in pixels; negative outside. */
    double inside(double x, double y) {
      double dx = x - blob.x;
      double dy = y - blob.y;
      double u = acrossX * dx + acrossY * dy;
      double v = alongY * dy - alongX * dx;
      double distance = Math.sqrt(u * u + v * v);
      if (distance > reach) {
        return reach - distance - 1; // the wave does not come out so far
      }
      double wave = StrictMath.cos(blob.lobes * StrictMath.atan2(v, u) + blob.phase);
      return level * (1 + blob.depth * wave) - distance;
    }
  }

  private static double between(double least, double most, Random random) {
    return least + (most - least) * random.nextDouble();
  }

  private static double anyAngle(Random random) {
    return between(0, 2 * Math.PI, random);
  }

  private Blob cell(Random random) {
    return new Blob(
        size * between(0.44, 0.56, random),
        size * between(0.44, 0.56, random),
        size * between(0.27, 0.36, random),
        between(1, 1.3, random),
        anyAngle(random),
        3,
        between(0, 0.05, random),
        anyAngle(random));
  }

  private Blob nucleus(Blob cell, int label, Random random) {
    boolean lobed = label == 1;
    double away = cell.radius * between(0, 0.15, random);
    double where = anyAngle(random);
    return new Blob(
        cell.x + away * StrictMath.cos(where),
        cell.y + away * StrictMath.sin(where),
        cell.radius * between(0.5, 0.62, random),
        between(1, 1.2, random),
        anyAngle(random),
        2 + random.nextInt(2),
        lobed ? between(0.25, 0.38, random) : between(0, 0.05, random),
        anyAngle(random));
  }

  /**
   * Its centre lies near the border, so that most of it is out of the picture or under the cell.
   */
  private Blob redCell(Random random) {
    double where = anyAngle(random);
    double away = size * between(0.5, 0.7, random);
    return new Blob(
        size / 2.0 + away * StrictMath.cos(where),
        size / 2.0 + away * StrictMath.sin(where),
        size * between(0.16, 0.22, random),
        between(1, 1.2, random),
        anyAngle(random),
        2,
        0,
        0);
  }

  private static double[] stained(double[] colour, Random random) {
    double darker = random.nextGaussian() * STAIN / 2;
    double[] stained = new double[RGB];
    for (int c = 0; c < RGB; c++) {
      stained[c] = colour[c] + darker + random.nextGaussian() * STAIN / 2;
    }
    return stained;
  }

  // ---------------------------------------------------------------- painting

  /** A few waves of random direction and length: a texture that is rough and not regular. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Grain(double[] across, double[] down, double[] phase) {

    private static final int WAVES = 6;

    static Grain draw(Random random) {
      Grain grain = new Grain(new double[WAVES], new double[WAVES], new double[WAVES]);
      for (int i = 0; i < WAVES; i++) {
        double frequency = 2 * Math.PI / between(3, 10, random);
        double direction = anyAngle(random);
        grain.across[i] = frequency * StrictMath.cos(direction);
        grain.down[i] = frequency * StrictMath.sin(direction);
        grain.phase[i] = anyAngle(random);
      }
      return grain;
    }

    double at(int x, int y) {
      double sum = 0;
      for (int i = 0; i < WAVES; i++) {
        sum += StrictMath.sin(across[i] * x + down[i] * y + phase[i]);
      }
      return GRAIN / Math.sqrt(WAVES) * sum;
    }
  }

  /** An image and its mask in the making. */
  private static final class Painting {

    private final int size;
    private final Random random;
    private final double[] image;
    private final byte[] mask;

    Painting(int size, Random random) {
      this.size = size;
      this.random = random;
      image = new double[RGB * size * size];
      mask = new byte[size * size];
      double[] plasma = stained(PLASMA, random);
      for (int i = 0; i < image.length; i++) {
        image[i] = plasma[i / mask.length];
      }
    }

    /** Rims are soft in the image by a pixel, and sharp in the mask. */
    void paint(Blob blob, double[] colour, int maskClass) {
      Rim rim = blob.rim();
      Grain grain = Grain.draw(random);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double inside = rim.inside(x, y);
          if (inside > -0.5) {
            blend(y * size + x, Math.min(1, inside + 0.5), colour, grain.at(x, y));
          }
          if (inside > 0) {
            mask[y * size + x] = (byte) maskClass;
          }
        }
      }
    }

    private void blend(int place, double share, double[] colour, double grain) {
      for (int c = 0; c < RGB; c++) {
        int i = c * mask.length + place;
        image[i] += share * (colour[c] + grain - image[i]);
      }
    }

    SegmentationSample sample(int label) {
      byte[] pixels = new byte[image.length];
      for (int i = 0; i < pixels.length; i++) {
        double value = image[i] + NOISE * random.nextGaussian();
        pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
      }
      return new SegmentationSample(
          new ByteImage(pixels, RGB, size, size), new ByteImage(mask, 1, size, size), label);
    }
  }
}
