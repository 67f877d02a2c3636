package org.capsnet.bench;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.capsnet.io.AtomicFiles;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Charts of how a cost grows: both axes begin at 0. */
final class Charts {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;

  private Charts() {}

  /** An empty chart without a legend. */
  static XYChart create(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  /** Writes a PNG. */
  static void write(XYChart chart, Path file) throws IOException {
    BufferedImage picture = BitmapEncoder.getBufferedImage(chart);
    AtomicFiles.write(file, stream -> ImageIO.write(picture, "png", stream));
  }
}
