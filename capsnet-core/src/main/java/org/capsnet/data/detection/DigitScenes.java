package org.capsnet.data.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Seeds;
import org.capsnet.data.picture.ByteImage;

/**
 * Scenes of real digits: a square canvas with one or more digits, no class twice, at random
 * positions and sizes, with some overlap, among clutter of fragments of digits. Each box fits
 * tightly around its digit's ink. There are unlimited scenes, and each number always gives the same
 * one.
 *
 * <pre>{@code
 * DigitScenes scenes = new DigitScenes(digits, 7);
 * SampleSource<DetectionSample> train = SampleSource.endless(scenes, 10_000);
 * }</pre>
 */
public final class DigitScenes implements LongFunction<DetectionSample> {

  /** A pixel of this value or more is ink; less is the blur at the edge of a stroke. */
  static final int INK = 64;

  /** How many sizes of a digit, and places of each, are tried before it is left out. */
  private static final int SIZES = 8;

  private static final int PLACES = 8;

  private static final int FRAGMENT_MIN = 5;
  private static final int FRAGMENT_MAX = 9;

  private final LabeledImages digits;
  private final long seed;
  private final Settings settings;
  private final int[][] byClass;

  /**
   * The settings of scenes.
   *
   * @param canvas the height and width of a scene in pixels
   * @param maxDigits the largest number of digits, 1 or more
   * @param minSize the least length of a digit's longer side in pixels, 4 or more
   * @param maxSize the greatest length of a digit's longer side in pixels, at most the canvas
   * @param fragments the number of fragments of digits, 0 or more
   * @param maxCovered the largest share of a digit's box that those of others may cover, 0 to 1
   */
  public record Settings(
      int canvas, int maxDigits, int minSize, int maxSize, int fragments, double maxCovered) {

    /** One to four digits of 14 to 40 pixels on 80 by 80, 0.4 covered at most, 8 fragments. */
    public static final Settings STANDARD = new Settings(80, 4, 14, 40, 8, 0.4);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Settings {
      if (maxDigits < 1 || fragments < 0) {
        throw new IllegalArgumentException(
            "maxDigits and fragments: expected 1 or more and 0 or more, got %s, %s"
                .formatted(maxDigits, fragments));
      }
      if (minSize < 4 || maxSize < minSize || canvas < Math.max(maxSize, FRAGMENT_MAX)) {
        throw new IllegalArgumentException(
            "sizes: expected 4 ≤ minSize ≤ maxSize ≤ canvas, got %s, %s, %s"
                .formatted(minSize, maxSize, canvas));
      }
      if (!(maxCovered >= 0 && maxCovered <= 1)) {
        throw new IllegalArgumentException("maxCovered: expected 0 to 1, got " + maxCovered);
      }
    }
  }

  /**
   * Makes a generator with the standard settings.
   *
   * @param digits grey images of digits, light on dark
   * @param seed any number
   * @throws IllegalArgumentException if the images are not grey, or there are none
   */
  public DigitScenes(LabeledImages digits, long seed) {
    this(digits, seed, Settings.STANDARD);
  }

  /**
   * Makes a generator.
   *
   * @param digits grey images of digits, light on dark
   * @param seed any number
   * @param settings the settings of the scenes
   * @throws IllegalArgumentException if the images are not grey, or there are none
   */
  public DigitScenes(LabeledImages digits, long seed, Settings settings) {
    if (digits.channels() != 1 || digits.count() == 0) {
      throw new IllegalArgumentException("digits: expected grey images, got " + digits);
    }
    this.digits = digits;
    this.seed = seed;
    this.settings = settings;
    byClass =
        IntStream.range(0, digits.classes())
            .mapToObj(c -> IntStream.range(0, digits.count()).filter(i -> digits.label(i) == c))
            .map(IntStream::toArray)
            .toArray(int[][]::new);
  }

  /** {@return the names of the classes, those of the digits, in the order of their numbers} */
  public List<String> classNames() {
    return digits.classNames();
  }

  /**
   * A scene.
   *
   * @param number any number
   * @return the scene of that number, a grey image and its digits
   */
  @Override
  public DetectionSample apply(long number) {
    Random random = Seeds.stream(seed, number);
    Scene scene = new Scene(settings.canvas);
    for (int i = 0; i < settings.fragments; i++) {
      addFragment(scene, random);
    }
    int[] classes = IntStream.range(0, byClass.length).filter(c -> byClass[c].length > 0).toArray();
    Seeds.shuffle(classes, random);
    int wanted = 1 + random.nextInt(Math.min(settings.maxDigits, classes.length));
    for (int i = 0; i < wanted; i++) {
      addDigit(scene, classes[i], random);
    }
    return scene.sample();
  }

  /** Looks for a size and a position at which no digit is covered too much. */
  private void addDigit(Scene scene, int label, Random random) {
    int[] all = byClass[label];
    Glyph ink = Glyph.of(digits.byteImage(all[random.nextInt(all.length)]));
    for (int i = 0; i < SIZES; i++) {
      int side = settings.minSize + random.nextInt(settings.maxSize - settings.minSize + 1);
      Glyph glyph = ink.scaledTo(side);
      for (int j = 0; j < PLACES && glyph.hasInk; j++) {
        int top = random.nextInt(settings.canvas - glyph.height() + 1);
        int left = random.nextInt(settings.canvas - glyph.width() + 1);
        Placed placed = new Placed(label, glyph, top, left);
        if (scene.hasRoomFor(placed, settings.maxCovered)) {
          scene.add(placed);
          return;
        }
      }
    }
  }

  /** A small square cut from any digit. */
  private void addFragment(Scene scene, Random random) {
    ByteImage digit = digits.byteImage(random.nextInt(digits.count()));
    int most = Math.min(FRAGMENT_MAX, Math.min(digit.height(), digit.width()));
    int size = Math.min(most, FRAGMENT_MIN + random.nextInt(FRAGMENT_MAX - FRAGMENT_MIN + 1));
    int fromTop = random.nextInt(digit.height() - size + 1);
    int fromLeft = random.nextInt(digit.width() - size + 1);
    ByteImage fragment = digit.cropped(fromTop, fromLeft, size, size);
    int top = random.nextInt(settings.canvas - size + 1);
    int left = random.nextInt(settings.canvas - size + 1);
    scene.draw(fragment, top, left);
  }

  // ---------------------------------------------------------------- pieces

  /** A drawing, light on dark. */
  private record Glyph(ByteImage pixels, boolean hasInk) {

    /** A digit cut to its ink. */
    static Glyph of(ByteImage digit) {
      Optional<ByteImage> ink = digit.trimmed(INK);
      return new Glyph(ink.orElse(digit), ink.isPresent());
    }

    int height() {
      return pixels.height();
    }

    int width() {
      return pixels.width();
    }

    /** Stretched so that the longer side has a length, and cut to what is ink then. */
    Glyph scaledTo(int side) {
      double factor = (double) side / Math.max(height(), width());
      int toHeight = (int) Math.max(1, Math.round(factor * height()));
      int toWidth = (int) Math.max(1, Math.round(factor * width()));
      return of(pixels.resized(toHeight, toWidth));
    }
  }

  /** A digit at its place, and its box in pixels. */
  private record Placed(int label, Glyph glyph, int top, int left) {

    int bottom() {
      return top + glyph.height();
    }

    int right() {
      return left + glyph.width();
    }

    LabeledBox object(double canvas) {
      return new LabeledBox(
          label,
          Box.ofCorners(left / canvas, top / canvas, right() / canvas, bottom() / canvas),
          false);
    }

    boolean covers(int y, int x) {
      return y >= top && y < bottom() && x >= left && x < right();
    }

    /** The share of this box that lies under the boxes of others. */
    double coveredBy(List<Placed> others) {
      int covered = 0;
      for (int y = top; y < bottom(); y++) {
        for (int x = left; x < right(); x++) {
          for (Placed other : others) {
            if (other.covers(y, x)) {
              covered++;
              break;
            }
          }
        }
      }
      return (double) covered / (glyph.height() * glyph.width());
    }
  }

  /** A canvas, and what lies on it. */
  private static final class Scene {

    private final int size;
    private final byte[] canvas;
    private final List<Placed> digits = new ArrayList<>();

    Scene(int size) {
      this.size = size;
      canvas = new byte[size * size];
    }

    boolean hasRoomFor(Placed digit, double maxCovered) {
      List<Placed> all = new ArrayList<>(digits);
      all.add(digit);
      for (int i = 0; i < all.size(); i++) {
        List<Placed> others = new ArrayList<>(all);
        Placed one = others.remove(i);
        if (one.coveredBy(others) > maxCovered) {
          return false;
        }
      }
      return true;
    }

    void add(Placed digit) {
      digits.add(digit);
      draw(digit.glyph.pixels, digit.top, digit.left);
    }

    /** Light adds to dark, so that what lies below stays visible. */
    void draw(ByteImage glyph, int top, int left) {
      for (int y = 0; y < glyph.height(); y++) {
        for (int x = 0; x < glyph.width(); x++) {
          int place = (top + y) * size + left + x;
          canvas[place] = (byte) Math.max(canvas[place] & 0xFF, glyph.get(0, y, x));
        }
      }
    }

    DetectionSample sample() {
      List<LabeledBox> objects = digits.stream().map(digit -> digit.object(size)).toList();
      return new DetectionSample(new ByteImage(canvas, 1, size, size), objects);
    }
  }
}
