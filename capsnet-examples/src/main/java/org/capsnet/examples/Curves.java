package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.capsnet.train.EpochReport;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws how loss and, of a model that tells classes, accuracy went over the epochs. */
final class Curves {

  private Curves() {}

  /** Writes the charts side by side, without those that have no numbers. */
  static void write(Path file, List<EpochReport> epochs) throws IOException {
    XYChart loss = chart("loss", Styler.LegendPosition.InsideNE);
    add(loss, "training", epochs, EpochReport::trainLoss);
    add(loss, "validation", epochs, EpochReport::validationLoss);
    XYChart accuracy = chart("accuracy, %", Styler.LegendPosition.InsideSE);
    add(accuracy, "training", epochs, e -> 100 * e.trainAccuracy());
    add(accuracy, "validation", epochs, e -> 100 * e.validationAccuracy());
    Charts.write(
        file, Stream.of(loss, accuracy).filter(chart -> !chart.getSeriesMap().isEmpty()).toList());
  }

  private static XYChart chart(String what, Styler.LegendPosition legend) {
    XYChart chart = Charts.chart(what, "epoch", legend);
    chart.getStyler().setXAxisDecimalPattern("0");
    return chart;
  }

  private static void add(
      XYChart chart, String name, List<EpochReport> epochs, ToDoubleFunction<EpochReport> value) {
    double[] y = epochs.stream().mapToDouble(value).toArray();
    if (y.length > 0 && Double.isFinite(y[0])) {
      double[] x = epochs.stream().mapToDouble(EpochReport::epoch).toArray();
      chart.addSeries(name, x, y).setMarker(SeriesMarkers.CIRCLE);
    }
  }
}
