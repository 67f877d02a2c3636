package org.capsnet.examples.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.capsnet.examples.output.Charts;
import org.capsnet.metric.ClassPrecision;
import org.capsnet.metric.ClassPrecision.Point;
import org.capsnet.metric.PascalPrecision;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the precision-recall curve of each class. */
public final class PrecisionRecall {

  private PrecisionRecall() {}

  /** Writes the chart, of those classes that anything was found of. */
  public static void write(Path file, PascalPrecision precision, List<String> classNames)
      throws IOException {
    XYChart chart =
        Charts.ofShares(
            String.format(Locale.ROOT, "precision and recall at IoU %.2f", precision.iou()),
            "recall",
            "precision",
            Styler.LegendPosition.OutsideE);
    for (ClassPrecision one : precision.classes()) {
      if (one.objects() > 0 && !one.curve().isEmpty()) {
        String name =
            String.format(
                Locale.ROOT, "%s: %.3f", classNames.get(one.label()), one.averagePrecision());
        chart
            .addSeries(
                name,
                one.curve().stream().mapToDouble(Point::recall).toArray(),
                one.curve().stream().mapToDouble(Point::precision).toArray())
            .setMarker(SeriesMarkers.NONE);
      }
    }
    Charts.write(file, List.of(chart));
  }
}
