package org.capsnet.train;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A rule that says what it is. */
record NamedClipping(String name, GradientClipping rule) implements GradientClipping {

  @Override
  public void clip(List<INDArray> gradients) {
    rule.clip(gradients);
  }

  @Override
  public String toString() {
    return name;
  }
}
