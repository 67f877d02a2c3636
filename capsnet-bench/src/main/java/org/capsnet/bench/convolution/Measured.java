package org.capsnet.bench.convolution;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.process.LineProcess;

/** What came out of a layer: in each library the milliseconds of its rounds. */
public final class Measured {

  private static final double TOLERANCE = 1e-5;
  private static final double MILLIS_PER_SECOND = 1000;

  /** What {@link LayerMain#answer} gives behind the two times. */
  private static final String[] NAMES = {"result", "gradient of images", "gradient of weights"};

  private static final int TIMES = 2;

  private final Layer layer;
  private final Map<Library, List<double[]>> times = new EnumMap<>(Library.class);

  /** The means that all must have; null until the first has computed. */
  private double[] means;

  /**
   * Begins without figures.
   *
   * @param layer what is measured
   */
  public Measured(Layer layer) {
    this.layer = layer;
    for (Library library : Library.values()) {
      times.put(library, new ArrayList<>());
    }
  }

  /** {@return what was measured} */
  public Layer layer() {
    return layer;
  }

  /**
   * Measures a library once.
   *
   * @param library which one
   * @param process its process
   * @param millis how long
   * @param counts whether this is more than a warm-up
   * @throws IOException if the process has ended
   * @throws IllegalStateException if it failed, or computes something else than the others
   */
  public void measure(Library library, LineProcess process, int millis, boolean counts)
      throws IOException {
    double[] answer = process.ask(LayerMain.request(layer, millis));
    requireSame(library, answer);
    if (counts) {
      times.get(library).add(answer);
    }
  }

  /** Requires the means of whoever computed first. */
  void requireSame(Library library, double[] answer) {
    if (means == null) {
      means = answer;
    }
    for (int i = 0; i < NAMES.length; i++) {
      double expected = means[TIMES + i];
      double actual = answer[TIMES + i];
      if (!(Math.abs(actual - expected) <= TOLERANCE * expected)) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s: %s of %s: mean absolute value %.6g, others have %.6g",
                layer.title(),
                NAMES[i],
                library.title(),
                actual,
                expected));
      }
    }
  }

  /**
   * {@return the speed of the forward pass, in GFLOP/s}
   *
   * @param library whose
   */
  public double forward(Library library) {
    return layer.gigaflop() * MILLIS_PER_SECOND / median(library, 0);
  }

  /**
   * {@return the speed of both gradients together, in GFLOP/s}
   *
   * @param library whose
   */
  public double backward(Library library) {
    return 2 * layer.gigaflop() * MILLIS_PER_SECOND / median(library, 1);
  }

  private double median(Library library, int which) {
    return Summary.median(times.get(library).stream().mapToDouble(t -> t[which]).toArray());
  }
}
