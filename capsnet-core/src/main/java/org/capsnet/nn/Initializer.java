package org.capsnet.nn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the weights of a layer start from. The random source is always given: the same source in the
 * same state makes the same weights on every JDK, whatever else the program draws.
 */
@FunctionalInterface
public interface Initializer {

  /** Normal with variance 2 / fanIn (He et al., 2015): for layers before a rectifier. */
  Initializer HE_NORMAL = (fanIn, fanOut, random) -> normal(random, 2.0 / fanIn);

  /** Uniform with variance 2 / fanIn (He et al., 2015): for layers before a rectifier. */
  Initializer HE_UNIFORM = (fanIn, fanOut, random) -> uniform(random, 2.0 / fanIn);

  /** Normal with variance 1 / fanIn (LeCun et al., 1998): for sums that keep the size of a term. */
  Initializer LECUN_NORMAL = (fanIn, fanOut, random) -> normal(random, 1.0 / fanIn);

  /** Normal with variance 2 / (fanIn + fanOut) (Glorot and Bengio, 2010). */
  Initializer XAVIER_NORMAL = (fanIn, fanOut, random) -> normal(random, 2.0 / (fanIn + fanOut));

  /** Uniform with variance 2 / (fanIn + fanOut) (Glorot and Bengio, 2010). */
  Initializer XAVIER_UNIFORM = (fanIn, fanOut, random) -> uniform(random, 2.0 / (fanIn + fanOut));

  /**
   * Uniform in ±1/√fanIn, which is where PyTorch's own linear and convolution layers start; the
   * default of the layers here.
   */
  Initializer FAN_IN_UNIFORM = (fanIn, fanOut, random) -> uniform(random, 1.0 / (3.0 * fanIn));

  /**
   * The distribution of a weight.
   *
   * @param fanIn how many numbers go into an output of the layer
   * @param fanOut how many outputs a number goes into
   * @param random the source of the draws
   * @return a source of weights
   */
  DoubleSupplier weights(long fanIn, long fanOut, RandomGenerator random);

  /**
   * Draws weights.
   *
   * @param fanIn how many numbers go into an output of the layer
   * @param fanOut how many outputs a number goes into
   * @param random the source of the draws
   * @param type float or double; both get the same numbers, up to rounding
   * @param shape the shape of the weights
   * @return a new array
   * @throws IllegalArgumentException if the type is another
   */
  default INDArray draw(
      long fanIn, long fanOut, RandomGenerator random, DataType type, long... shape) {
    INDArray weights = Nd4j.createUninitialized(type, shape, 'c');
    DoubleSupplier source = weights(fanIn, fanOut, random);
    ByteBuffer memory = weights.data().asNio().order(ByteOrder.nativeOrder());
    switch (type) {
      case FLOAT -> {
        FloatBuffer floats = memory.asFloatBuffer();
        for (long i = 0; i < weights.length(); i++) {
          floats.put((float) source.getAsDouble());
        }
      }
      case DOUBLE -> {
        DoubleBuffer doubles = memory.asDoubleBuffer();
        for (long i = 0; i < weights.length(); i++) {
          doubles.put(source.getAsDouble());
        }
      }
      default -> throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + type);
    }
    Nd4j.getAffinityManager().tagLocation(weights, Location.HOST);
    return weights;
  }

  /**
   * Normal numbers of mean 0.
   *
   * @param random the source of the draws
   * @param variance at least 0
   * @return a source of weights
   */
  static DoubleSupplier normal(RandomGenerator random, double variance) {
    double deviation = Math.sqrt(variance);
    Gaussian gaussian = new Gaussian(random);
    return () -> deviation * gaussian.getAsDouble();
  }

  private static DoubleSupplier uniform(RandomGenerator random, double variance) {
    double bound = Math.sqrt(3 * variance);
    return () -> bound * (2 * random.nextDouble() - 1);
  }
}
