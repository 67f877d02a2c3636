package org.capsnet.bench.measure;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Random operands of the shapes that the paper's network has. */
public final class Operands {

  private static final int SIDE = 28;
  private static final int CLASSES = 10;

  private Operands() {}

  /**
   * Normal numbers.
   *
   * @param deviation the standard deviation
   * @param shape any
   * @return a new array
   */
  public static INDArray normal(double deviation, long... shape) {
    return Nd4j.randn(DataType.FLOAT, shape).muli(deviation);
  }

  /**
   * Numbers between two others, each as likely. Not ND4J's, whose numbers a seed does not repeat.
   *
   * @param random the source of chance
   * @param least the lower end
   * @param most the upper end
   * @param shape any
   * @return a new array
   */
  public static INDArray uniform(RandomGenerator random, double least, double most, long... shape) {
    float[] numbers = new float[Math.toIntExact(LongStream.of(shape).reduce(1, (a, b) -> a * b))];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextDouble(least, most);
    }
    return Nd4j.createFromArray(numbers).reshape('c', shape);
  }

  /**
   * A leaf of normal numbers.
   *
   * @param deviation the standard deviation
   * @param shape any
   * @return a new leaf
   */
  public static Variable leaf(double deviation, long... shape) {
    return Variable.leaf(normal(deviation, shape));
  }

  /**
   * Primary capsules of plausible lengths, whose poses are a leaf.
   *
   * @param shape batch, capsules and dimension
   * @return the capsules
   */
  public static Capsules capsules(long... shape) {
    return Capsules.ofLength(leaf(0.1, shape));
  }

  /**
   * Images of MNIST's shape, always the same, and their labels, one class after the other.
   *
   * @param batch the number of images
   * @return {@code [batch, 1, 28, 28]} from 0 to 1, and one-hot {@code [batch, 10]}
   */
  public static DataSet digits(int batch) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, CLASSES);
    for (int b = 0; b < batch; b++) {
      labels.putScalar(b, b % CLASSES, 1);
    }
    RandomGenerator random = new SplittableRandom(0);
    return new DataSet(uniform(random, 0, 1, batch, 1, SIDE, SIDE), labels);
  }
}
