package org.capsnet.nn;

import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * What a module makes and computes itself, its children not included: known from its sizes, before
 * anything is allocated.
 *
 * <p>Memory is counted in numbers, of the type that the network computes in. All arrays of a pass
 * stay until the scope around it closes, so that it is the sum of all that are made that counts,
 * not how many are needed at a time. Views are none. The gradients of the parameters are counted by
 * who asks, and stated by no module.
 *
 * <pre>{@code
 * // the product, and the bias added; then the gradient of the input
 * Cost.NONE.forward(2, out).backward(1, in).multiplyAdds(in, out)
 * }</pre>
 *
 * @param prediction numbers that a prediction makes of each sample
 * @param training numbers that a training step makes of each sample, forward and backward
 * @param predictionOnce numbers that a prediction makes besides, whatever the batch
 * @param trainingOnce numbers that a training step makes besides, whatever the batch
 * @param multiplyAdds products that are summed in a forward pass, of each sample
 * @param scratch bytes of the Java heap that fused kernels work in, by the batch; they are kept
 *     from one step to the next
 * @param estimated whether this is a guess of a module that states nothing
 */
public record Cost(
    long prediction,
    long training,
    long predictionOnce,
    long trainingOnce,
    long multiplyAdds,
    IntToLongFunction scratch,
    boolean estimated) {

  /** Nothing: of a module that only calls its children. */
  public static final Cost NONE = new Cost(0, 0, 0, 0, 0, batch -> 0, false);

  /** {@return whether it equals {@link #NONE}} */
  public boolean isNone() {
    // Not by equals: to put together that of a record for its first call takes a JVM 10 ms.
    return prediction == 0
        && training == 0
        && predictionOnce == 0
        && trainingOnce == 0
        && multiplyAdds == 0
        && scratch == NONE.scratch
        && !estimated;
  }

  /**
   * Adds arrays that a forward pass makes, in prediction and in training.
   *
   * @param arrays how many
   * @param sizes the product of these is the numbers of each, for a sample
   * @return the sum
   * @throws ArithmeticException if they are too many to count, as all methods of this class
   */
  public Cost forward(long arrays, long... sizes) {
    return predicting(arrays, sizes).backward(arrays, sizes);
  }

  /**
   * Adds arrays that a prediction alone makes.
   *
   * @param arrays how many
   * @param sizes the product of these is the numbers of each, for a sample
   * @return the sum
   */
  public Cost predicting(long arrays, long... sizes) {
    long more = Math.addExact(prediction, product(arrays, sizes));
    return new Cost(more, training, predictionOnce, trainingOnce, multiplyAdds, scratch, estimated);
  }

  /**
   * Adds arrays that a training step alone makes, in its backward pass or before.
   *
   * @param arrays how many
   * @param sizes the product of these is the numbers of each, for a sample
   * @return the sum
   */
  public Cost backward(long arrays, long... sizes) {
    long more = Math.addExact(training, product(arrays, sizes));
    return new Cost(
        prediction, more, predictionOnce, trainingOnce, multiplyAdds, scratch, estimated);
  }

  /**
   * Adds arrays that a forward pass makes once, whatever the batch.
   *
   * @param arrays how many
   * @param sizes the product of these is the numbers of each
   * @return the sum
   */
  public Cost forwardOnce(long arrays, long... sizes) {
    long more = Math.addExact(predictionOnce, product(arrays, sizes));
    return new Cost(prediction, training, more, trainingOnce, multiplyAdds, scratch, estimated)
        .backwardOnce(arrays, sizes);
  }

  /**
   * Adds arrays that a training step alone makes once, whatever the batch, besides the gradients of
   * the parameters.
   *
   * @param arrays how many
   * @param sizes the product of these is the numbers of each
   * @return the sum
   */
  public Cost backwardOnce(long arrays, long... sizes) {
    long more = Math.addExact(trainingOnce, product(arrays, sizes));
    return new Cost(prediction, training, predictionOnce, more, multiplyAdds, scratch, estimated);
  }

  /**
   * Adds multiply-adds of a forward pass. A convolution in the frequency domain counts as the
   * direct sum.
   *
   * @param sizes the product of these is how many, for a sample
   * @return the sum
   */
  public Cost multiplyAdds(long... sizes) {
    long more = Math.addExact(multiplyAdds, product(1, sizes));
    return new Cost(prediction, training, predictionOnce, trainingOnce, more, scratch, estimated);
  }

  /**
   * Adds what a fused kernel works in during a training step.
   *
   * @param bytes of the Java heap, by the batch
   * @return the sum
   */
  public Cost scratch(IntToLongFunction bytes) {
    return new Cost(
        prediction,
        training,
        predictionOnce,
        trainingOnce,
        multiplyAdds,
        batch -> Math.addExact(scratch.applyAsLong(batch), bytes.applyAsLong(batch)),
        estimated);
  }

  /** {@return the same as a guess} */
  public Cost estimate() {
    return new Cost(
        prediction, training, predictionOnce, trainingOnce, multiplyAdds, scratch, true);
  }

  /**
   * The sum of two.
   *
   * @param other any
   * @return what both make and compute; estimated if one of them is
   */
  public Cost plus(Cost other) {
    return new Cost(
        Math.addExact(prediction, other.prediction),
        Math.addExact(training, other.training),
        Math.addExact(predictionOnce, other.predictionOnce),
        Math.addExact(trainingOnce, other.trainingOnce),
        Math.addExact(multiplyAdds, other.multiplyAdds),
        scratch(other.scratch).scratch,
        estimated || other.estimated);
  }

  /**
   * As often for each sample: at each position of a grid, or for each type.
   *
   * @param n how often
   * @return what all of them make and compute; what is made once whatever the batch stays
   */
  public Cost times(long n) {
    return new Cost(
        Math.multiplyExact(n, prediction),
        Math.multiplyExact(n, training),
        predictionOnce,
        trainingOnce,
        Math.multiplyExact(n, multiplyAdds),
        batch -> scratch.applyAsLong(Math.toIntExact(Math.multiplyExact(n, batch))),
        estimated);
  }

  /** {@return the same where no gradient is computed: training makes what a prediction does} */
  public Cost constant() {
    return new Cost(
        prediction, prediction, predictionOnce, predictionOnce, multiplyAdds, scratch, estimated);
  }

  /** Of all positions; and nothing in predictions if there it does not compute. */
  Cost in(Setting setting) {
    Cost all = setting.positions() == 1 ? this : times(setting.positions());
    return setting.predicts()
        ? all
        : new Cost(0, all.training, 0, trainingOnce, all.multiplyAdds, all.scratch, estimated);
  }

  private static long product(long arrays, long... sizes) {
    return Arrays.stream(sizes).reduce(arrays, Math::multiplyExact);
  }
}
