package org.capsnet.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Charts in a common style. */
final class Charts {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;
  private static final int IN_A_ROW = 3;

  private Charts() {}

  static XYChart chart(String title, String xAxis, Styler.LegendPosition legend) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xAxis).build();
    chart.getStyler().setLegendPosition(legend);
    chart.getStyler().setYAxisDecimalPattern("0.##");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  /** A chart with both axes from 0 to 1. */
  static XYChart ofShares(String title, String xAxis, String yAxis, Styler.LegendPosition legend) {
    XYChart chart = chart(title, xAxis, legend);
    chart.setYAxisTitle(yAxis);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    return chart;
  }

  /** Writes charts side by side, a few in a row. */
  static void write(Path file, List<XYChart> charts) throws IOException {
    int columns = Math.min(IN_A_ROW, charts.size());
    int rows = (charts.size() + columns - 1) / columns;
    BufferedImage picture =
        new BufferedImage(columns * WIDTH, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int i = 0; i < charts.size(); i++) {
      Graphics2D place =
          (Graphics2D) g.create(i % columns * WIDTH, i / columns * HEIGHT, WIDTH, HEIGHT);
      charts.get(i).paint(place, WIDTH, HEIGHT);
      place.dispose();
    }
    g.dispose();
    PngFiles.write(file, picture);
  }
}
