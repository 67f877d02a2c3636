package org.capsnet.bench;

import org.openjdk.jmh.annotations.Param;

/** A benchmark of something that is done to batches. */
public abstract class BatchBenchmark extends PaperBenchmark {

  /** Samples a call. */
  @Param({"1", "32", "128"})
  public int batch;

  /** For subclasses. */
  protected BatchBenchmark() {}
}
