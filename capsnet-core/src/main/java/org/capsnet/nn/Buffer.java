package org.capsnet.nn;

import org.capsnet.autograd.Reclaim;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array of a {@link Module} that is saved with its parameters but not trained: running
 * statistics, counters.
 */
public final class Buffer {

  private final long[] shape;
  private final DataType type;
  private INDArray value;

  Buffer(InitialValue initial) {
    shape = initial.shape();
    type = initial.type();
    initial.array().ifPresent(this::adopt);
  }

  void adopt(INDArray array) {
    value = Parameter.owned(array);
  }

  /**
   * The current value.
   *
   * @return the array itself, to be changed in place, in training mode only
   * @throws IllegalStateException if the module was built of shapes only
   */
  public INDArray value() {
    if (value == null) {
      throw new IllegalStateException(Parameter.NO_NUMBERS);
    }
    return value;
  }

  /** {@return its shape, whether or not it has numbers} */
  public long[] shape() {
    return shape.clone();
  }

  /** {@return the type of its numbers} */
  public DataType type() {
    return type;
  }

  void close() {
    if (value != null) {
      Reclaim.free(value);
    }
  }
}
