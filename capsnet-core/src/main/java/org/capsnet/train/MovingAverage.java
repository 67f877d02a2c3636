package org.capsnet.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Reclaim;
import org.capsnet.autograd.Scope;
import org.capsnet.nn.Module;
import org.capsnet.nn.Parameter;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of what a training learns, one copy of each trained parameter. It
 * is corrected for its beginning as Adam's moments are, by {@code 1 - decay^t}, so that the weights
 * that the training began with have no part in it; after one step it is what that step made. The
 * correction is in the share of each step, {@code (1 - decay) / (1 - decay^t)}, and so needs no
 * memory of its own.
 */
final class MovingAverage implements AutoCloseable {

  private final double decay;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, INDArray> averages = new LinkedHashMap<>();

  /**
   * @param decay what is kept of the average in a step, from 0 to below 1
   * @param updaters which parameters are trained
   */
  MovingAverage(double decay, Module module, Updaters updaters) {
    this.decay = decay;
    module
        .parameters()
        .forEach((name, parameter) -> updaters.of(name).ifPresent(any -> add(name, parameter)));
  }

  static double requireDecay(double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay: expected from 0 to below 1, got " + decay);
    }
    return decay;
  }

  private void add(String name, Parameter parameter) {
    parameters.put(name, parameter);
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray average = Nd4j.zeros(parameter.type(), parameter.shape());
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
            average.muli(1 - share);
            Nd4j.getBlasWrapper()
                .level1()
                .axpy(average.length(), share, parameters.get(name).value(), average);
          }
        });
  }

  /** Exchanges the averages with the parameters of the module. */
  void swap() {
    averages.forEach(
        (name, average) -> {
          try (Scope temporaries = Scope.open()) {
            INDArray value = parameters.get(name).value();
            INDArray before = value.dup('c');
            value.assign(average);
            average.assign(before);
          }
        });
  }

  /** Gives the averages to the module, which forgets what the last step made. */
  void give() {
    averages.forEach((name, average) -> parameters.get(name).value().assign(average));
  }

  /** By parameter; the arrays themselves. */
  Map<String, INDArray> arrays() {
    return Collections.unmodifiableMap(averages);
  }

  @Override
  public void close() {
    averages.values().forEach(Reclaim::free);
  }
}
