package org.capsnet.bench.measure;

import java.util.Objects;
import java.util.function.Supplier;

/** Times what a program does. */
public final class Timing {

  private static final double NANOS_PER_MILLISECOND = 1e6;

  private Timing() {}

  /**
   * Times a call.
   *
   * @param call what is timed
   * @return milliseconds
   */
  public static double millis(Runnable call) {
    long begun = System.nanoTime();
    call.run();
    return (System.nanoTime() - begun) / NANOS_PER_MILLISECOND;
  }

  /**
   * Times calls one by one.
   *
   * @param calls how many
   * @param call what is timed, with a result other than null
   * @return the milliseconds of each
   */
  public static double[] millis(int calls, Supplier<?> call) {
    double[] times = new double[calls];
    for (int i = 0; i < calls; i++) {
      times[i] = millis(() -> Objects.requireNonNull(call.get()));
    }
    return times;
  }
}
