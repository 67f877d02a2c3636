package org.capsnet.bench.em;

import java.io.IOException;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.process.Facts;
import org.capsnet.bench.process.LineServer;

/** The process of a library, which times a layer, or says what it computes with. */
public final class EmMain implements LineServer {

  /** Those of the layer; and how many times to compute it. */
  private static final int NUMBERS = 6;

  private final Router router;

  private EmMain(Router router) {
    this.router = router;
  }

  /**
   * Serves requests on standard input.
   *
   * @param args the name of a {@link Router}; alone it prints facts, with anything behind it serves
   * @throws IOException if it cannot read
   */
  public static void main(String[] args) throws IOException {
    Router router = Router.valueOf(args[0]);
    if (args.length == 1) {
      new EmMain(router).answer(request(new EmLayer(1, 2, 2, 2, 1), 1));
      Facts.print(router.facts(), System.out);
    } else {
      LineServer.run(() -> new EmMain(router));
    }
  }

  /**
   * Asks for times.
   *
   * @param layer what to compute
   * @param calls how many times
   * @return the request
   */
  public static String request(EmLayer layer, int calls) {
    return "%d %d %d %d %d %d"
        .formatted(
            layer.batch(), layer.types(), layer.side(), layer.out(), layer.iterations(), calls);
  }

  /**
   * Times a layer.
   *
   * @return the medians of forward and backward in milliseconds, and the means of the absolute
   *     values of the {@link Routed#results}
   */
  @Override
  public double[] answer(String request) {
    int[] n = Stream.of(request.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    if (n.length != NUMBERS) {
      throw new IllegalArgumentException("request: expected 6 numbers, got " + request);
    }
    Routed layer = router.compute(new EmLayer(n[0], n[1], n[2], n[3], n[4]));
    double[] forward = new double[n[5]];
    double[] backward = new double[n[5]];
    double[] means = {};
    for (int i = 0; i < n[5]; i++) {
      try (Routed call = layer) {
        forward[i] = Timing.millis(call::forward);
        backward[i] = Timing.millis(call::backward);
        if (i == 0) {
          means = Stream.of(call.results()).mapToDouble(EmMain::mean).toArray();
        }
      }
    }
    return DoubleStream.concat(
            DoubleStream.of(Summary.median(forward), Summary.median(backward)),
            DoubleStream.of(means))
        .toArray();
  }

  private static double mean(float... numbers) {
    double sum = 0;
    for (float number : numbers) {
      sum += Math.abs(number);
    }
    return sum / numbers.length;
  }
}
