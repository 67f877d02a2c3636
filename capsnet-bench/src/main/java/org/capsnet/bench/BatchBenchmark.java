package org.capsnet.bench;

import org.openjdk.jmh.annotations.Param;

/** A benchmark of an operation on batches. */
public abstract class BatchBenchmark extends PaperBenchmark {

  /** Samples per call. */
  @Param({"1", "32", "128"})
  public int batch;

  /** For subclasses. */
  protected BatchBenchmark() {}
}
