package org.capsnet.nn;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the parameters of a network come from as it is built: a source of chance and the type of
 * the numbers, or nothing but shapes.
 *
 * <p>The same source makes the same network, whatever else the program draws, and the layers draw
 * in the order in which they are made. A network of shapes only takes no memory, however large it
 * is: it is what is counted before anything is allocated, and what the tensors of a file are held
 * against before {@link Module#adopt} gives them to it.
 */
public final class Init {

  private final RandomGenerator random;
  private final DataType type;
  private long bytes;

  private Init(RandomGenerator random, DataType type) {
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + type);
    }
    this.random = random;
    this.type = type;
  }

  /**
   * Random weights in floats.
   *
   * @param seed the same one gives the same network on every JDK
   * @return the source
   */
  public static Init seed(long seed) {
    return of(new SplittableRandom(seed), DataType.FLOAT);
  }

  /**
   * Random weights of a source of one's own.
   *
   * @param random the source of the draws
   * @param type FLOAT or DOUBLE; both get the same numbers, up to rounding
   * @return the source
   * @throws IllegalArgumentException if the type is another
   */
  public static Init of(RandomGenerator random, DataType type) {
    if (random == null) {
      throw new IllegalArgumentException("random: expected a source of chance, got null");
    }
    return new Init(random, type);
  }

  /**
   * Shapes without numbers: nothing is allocated.
   *
   * @param type FLOAT or DOUBLE, the type that the numbers would have
   * @return a source of shapes
   * @throws IllegalArgumentException if the type is another
   */
  public static Init shapesOnly(DataType type) {
    return new Init(null, type);
  }

  /**
   * The same source for another type of numbers.
   *
   * @param type FLOAT or DOUBLE
   * @return the source, which goes on drawing where this one does
   * @throws IllegalArgumentException if the type is another
   */
  public Init type(DataType type) {
    return new Init(random, type);
  }

  /** {@return FLOAT or DOUBLE} */
  public DataType type() {
    return type;
  }

  /** {@return whether this gives shapes and no numbers} */
  public boolean isShapesOnly() {
    return random == null;
  }

  /**
   * Random weights.
   *
   * @param initializer their distribution
   * @param fanIn how many numbers go into an output of the layer
   * @param fanOut how many outputs a number goes into
   * @param shape of the weights
   * @return the initial value
   */
  public InitialValue draw(Initializer initializer, long fanIn, long fanOut, long... shape) {
    if (isShapesOnly()) {
      return InitialValue.ofShape(type, shape);
    }
    requireMemory(type, shape);
    return InitialValue.of(initializer.draw(fanIn, fanOut, random, type, shape));
  }

  /**
   * A constant.
   *
   * @param value of all numbers
   * @param shape of the array
   * @return the initial value
   */
  public InitialValue constant(double value, long... shape) {
    return constant(value, type, shape);
  }

  /**
   * A constant of a type of its own, as counters have it.
   *
   * @param value of all numbers
   * @param dataType of the array
   * @param shape of the array
   * @return the initial value
   */
  public InitialValue constant(double value, DataType dataType, long... shape) {
    if (isShapesOnly()) {
      return InitialValue.ofShape(dataType, shape);
    }
    requireMemory(dataType, shape);
    return InitialValue.of(Nd4j.valueArrayOf(shape, value, dataType));
  }

  /** {@return what the parameters made since the last network began take} */
  long bytes() {
    return bytes;
  }

  /** Begins a network: what its parameters take is counted from here on. */
  public void beginNetwork() {
    bytes = 0;
  }

  /** Refuses an array that no memory would hold beside those of its network made already. */
  private void requireMemory(DataType of, long... shape) {
    long numbers = Shape.of(shape).numbers();
    boolean counted = numbers <= (Long.MAX_VALUE - bytes) / of.width();
    long all = counted ? bytes + numbers * of.width() : Long.MAX_VALUE;
    Memory.requireParameters(all);
    bytes = all;
  }
}
