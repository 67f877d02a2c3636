package org.capsnet.examples.medical;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.capsnet.examples.output.Charts;
import org.capsnet.examples.output.Figure;
import org.capsnet.examples.output.PngFiles;
import org.capsnet.metric.CalibrationEvaluation;
import org.capsnet.metric.RocEvaluation;
import org.capsnet.model.medical.MedicalEvaluation;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.nd4j.evaluation.classification.Evaluation;

/** Charts of the quality of diagnoses. */
public final class MedicalCharts {

  private static final int CELL = 72;
  private static final int GAP = 12;
  private static final int TOP = 56;

  /** The room for the word before the names of the true classes. */
  private static final int TRUTH = 90;

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private MedicalCharts() {}

  /** The receiver operating characteristic of each class. */
  public static void roc(Path file, MedicalEvaluation evaluation, List<String> classNames)
      throws IOException {
    XYChart chart =
        Charts.ofShares(
            "receiver operating characteristic",
            "false positive rate",
            "true positive rate",
            Styler.LegendPosition.InsideSE);
    addDiagonal(chart, "chance");
    RocEvaluation roc = evaluation.roc().orElseThrow();
    for (int c = 0; c < classNames.size(); c++) {
      if (roc.isDecided(c)) {
        List<RocEvaluation.Point> curve = roc.curve(c);
        String name = String.format(Locale.ROOT, "%s, AUC %.3f", classNames.get(c), roc.auc(c));
        double[] wrong =
            curve.stream().mapToDouble(RocEvaluation.Point::falsePositiveRate).toArray();
        double[] right =
            curve.stream().mapToDouble(RocEvaluation.Point::truePositiveRate).toArray();
        chart.addSeries(name, wrong, right).setMarker(SeriesMarkers.NONE);
      }
    }
    Charts.write(file, List.of(chart));
  }

  /** How often a diagnosis of a given length was right. */
  public static void reliability(Path file, CalibrationEvaluation calibration) throws IOException {
    XYChart chart =
        Charts.ofShares(
            reliabilityTitle(calibration),
            "length of the capsule",
            "share that is right",
            Styler.LegendPosition.InsideNW);
    addDiagonal(chart, "a length that is a probability");
    List<CalibrationEvaluation.Bin> bins =
        calibration.bins().stream().filter(bin -> bin.count() > 0).toList();
    chart.addSeries(
        "this model",
        bins.stream().mapToDouble(CalibrationEvaluation.Bin::confidence).toArray(),
        bins.stream().mapToDouble(CalibrationEvaluation.Bin::accuracy).toArray());
    Charts.write(file, List.of(chart));
  }

  public static String reliabilityTitle(CalibrationEvaluation calibration) {
    return "reliability, expected calibration error "
        + Figure.text("%.3f", calibration.expectedCalibrationError());
  }

  private static void addDiagonal(XYChart chart, String name) {
    double[] ends = {0, 1};
    chart.addSeries(name, ends, ends).setMarker(SeriesMarkers.NONE).setLineColor(Color.LIGHT_GRAY);
  }

  /** The confusion matrix: a row for each true class, a column for each that was predicted. */
  public static void confusion(Path file, Evaluation evaluation, List<String> classNames)
      throws IOException {
    int classes = classNames.size();
    int widest = widest(classNames);
    int width = Math.max(CELL, widest + GAP);
    int left = widest + TRUTH;
    BufferedImage picture =
        new BufferedImage(
            left + classes * width + GAP, TOP + classes * CELL + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setFont(FONT);
    g.setColor(Color.BLACK);
    centred(g, "predicted", left + classes * width / 2, TOP / 2 - 8);
    g.drawString("truth", GAP, TOP + classes * CELL / 2);
    for (int c = 0; c < classes; c++) {
      String name = classNames.get(c);
      int y = TOP + c * CELL;
      centred(g, name, left + c * width + width / 2, TOP - GAP);
      g.drawString(
          name,
          left - GAP - g.getFontMetrics().stringWidth(name),
          y + CELL / 2 + FONT.getSize() / 2);
      for (int predicted = 0; predicted < classes; predicted++) {
        int count = evaluation.getConfusion().getCount(c, predicted);
        double share = (double) count / evaluation.getConfusion().getActualTotal(c);
        cell(g, left + predicted * width, y, width, count, share);
      }
    }
    g.dispose();
    PngFiles.write(file, picture);
  }

  private static int widest(List<String> names) {
    Graphics2D ruler = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    int widest = names.stream().mapToInt(ruler.getFontMetrics(FONT)::stringWidth).max().orElse(0);
    ruler.dispose();
    return widest;
  }

  private static void cell(Graphics2D g, int x, int y, int width, int count, double share) {
    int pale = (int) Math.round(255 * (1 - (Double.isNaN(share) ? 0 : share)));
    g.setColor(new Color(pale, pale / 2 + 127, 255));
    g.fillRect(x, y, width - 2, CELL - 2);
    g.setColor(share > 0.6 ? Color.WHITE : Color.BLACK);
    centred(g, Integer.toString(count), x + width / 2, y + CELL / 2 - 2);
    centred(g, percent(share), x + width / 2, y + CELL / 2 + 16);
    g.setColor(Color.BLACK);
  }

  public static String percent(double share) {
    return Figure.text("%.0f %%", 100 * share);
  }

  private static void centred(Graphics2D g, String text, int x, int y) {
    g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2, y);
  }
}
