package org.capsnet.nn;

import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a parameter or buffer begins with: an array, or in a network of shapes only what such an
 * array would be.
 */
public final class InitialValue {

  private final long[] shape;
  private final DataType type;
  private final INDArray array;

  private InitialValue(long[] shape, DataType type, INDArray array) {
    this.shape = shape;
    this.type = type;
    this.array = array;
  }

  /**
   * An array.
   *
   * @param array taken over by the module that registers it; a view, or an array of a scope, is
   *     copied
   * @return it as an initial value
   */
  public static InitialValue of(INDArray array) {
    return new InitialValue(array.shape().clone(), array.dataType(), array);
  }

  static InitialValue ofShape(DataType type, long... shape) {
    return new InitialValue(shape.clone(), type, null);
  }

  /** {@return the shape of the array} */
  public long[] shape() {
    return shape.clone();
  }

  DataType type() {
    return type;
  }

  Optional<INDArray> array() {
    return Optional.ofNullable(array);
  }
}
