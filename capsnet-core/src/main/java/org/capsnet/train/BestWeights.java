package org.capsnet.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.autograd.Scope;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A copy of the state that a module had at its best epoch so far; empty before the first. */
final class BestWeights implements AutoCloseable {

  private final EarlyStopping rule;
  private final Map<String, INDArray> copies = new LinkedHashMap<>();
  private int epoch;

  BestWeights(EarlyStopping rule) {
    this.rule = rule;
  }

  /** What makes an epoch the best. */
  EarlyStopping rule() {
    return rule;
  }

  /** The number of the epoch that the state is of, from 1; 0 before the first. */
  int epoch() {
    return epoch;
  }

  /** Copies the state of an epoch, over the one before. */
  void take(int ofEpoch, Map<String, INDArray> state) {
    epoch = ofEpoch;
    state.forEach(
        (name, array) -> {
          INDArray copy = copies.get(name);
          if (copy == null) {
            copies.put(name, Scope.copyDetached(array));
          } else {
            copy.assign(array);
          }
        });
  }

  void giveTo(Module module) {
    if (!copies.isEmpty()) {
      module.loadState(copies);
    }
  }

  Map<String, INDArray> arrays() {
    return Collections.unmodifiableMap(copies);
  }

  @Override
  public void close() {
    copies.values().forEach(INDArray::close);
  }
}
