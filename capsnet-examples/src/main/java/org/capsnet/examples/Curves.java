package org.capsnet.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.capsnet.train.EpochReport;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws how loss and accuracy went over the epochs of a training. */
final class Curves {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;

  private Curves() {}

  /** Writes the two charts side by side. */
  static void write(Path file, List<EpochReport> epochs) throws IOException {
    XYChart loss = chart("loss", Styler.LegendPosition.InsideNE);
    add(loss, "training", epochs, EpochReport::trainLoss);
    add(loss, "validation", epochs, EpochReport::validationLoss);
    XYChart accuracy = chart("accuracy, %", Styler.LegendPosition.InsideSE);
    add(accuracy, "training", epochs, e -> 100 * e.trainAccuracy());
    add(accuracy, "validation", epochs, e -> 100 * e.validationAccuracy());
    BufferedImage picture = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    loss.paint(g, WIDTH, HEIGHT);
    g.translate(WIDTH, 0);
    accuracy.paint(g, WIDTH, HEIGHT);
    g.dispose();
    PngFiles.write(file, picture);
  }

  private static XYChart chart(String what, Styler.LegendPosition legend) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).title(what).xAxisTitle("epoch").build();
    chart.getStyler().setLegendPosition(legend);
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setYAxisDecimalPattern("0.##");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
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
