package org.capsnet.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.capsnet.bench.measure.RoutedLayer;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.measure.Timing;
import org.capsnet.io.AtomicFiles;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how the cost of votes and dynamic routing, forward and backward, grows with each of its
 * sizes while the others stay at the paper's.
 */
@Command(
    name = "cost-curves",
    sortOptions = false,
    description = {
      "Measures how votes and routing, forward and backward, grow with batch, input capsules,",
      "output capsules and iterations. Writes routing-cost.csv, and one chart per size."
    })
public final class CostCurves implements Callable<Integer> {

  private static final int WARM_UP = 2;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Where another size grows. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--calls",
      defaultValue = "7",
      description = "Timed calls per point, after 2 more. Default: ${DEFAULT-VALUE}.")
  private int calls;

  @Option(
      names = "--out",
      defaultValue = "runs/cost-curves",
      description = "The output folder. Default: ${DEFAULT-VALUE}.")
  private Path out;

  CostCurves() {}

  /**
   * Measures and draws.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new CostCurves(), args));
  }

  /** The sizes of a routing from 8 D to 16 D. */
  private record Sizes(int batch, int in, int out, int iterations) {}

  /** A size that grows, its values, and how a value replaces the paper's. */
  private record Axis(String title, List<Integer> values, BiFunction<Sizes, Integer, Sizes> at) {}

  private static final List<Axis> AXES =
      List.of(
          new Axis(
              "batch",
              List.of(1, 8, 16, 32, 64, 128, 256),
              (s, n) -> new Sizes(n, s.in, s.out, s.iterations)),
          new Axis(
              "input capsules",
              List.of(144, 288, 576, 1152, 2304, 4608),
              (s, n) -> new Sizes(s.batch, n, s.out, s.iterations)),
          new Axis(
              "output capsules",
              List.of(2, 5, 10, 20, 40),
              (s, n) -> new Sizes(s.batch, s.in, n, s.iterations)),
          new Axis(
              "iterations",
              List.of(1, 2, 3, 4, 5, 6),
              (s, n) -> new Sizes(s.batch, s.in, s.out, n)));

  /** What was measured at a value of an axis, in milliseconds. */
  private record Point(Axis axis, int value, Summary millis) {}

  @Override
  public Integer call() throws IOException {
    Sizes paper = new Sizes(batch, 1152, 10, 3);
    List<Point> points = new ArrayList<>();
    for (Axis axis : AXES) {
      for (int value : axis.values) {
        Point point = new Point(axis, value, measure(axis.at.apply(paper, value)));
        System.out.printf(
            Locale.ROOT, "%-15s %5d %9.2f ms%n", axis.title, value, point.millis.median());
        points.add(point);
      }
    }
    writeCsv(points);
    for (Axis axis : AXES) {
      draw(axis, points.stream().filter(point -> point.axis.equals(axis)).toList());
    }
    System.out.println("table and charts: " + out.toAbsolutePath().normalize());
    return 0;
  }

  private Summary measure(Sizes sizes) {
    RoutedLayer layer = new RoutedLayer(sizes.batch, sizes.in, sizes.out, sizes.iterations);
    Timing.millis(WARM_UP, layer::forwardAndBackward);
    return Summary.of(Timing.millis(calls, layer::forwardAndBackward));
  }

  private void writeCsv(List<Point> points) throws IOException {
    StringBuilder csv = new StringBuilder("axis,value,min_ms,median_ms,max_ms\n");
    for (Point p : points) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%d,%.3f,%.3f,%.3f%n",
              p.axis.title,
              p.value,
              p.millis.min(),
              p.millis.median(),
              p.millis.max()));
    }
    byte[] bytes = csv.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(out.resolve("routing-cost.csv"), stream -> stream.write(bytes));
  }

  private void draw(Axis axis, List<Point> curve) throws IOException {
    XYChart chart = Charts.create("votes and routing, forward and backward", axis.title, "ms");
    double[] x = curve.stream().mapToDouble(Point::value).toArray();
    double[] y = curve.stream().mapToDouble(p -> p.millis.median()).toArray();
    chart.addSeries("median", x, y).setMarker(SeriesMarkers.CIRCLE);
    Charts.write(chart, out.resolve("routing-" + axis.title.replace(' ', '-') + ".png"));
  }
}
