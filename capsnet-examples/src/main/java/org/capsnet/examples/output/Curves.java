package org.capsnet.examples.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.train.EpochReport;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws how each metric went over the epochs, those of training and validation in one chart. */
public final class Curves {

  private static final String TRAINING = "train_";
  private static final String VALIDATION = "validation_";
  private static final String ACCURACY = "accuracy";

  private Curves() {}

  /** Writes the charts into one picture. */
  public static void write(Path file, List<EpochReport> epochs) throws IOException {
    Map<String, XYChart> charts = new LinkedHashMap<>();
    epochs.stream()
        .map(epoch -> epoch.metrics().keySet())
        .flatMap(Collection::stream)
        .distinct()
        .forEach(metric -> add(charts, metric, epochs));
    Charts.write(file, List.copyOf(charts.values()));
  }

  private static void add(Map<String, XYChart> charts, String metric, List<EpochReport> epochs) {
    boolean trained = metric.startsWith(TRAINING);
    String what = metric.substring(trained ? TRAINING.length() : VALIDATION.length());
    List<EpochReport> having =
        epochs.stream().filter(epoch -> epoch.metrics().containsKey(metric)).toList();
    double unit = what.equals(ACCURACY) ? 100 : 1;
    double[] values =
        having.stream().mapToDouble(epoch -> unit * epoch.metrics().get(metric)).toArray();
    charts
        .computeIfAbsent(what, name -> chart(name, values[values.length - 1] > values[0]))
        .addSeries(
            trained ? "training" : "validation",
            having.stream().mapToDouble(EpochReport::epoch).toArray(),
            values)
        .setMarker(SeriesMarkers.CIRCLE);
  }

  /** With the legend where a curve that rises, or falls, leaves room. */
  private static XYChart chart(String what, boolean rising) {
    XYChart chart =
        Charts.chart(
            what.equals(ACCURACY) ? "accuracy, %" : what.replace('_', ' '),
            "epoch",
            rising ? Styler.LegendPosition.InsideSE : Styler.LegendPosition.InsideNE);
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisDecimalPattern("0.####");
    return chart;
  }
}
