package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.examples.comparison.Contestant.Group;
import org.capsnet.examples.output.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;

/** The pictures of a comparison. */
public final class ComparisonCharts {

  private static final double PERCENT = 100;

  private final ComparisonReport report;

  public ComparisonCharts(ComparisonReport report) {
    this.report = report;
  }

  /** The groups that have rows. */
  private Stream<Group> groups() {
    return Arrays.stream(Group.values()).filter(group -> !report.rows(group).isEmpty());
  }

  private static String name(Group group) {
    return group == Group.ROUTING ? "routings" : "networks";
  }

  /** How accuracy falls as test images are turned. */
  public void rotation(Path file) throws IOException {
    double[] angles = Arrays.stream(TestChange.angles()).asDoubleStream().toArray();
    Charts.write(
        file,
        groups()
            .map(
                group -> {
                  XYChart chart =
                      Charts.ofMany(name(group) + ": test images turned", "degrees", "accuracy, %");
                  report
                      .rows(group)
                      .forEach(row -> chart.addSeries(row.name(), angles, percent(row.byAngle())));
                  return chart;
                })
            .toList());
  }

  private static double[] percent(double... shares) {
    return Arrays.stream(shares).map(share -> PERCENT * share).toArray();
  }

  /** Accuracy beside how fast it is trained and predicted. */
  public void speed(Path file) throws IOException {
    List<XYChart> charts = new ArrayList<>();
    groups()
        .forEach(
            group -> {
              charts.add(speed(group, "trained", ComparisonRow::trained));
              charts.add(speed(group, "predicted", ComparisonRow::predicted));
            });
    Charts.write(file, charts, 2);
  }

  private XYChart speed(Group group, String what, ToDoubleFunction<ComparisonRow> speed) {
    XYChart chart = Charts.ofMany(name(group) + ", " + what, "images/s", "test accuracy, %");
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    chart.getStyler().setXAxisMin(0.0);
    report
        .rows(group)
        .forEach(
            row ->
                chart.addSeries(
                    row.name(),
                    new double[] {speed.applyAsDouble(row)},
                    new double[] {PERCENT * row.accuracy(TestChange.NONE).mean()}));
    return chart;
  }

  /** Whether any routing has couplings to draw. */
  public boolean hasEntropies() {
    return report.rows().stream().anyMatch(row -> row.entropies().length > 0);
  }

  /** How sharply routing decides, iteration by iteration; one dot where it does not iterate. */
  public void entropy(Path file) throws IOException {
    XYChart chart =
        Charts.ofMany("entropy of couplings", "iteration", "1: to all alike, 0: to one");
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    report
        .rows(Group.ROUTING)
        .forEach(
            row -> {
              double[] entropies = row.entropies();
              if (entropies.length > 0) {
                double[] iterations =
                    IntStream.rangeClosed(1, entropies.length).asDoubleStream().toArray();
                chart.addSeries(row.name(), iterations, entropies);
              }
            });
    Charts.write(file, List.of(chart));
  }
}
