package org.capsnet.bench.peer;

/** What is measured of a contestant. */
public enum Metric {
  /** Whole training steps. */
  TRAIN("train", "images/s", true),
  /** The same in small batches. */
  TRAIN_SMALL("train, batches of " + Plan.SMALL_BATCH, "images/s", true),
  /** This library's training steps on plain Java, in percent of its speed with vectors. */
  TRAIN_PLAIN("train without the Vector API, of the speed with it", "%", true),
  /** Predictions of a batch, read back. */
  PREDICT("predict", "images/s", true),
  /** The median latency of a prediction of one image. */
  LATENCY_P50("latency of one image, p50", "ms", false),
  /** The 99th percentile of that. */
  LATENCY_P99("latency of one image, p99", "ms", false),
  /** Votes and three routing iterations, forward and backward. */
  ROUTING("votes and routing, forward and backward", "ms", false),
  /** From the start of a process to the first prediction of a network that it has loaded. */
  START("start to first prediction of a saved network", "s", false),
  /** The peak resident memory of a process that only trains. */
  MEMORY("peak resident memory in training", "MiB", false);

  private final String title;
  private final String unit;
  private final boolean largerIsBetter;

  Metric(String title, String unit, boolean largerIsBetter) {
    this.title = title;
    this.unit = unit;
    this.largerIsBetter = largerIsBetter;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  /** How many times better the first figure is than the second. */
  double advantage(double of, double over) {
    return largerIsBetter ? of / over : over / of;
  }
}
