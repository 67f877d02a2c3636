package org.capsnet.bench.em;

import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Class capsules of matrix capsules: types of 4×4 poses on a square grid, whose matrices are shared
 * by type, and EM routing.
 *
 * @param batch samples
 * @param types of input capsules
 * @param side of their grid
 * @param out output capsules
 * @param iterations of routing
 */
public record EmLayer(int batch, int types, int side, int out, int iterations) {

  static final int POSE = 4;
  static final int DIM = POSE * POSE;

  long[] poseShape() {
    return new long[] {batch, types, DIM, side, side};
  }

  long[] activationShape() {
    return new long[] {batch, types, side, side};
  }

  long[] weightShape() {
    return new long[] {types, out, POSE, POSE};
  }

  /** {@return the poses, always the same, from -1 to 1} */
  float[] poses() {
    return random(1, -1, 1, poseShape());
  }

  /** {@return the activations, always the same} */
  float[] activations() {
    return random(2, 0.1, 0.9, activationShape());
  }

  /** {@return the matrices, always the same} */
  float[] weights() {
    return random(3, -1, 1, weightShape());
  }

  private static float[] random(long seed, double least, double most, long... shape) {
    int length = Math.toIntExact(LongStream.of(shape).reduce(1, Math::multiplyExact));
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (float) random.nextDouble(least, most);
    }
    return numbers;
  }
}
