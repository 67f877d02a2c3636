package org.capsnet.bench.convolution;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.process.Facts;
import org.capsnet.bench.process.LineServer;

/** The process of a library, which times layers, or says what it computes with. */
public final class LayerMain implements LineServer {

  private static final String TIMES = "for";
  private static final int LEAST_CALLS = 3;

  private final Library library;
  private final Map<String, Computed> layers = new HashMap<>();

  private LayerMain(Library library) {
    this.library = library;
  }

  /**
   * Serves requests on standard input.
   *
   * @param args the name of a {@link Library}; alone it prints facts, with anything behind it
   *     serves
   * @throws IOException if it cannot read
   */
  public static void main(String[] args) throws IOException {
    Library library = Library.valueOf(args[0]);
    if (args.length == 1) {
      Layer any = new Layer(4, 16, 16, 16, 3, 1, 1, 1);
      try (Computed computed = library.compute(any)) {
        computed.forward();
        computed.backward();
      }
      Facts.print(library.facts(), System.out);
    } else {
      LineServer.run(() -> new LayerMain(library));
    }
  }

  /** Asks for times. */
  static String request(Layer layer, int millis) {
    return layer.line() + " " + TIMES + " " + millis;
  }

  /**
   * Times a layer for some milliseconds.
   *
   * @return the medians of forward and backward in milliseconds, and the means of the absolute
   *     values of the {@link Computed#results}
   */
  @Override
  public double[] answer(String request) {
    String[] parts = request.split(" " + TIMES + " ", -1);
    Computed layer = layers.computeIfAbsent(parts[0], line -> library.compute(Layer.parse(line)));
    List<Double> forward = new ArrayList<>();
    List<Double> backward = new ArrayList<>();
    double[] means = {};
    long end = System.nanoTime() + Long.parseLong(parts[1]) * 1_000_000;
    while (forward.size() < LEAST_CALLS || System.nanoTime() < end) {
      try (Computed call = layer) {
        forward.add(Timing.millis(call::forward));
        backward.add(Timing.millis(call::backward));
        if (means.length == 0) {
          means = Stream.of(call.results()).mapToDouble(LayerMain::mean).toArray();
        }
      }
    }
    return new double[] {median(forward), median(backward), means[0], means[1], means[2]};
  }

  private static double mean(float... numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += Math.abs(number);
    }
    return sum / numbers.length;
  }

  private static double median(List<Double> numbers) {
    return Summary.median(numbers.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
