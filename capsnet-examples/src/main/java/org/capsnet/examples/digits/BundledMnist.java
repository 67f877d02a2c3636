package org.capsnet.examples.digits;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.capsnet.data.IdxReader;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Mnist;

/**
 * The part of MNIST that comes with the examples: real digits with no download. The README beside
 * the files says what they are and whose.
 */
public final class BundledMnist {

  private BundledMnist() {}

  /**
   * Reads the first 10,000 training digits.
   *
   * @return the digits
   * @throws IOException if the resources are missing or damaged
   */
  static LabeledImages train() throws IOException {
    return read("train-10000");
  }

  /**
   * Reads the first 2,000 test digits.
   *
   * @return the digits
   * @throws IOException if the resources are missing or damaged
   */
  public static LabeledImages test() throws IOException {
    return read("t10k-2000");
  }

  private static LabeledImages read(String part) throws IOException {
    String images = "/org/capsnet/examples/mnist/" + part + "-images-idx3-ubyte.gz";
    String labels = "/org/capsnet/examples/mnist/" + part + "-labels-idx1-ubyte.gz";
    try (InputStream imageStream = open(images);
        InputStream labelStream = open(labels)) {
      return IdxReader.read(images, imageStream, labels, labelStream, Mnist.DIGITS);
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream stream = BundledMnist.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException("the examples' jar lacks " + resource);
    }
    return stream;
  }
}
