package org.capsnet.examples.output;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts in a common style. */
public final class Charts {

  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;
  private static final int IN_A_ROW = 3;

  private static final int MARK_SIZE = 8;
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  /** Dark enough on white, neighbours unlike each other. */
  private static final Color[] COLOURS =
      Stream.of(
              0x1f77b4, 0xd62728, 0x2ca02c, 0xff7f0e, 0x9467bd, 0x8c564b, 0xe377c2, 0x555555,
              0xbcbd22, 0x17becf, 0x0b3d91, 0x7f0000, 0x005f3b, 0xb8860b, 0x4b0082)
          .map(Color::new)
          .toArray(Color[]::new);

  private static final Marker[] MARKS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.TRIANGLE_DOWN,
    SeriesMarkers.CROSS,
    SeriesMarkers.PLUS
  };

  private static final BasicStroke[] LINES = {new BasicStroke(1.5f)};

  private Charts() {}

  static XYChart chart(String title, String xAxis, Styler.LegendPosition legend) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).title(title).xAxisTitle(xAxis).build();
    chart.getStyler().setLegendPosition(legend);
    chart.getStyler().setYAxisDecimalPattern("0.##");
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  /**
   * A chart of so many series that each has a colour and a mark, beside which stand their names.
   */
  public static XYChart ofMany(String title, String xAxis, String yAxis) {
    XYChart chart = chart(title, xAxis, Styler.LegendPosition.OutsideE);
    chart.setYAxisTitle(yAxis);
    chart.getStyler().setSeriesColors(COLOURS).setSeriesMarkers(MARKS).setMarkerSize(MARK_SIZE);
    chart.getStyler().setSeriesLines(LINES);
    chart.getStyler().setLegendFont(SMALL).setLegendPadding(6);
    return chart;
  }

  /** A chart with both axes from 0 to 1. */
  public static XYChart ofShares(
      String title, String xAxis, String yAxis, Styler.LegendPosition legend) {
    XYChart chart = chart(title, xAxis, legend);
    chart.setYAxisTitle(yAxis);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    return chart;
  }

  /** Writes charts side by side, a few in a row. */
  public static void write(Path file, List<XYChart> charts) throws IOException {
    write(file, charts, IN_A_ROW);
  }

  /** Writes charts side by side, some in a row. */
  public static void write(Path file, List<XYChart> charts, int inARow) throws IOException {
    int columns = Math.min(inARow, charts.size());
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
