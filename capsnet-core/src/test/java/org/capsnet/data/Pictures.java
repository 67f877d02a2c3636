package org.capsnet.data;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes images for tests. */
public final class Pictures {

  private Pictures() {}

  /** Images of random pixels; the label of image i is i modulo the classes. */
  static LabeledImages random(int count, int channels, int height, int width, int classes) {
    byte[] pixels = new byte[count * channels * height * width];
    new Random(count).nextBytes(pixels);
    return new LabeledImages(
        pixels,
        channels,
        height,
        width,
        IntStream.range(0, count).map(i -> i % classes).toArray(),
        Stream.iterate(0, i -> i + 1).limit(classes).map(i -> "class " + i).toList());
  }

  /** Images of one pixel, whose value is the number of the image. */
  static LabeledImages numbered(int count) {
    byte[] pixels = new byte[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = (byte) i;
    }
    return new LabeledImages(pixels, 1, 1, 1, new int[count], Arrays.asList("only"));
  }
}
