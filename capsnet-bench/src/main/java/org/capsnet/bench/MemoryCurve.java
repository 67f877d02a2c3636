package org.capsnet.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.capsnet.bench.process.ComputeJvm;
import org.capsnet.model.Summary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.nn.Init;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how the memory of a training of the paper's CapsNet grows with the batch, beside what
 * {@link Summary} says of it, with and without checkpoints.
 */
@Command(
    name = "memory-curve",
    sortOptions = false,
    description = {
      "Trains the paper's CapsNet in a fresh process for each batch, with and without gradient",
      "checkpoints of stem and primary capsules. Prints what the summary's formula says, what the",
      "scopes of a step take, and the peak of resident memory. Writes memory.png."
    })
public final class MemoryCurve implements Callable<Integer> {

  private static final double MIB = 1 << 20;

  @Option(
      names = "--batches",
      split = ",",
      defaultValue = "16,32,64,128,256",
      description = "Images per step, in increasing order. Default: ${DEFAULT-VALUE}.")
  private List<Integer> batches;

  @Option(
      names = "--together",
      defaultValue = "16",
      description = "Images per checkpoint. Default: ${DEFAULT-VALUE}.")
  private int together;

  @Option(
      names = "--steps",
      defaultValue = "5",
      description = "Training steps of each process. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--out",
      defaultValue = "runs/memory",
      description = "The output folder. Default: ${DEFAULT-VALUE}.")
  private Path out;

  MemoryCurve() {}

  /**
   * Measures and draws.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new MemoryCurve(), args));
  }

  /** The figures of a process, in MiB. */
  private record Measured(double scopes, double peak, double formula) {}

  /** A row of the table, in MiB. */
  private record Row(int batch, double ofScopes, Measured plain, Measured checkpointed) {

    /** For the JVM of the measured process, which may have other kernels than this one. */
    double formula() {
      return plain.formula;
    }
  }

  @Override
  public Integer call() throws IOException {
    Summary summary = CapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).summary();
    System.out.println("MiB       |    all | in scopes:          with | peak resident:     with");
    System.out.println("batch     |formula | formula measured  checkp.| measured        checkp.");
    List<Row> rows = new ArrayList<>();
    for (int batch : batches) {
      Row row =
          new Row(
              batch,
              (summary.parameterBytes() + batch * summary.trainingBytesPerSample()) / MIB,
              measure(batch, 0),
              measure(batch, together));
      System.out.printf(
          Locale.ROOT,
          "%9d |%7.0f | %7.0f %8.0f %8.0f | %8.0f %14.0f%n",
          batch,
          row.formula(),
          row.ofScopes,
          row.plain.scopes,
          row.checkpointed.scopes,
          row.plain.peak,
          row.checkpointed.peak);
      rows.add(row);
    }
    draw(rows);
    System.out.println("chart: " + out.toAbsolutePath().normalize());
    return 0;
  }

  private Measured measure(int batch, int checkpoint) throws IOException {
    String line = ComputeJvm.run(StepMemory.class, batch, steps, checkpoint);
    try (Scanner numbers = new Scanner(line).useLocale(Locale.ROOT)) {
      return new Measured(numbers.nextLong() / MIB, numbers.nextDouble(), numbers.nextLong() / MIB);
    }
  }

  private void draw(List<Row> rows) throws IOException {
    XYChart chart = Charts.create("memory of a training of the paper's CapsNet", "batch", "MiB");
    chart.getStyler().setLegendVisible(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    add(chart, "peak resident memory", rows, row -> row.plain.peak);
    add(chart, "with checkpoints", rows, row -> row.checkpointed.peak);
    add(chart, "formula", rows, Row::formula);
    Charts.write(chart, out.resolve("memory.png"));
  }

  private static void add(XYChart chart, String name, List<Row> rows, ToDoubleFunction<Row> value) {
    double[] x = rows.stream().mapToDouble(Row::batch).toArray();
    double[] y = rows.stream().mapToDouble(value).toArray();
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.CIRCLE);
  }
}
