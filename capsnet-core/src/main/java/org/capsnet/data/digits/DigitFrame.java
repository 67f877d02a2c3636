package org.capsnet.data.digits;

import org.capsnet.data.picture.ByteImage;

/**
 * Where a digit stands in its image. MNIST's were scaled to fit a box of 20×20 pixels, height to
 * width as they were written, and put into 28×28 pixels with their centre of mass in the middle
 * (LeCun et al. 1998): a network that was trained on these sees other digits best when they stand
 * so, too.
 *
 * <pre>{@code
 * ByteImage digit = DigitFrame.MNIST.of(ImageFile.read(file, 1));
 * }</pre>
 *
 * @param height of the image, in pixels
 * @param width of the image, in pixels
 * @param box the longer side of the digit, in pixels, at most the shorter side of the image
 */
public record DigitFrame(int height, int width, int box) {

  /** MNIST's: 20 of 28×28 pixels. */
  public static final DigitFrame MNIST = new DigitFrame(28, 28, 20);

  /** What is darker than this is background, an eighth of white. */
  private static final int INK = 32;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is below 1, or the box is too large for the image
   */
  public DigitFrame {
    ByteImage.numbers(1, height, width);
    if (box < 1 || box > Math.min(height, width)) {
      throw new IllegalArgumentException(
          "box: expected 1 to %d, got %d".formatted(Math.min(height, width), box));
    }
  }

  /**
   * Puts a digit where those of MNIST are in their images: the box has the same share of it.
   *
   * @param height of the image, in pixels
   * @param width of the image, in pixels
   * @return a frame of that size
   */
  public static DigitFrame like(int height, int width) {
    int side = Math.min(height, width);
    return new DigitFrame(height, width, Math.max(1, Math.round(side * (20 / 28f))));
  }

  /**
   * Scales a digit and puts its centre of mass in the middle.
   *
   * @param digit light on dark, one channel, of any size
   * @return one channel, height and width of this frame; all dark if nothing in the digit is light
   * @throws IllegalArgumentException if it has other than one channel
   */
  public ByteImage of(ByteImage digit) {
    requireGrey(digit);
    return digit.trimmed(INK).map(ink -> centred(scaled(ink))).orElseGet(this::blank);
  }

  private ByteImage scaled(ByteImage ink) {
    double factor = (double) box / Math.max(ink.height(), ink.width());
    return ink.resized(side(ink.height() * factor), side(ink.width() * factor));
  }

  private int side(double pixels) {
    return (int) Math.max(1, Math.min(box, Math.round(pixels)));
  }

  /**
   * Puts a digit's centre of mass in the middle, as it is, as far as it stays within the image.
   *
   * @param digit light on dark, one channel; what is lighter than an eighth of white fits the image
   * @return one channel, height and width of this frame; all dark if nothing in the digit is light
   * @throws IllegalArgumentException if it has other than one channel, or does not fit
   */
  public ByteImage centred(ByteImage digit) {
    requireGrey(digit);
    return digit.trimmed(1).map(this::inTheMiddle).orElseGet(this::blank);
  }

  private ByteImage inTheMiddle(ByteImage ink) {
    if (ink.height() > height || ink.width() > width) {
      throw new IllegalArgumentException(
          "digit: expected at most %d × %d pixels, got %d × %d"
              .formatted(height, width, ink.height(), ink.width()));
    }
    double mass = 0;
    double down = 0;
    double right = 0;
    for (int y = 0; y < ink.height(); y++) {
      for (int x = 0; x < ink.width(); x++) {
        int value = ink.get(0, y, x);
        mass += value;
        down += value * (y + 0.5);
        right += value * (x + 0.5);
      }
    }
    int top = offset(height, ink.height(), down / mass);
    int left = offset(width, ink.width(), right / mass);
    return ink.placed(top, left, height, width);
  }

  /** The first row whose digit of so many has its centre in the middle, within the image. */
  private static int offset(int side, int rows, double centre) {
    return (int) Math.max(0, Math.min(side - rows, Math.round(side / 2.0 - centre)));
  }

  private ByteImage blank() {
    return new ByteImage(new byte[height * width], 1, height, width);
  }

  private static void requireGrey(ByteImage digit) {
    if (digit.channels() != 1) {
      throw new IllegalArgumentException("channels: expected 1, got " + digit.channels());
    }
  }
}
