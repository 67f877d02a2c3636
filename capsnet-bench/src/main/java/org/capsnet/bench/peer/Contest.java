package org.capsnet.bench.peer;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.capsnet.bench.measure.Operands;
import org.capsnet.model.Classifier;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.EfficientCapsNet;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The networks that contestants are compared on, both for MNIST. */
public enum Contest {
  /** The network of Sabour et al. (2017). */
  CAPSNET("CapsNet (Sabour et al. 2017)") {
    @Override
    Set<Metric> metrics() {
      return EnumSet.allOf(Metric.class);
    }

    @Override
    Classifier build() {
      return CapsNet.Config.paper().build(0);
    }
  },

  /** The network of Mazzia et al. (2021). */
  EFFICIENT("Efficient-CapsNet (Mazzia et al. 2021)") {
    @Override
    Set<Metric> metrics() {
      return EnumSet.of(Metric.TRAIN, Metric.PREDICT, Metric.LATENCY_P50, Metric.LATENCY_P99);
    }

    @Override
    Classifier build() {
      return EfficientCapsNet.Config.paper().build(0);
    }
  };

  private static final double VARIATION = 0.2;

  private final String title;

  Contest(String title) {
    this.title = title;
  }

  /** What to call it in a table. */
  String title() {
    return title;
  }

  /** What is measured, in the order of the table. */
  abstract Set<Metric> metrics();

  /** The network in this library, always with the same weights. */
  abstract Classifier build();

  /**
   * A state of the network, always the same, by the names that it has in this library. What a
   * network starts with as a constant, such as biases and the statistics of batch normalization,
   * varies, so that whoever leaves it out computes something else.
   */
  Map<String, INDArray> state() {
    RandomGenerator random = new SplittableRandom(0);
    Map<String, INDArray> state = build().network().state();
    for (INDArray array : state.values()) {
      if (array.maxNumber().equals(array.minNumber())) {
        array.addi(Operands.uniform(random, -VARIATION, VARIATION, array.shape()));
      }
    }
    return state;
  }
}
