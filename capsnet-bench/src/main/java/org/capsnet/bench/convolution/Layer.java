package org.capsnet.bench.convolution;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A convolution of square images with a square kernel, without a bias.
 *
 * @param batch images
 * @param in channels of the images
 * @param side of the images, in pixels
 * @param out channels of the result
 * @param kernel its side
 * @param stride of both axes
 * @param padding of all sides
 * @param groups 1, or {@code in} for a depthwise convolution
 */
public record Layer(
    int batch, int in, int side, int out, int kernel, int stride, int padding, int groups) {

  private static final double GIGA = 1e9;
  private static final int NUMBERS = 8;

  /**
   * Those of CIFAR's residual networks and of Efficient-CapsNet, and others between them.
   *
   * @param batch images
   * @return the layers
   */
  public static List<Layer> all(int batch) {
    return Stream.of(
            new Layer(batch, 3, 32, 16, 3, 1, 1, 1),
            new Layer(batch, 16, 32, 16, 3, 1, 1, 1),
            new Layer(batch, 32, 16, 32, 3, 1, 1, 1),
            new Layer(batch, 64, 8, 64, 3, 1, 1, 1),
            new Layer(batch, 64, 32, 64, 3, 1, 1, 1),
            new Layer(batch, 128, 16, 128, 3, 1, 1, 1),
            new Layer(batch, 256, 8, 256, 3, 1, 1, 1),
            new Layer(batch, 256, 16, 256, 3, 1, 1, 1),
            new Layer(batch, 16, 32, 32, 3, 2, 1, 1),
            new Layer(batch, 32, 16, 64, 3, 2, 1, 1),
            new Layer(batch, 64, 32, 128, 3, 2, 1, 1),
            new Layer(batch, 128, 16, 256, 3, 2, 1, 1),
            new Layer(batch, 1, 28, 32, 5, 1, 0, 1),
            new Layer(batch, 32, 24, 64, 3, 1, 0, 1),
            new Layer(batch, 64, 22, 64, 3, 1, 0, 1),
            new Layer(batch, 64, 20, 128, 3, 2, 0, 1),
            new Layer(batch, 32, 28, 64, 5, 1, 2, 1),
            new Layer(batch, 64, 14, 64, 5, 1, 2, 1),
            new Layer(batch, 128, 14, 128, 5, 1, 2, 1),
            new Layer(batch, 32, 28, 64, 5, 2, 2, 1),
            new Layer(batch, 128, 14, 256, 5, 2, 2, 1),
            new Layer(batch, 128, 9, 128, 9, 1, 0, 128),
            new Layer(batch, 64, 20, 64, 9, 1, 0, 64))
        .toList();
  }

  /** {@return the side of the result} */
  int outSide() {
    return (side + 2 * padding - kernel) / stride + 1;
  }

  long[] imageShape() {
    return new long[] {batch, in, side, side};
  }

  long[] weightShape() {
    return new long[] {out, in / groups, kernel, kernel};
  }

  long[] resultShape() {
    return new long[] {batch, out, outSide(), outSide()};
  }

  /** {@return the images, always the same, from -1 to 1} */
  float[] images() {
    return random(1, 1, imageShape());
  }

  /** {@return the weights, always the same, of a size that the result is of size 1} */
  float[] weights() {
    return random(2, Math.sqrt(3.0 * groups / (in * kernel * kernel)), weightShape());
  }

  private static float[] random(long seed, double most, long... shape) {
    int length = Math.toIntExact(product(shape));
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (float) random.nextDouble(-most, most);
    }
    return numbers;
  }

  private static long product(long... sizes) {
    return LongStream.of(sizes).reduce(1, Math::multiplyExact);
  }

  /**
   * {@return the floating point operations of the forward pass, in billions, those with padding
   * counted; each of the two gradients has as many}
   */
  public double gigaflop() {
    long taps = product(weightShape()) / out;
    return 2.0 * product(resultShape()) * taps / GIGA;
  }

  /** {@return what to call it in a table} */
  public String title() {
    String kind = groups == 1 ? "" : "depthwise ";
    String rest = (stride == 1 ? "" : ", stride " + stride) + (padding == 0 ? ", no padding" : "");
    return "%s%d×%d, %d → %d on %d×%d%s".formatted(kind, kernel, kernel, in, out, side, side, rest);
  }

  String line() {
    return IntStream.of(batch, in, side, out, kernel, stride, padding, groups)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }

  /**
   * Reads {@link #line}.
   *
   * @throws IllegalArgumentException if it is no such line
   */
  static Layer parse(String line) {
    int[] n = Stream.of(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    if (n.length != NUMBERS) {
      throw new IllegalArgumentException("layer: expected 8 numbers, got " + line);
    }
    return new Layer(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
  }
}
