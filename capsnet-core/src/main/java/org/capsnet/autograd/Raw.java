package org.capsnet.autograd;

import java.util.Optional;
import java.util.stream.IntStream;
import org.capsnet.kernel.BatchedProducts;
import org.capsnet.kernel.Kernels;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Assign;
import org.nd4j.linalg.factory.Nd4j;

/** A few array operations that are longer, or less reliable, with ND4J alone. */
final class Raw {

  private Raw() {}

  /** An array in c order whose content does not matter. */
  static INDArray empty(DataType type, long... shape) {
    return Nd4j.createUninitialized(type, shape, 'c');
  }

  /** Zeros of the shape and type of another array, in c order. */
  static INDArray zerosLike(INDArray like) {
    return Nd4j.zeros(like.dataType(), like.shape());
  }

  /** The array itself if it lies in memory in c order without gaps, else a copy that does. */
  static INDArray dense(INDArray x) {
    return Shapes.isDense(x) ? x : x.dup('c');
  }

  /** Repeats an array along its axes of size 1 to a shape of the same rank. */
  static INDArray broadcast(INDArray x, long... shape) {
    INDArray result = empty(x.dataType(), shape);
    // Not INDArray.assign, which does nothing here, nor broadcast_to, which is slow.
    Nd4j.exec(new Assign(new INDArray[] {result, x}, new INDArray[] {result}));
    return result;
  }

  /** The part of an array from one index to before another along an axis, as a view. */
  static INDArray slice(INDArray x, int axis, long from, long to) {
    // Not INDArray.get, which takes some parts of a view for empty.
    long[] shape = x.shape().clone();
    shape[axis] = to - from;
    return Nd4j.create(
        x.data(), shape, x.stride(), x.offset() + from * x.stride(axis), x.ordering());
  }

  /** Matrix products over the last two axes; the axes before them are equal. */
  static INDArray matmul(INDArray a, INDArray b) {
    long[] shape = a.shape().clone();
    shape[shape.length - 1] = b.size(-1);
    INDArray result = empty(a.dataType(), shape);
    matmul(a, b, result);
    return result;
  }

  /** As {@link #matmul(INDArray, INDArray)}, into {@code result}. */
  static void matmul(INDArray a, INDArray b, INDArray result) {
    Optional<BatchedProducts> batched =
        Kernels.fused(a, b, result) ? BatchedProducts.of(a, b, result) : Optional.empty();
    batched.ifPresentOrElse(BatchedProducts::multiply, () -> addMatmul(a, b, result, 0));
  }

  /** As {@link #matmul(INDArray, INDArray)}, added to {@code keep} times {@code result}. */
  static void addMatmul(INDArray a, INDArray b, INDArray result, double keep) {
    Nd4j.exec(new Mmul(a, b, result, 1, keep, null));
  }

  /** A view with the last two axes swapped. */
  static INDArray transposed(INDArray x) {
    int[] axes = IntStream.range(0, x.rank()).toArray();
    axes[x.rank() - 2] = x.rank() - 1;
    axes[x.rank() - 1] = x.rank() - 2;
    return x.permute(axes);
  }

  /** Runs one of ND4J's native operations into a given output. */
  static INDArray run(String operation, INDArray output, INDArray[] inputs, int... settings) {
    return run(operation, new INDArray[] {output}, inputs, settings)[0];
  }

  /** Runs one of ND4J's native operations into given outputs. */
  static INDArray[] run(String operation, INDArray[] outputs, INDArray[] inputs, int... settings) {
    Nd4j.exec(
        DynamicCustomOp.builder(operation)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(settings)
            .build());
    return outputs;
  }
}
