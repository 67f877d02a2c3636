package org.capsnet.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.capsnet.autograd.Reclaim;
import org.capsnet.autograd.Scope;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of what a training learns, one copy of each trained parameter and
 * of each buffer of floating-point numbers: the running statistics of batch normalization are those
 * of the weights of each step, and do not fit averaged weights while the weights still move. It is
 * corrected for its beginning as Adam's moments are, by {@code 1 - decay^t}, so that the weights
 * that the training began with have no part in it; after one step it is what that step made. The
 * correction is in the share of each step, {@code (1 - decay) / (1 - decay^t)}, and so needs no
 * memory of its own.
 */
final class MovingAverage implements AutoCloseable {

  private final double decay;
  private final Map<String, Supplier<INDArray>> followed = new LinkedHashMap<>();
  private final Set<String> buffers = new LinkedHashSet<>();
  private final Map<String, INDArray> averages = new LinkedHashMap<>();

  /**
   * @param decay what is kept of the average in a step, from 0 to below 1
   * @param updaters which parameters are trained
   */
  MovingAverage(double decay, Module module, Updaters updaters) {
    this.decay = decay;
    module
        .parameters()
        .forEach(
            (name, parameter) -> updaters.of(name).ifPresent(any -> add(name, parameter::value)));
    module
        .buffers()
        .forEach(
            (name, buffer) -> {
              if (buffer.dataType().isFPType()) {
                buffers.add(name);
                add(name, () -> buffer);
              }
            });
  }

  static double requireDecay(double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay: expected from 0 to below 1, got " + decay);
    }
    return decay;
  }

  private void add(String name, Supplier<INDArray> value) {
    followed.put(name, value);
    INDArray now = value.get();
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray average = Nd4j.zeros(now.dataType(), now.shape());
      Reclaim.made(average);
      averages.put(name, average);
    }
  }

  /** What a checkpoint says of an average; of none, nothing. */
  static Map<String, String> toText(Optional<MovingAverage> average) {
    return average.map(one -> Map.of(DECAY, Double.toString(one.decay))).orElse(Map.of());
  }

  /** The key of {@link #toText}. */
  static final String DECAY = "movingAverage.decay";

  /**
   * Takes a step in.
   *
   * @param steps how many are done, that one included: from 1
   */
  void follow(int steps) {
    double share = (1 - decay) / -Math.expm1(steps * Math.log(decay));
    averages.forEach(
        (name, average) -> {
          try (Scope temporaries = Scope.open()) {
            // v - (1 - share) (v - average): of what does not change, that to the last bit.
            INDArray value = followed.get(name).get();
            average.rsubi(value).muli(share - 1).addi(value);
          }
        });
  }

  /** Exchanges the averages with what the module has. */
  void swap() {
    averages.forEach(
        (name, average) -> {
          try (Scope temporaries = Scope.open()) {
            INDArray value = followed.get(name).get();
            INDArray before = value.dup('c');
            value.assign(average);
            average.assign(before);
          }
        });
  }

  /** Gives the averages to the module, which forgets what the last step made. */
  void give() {
    averages.forEach((name, average) -> followed.get(name).get().assign(average));
  }

  /**
   * The averages that a checkpoint holds. One of an earlier version holds none of buffers: those go
   * on from the latest.
   *
   * @param read what it holds of averages
   * @param model what it holds of the model
   */
  Map<String, INDArray> completed(Map<String, INDArray> read, Map<String, INDArray> model) {
    Map<String, INDArray> all = new LinkedHashMap<>(read);
    buffers.stream()
        .filter(model::containsKey)
        .forEach(name -> all.putIfAbsent(name, model.get(name)));
    return all;
  }

  /** By parameter and buffer; the arrays themselves. */
  Map<String, INDArray> arrays() {
    return Collections.unmodifiableMap(averages);
  }

  @Override
  public void close() {
    averages.values().forEach(Reclaim::free);
  }
}
