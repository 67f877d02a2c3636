package org.capsnet.examples.medical;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.examples.output.Figure;
import org.capsnet.examples.output.MetricsFile;
import org.capsnet.metric.CalibrationEvaluation;
import org.capsnet.metric.ClassScores;
import org.capsnet.metric.MaskScores;
import org.capsnet.metric.SegmentationEvaluation;
import org.capsnet.model.medical.MedicalEvaluation;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * The figures of one training, or of each of the folds, and their means: what {@code metrics.json}
 * holds and the example prints.
 */
public final class MedicalFigures {

  private static final String DICE = "Dice of ";

  private final MedicalData data;
  private final List<Map<String, Double>> folds = new ArrayList<>();

  public MedicalFigures(MedicalData data) {
    this.data = data;
  }

  /** Adds the figures of the model of a fold on its test images. */
  public void add(MedicalEvaluation fold) {
    folds.add(figures(fold));
  }

  private Map<String, Double> figures(MedicalEvaluation evaluation) {
    Map<String, Double> figures = new LinkedHashMap<>();
    evaluation.classes().ifPresent(classes -> figures.put("accuracy", classes.accuracy()));
    evaluation.roc().ifPresent(roc -> figures.put("AUC", evaluation.meanAuc()));
    evaluation
        .calibration()
        .map(CalibrationEvaluation::expectedCalibrationError)
        .ifPresent(error -> figures.put("calibration error", error));
    evaluation
        .foreground()
        .ifPresent(union -> put(figures, "all but " + data.maskNames().get(0), union.mean(0)));
    evaluation.masks().ifPresent(masks -> putEach(figures, masks));
    return figures;
  }

  private void putEach(Map<String, Double> figures, SegmentationEvaluation masks) {
    for (int m = 0; m < data.maskNames().size(); m++) {
      put(figures, data.maskNames().get(m), masks.mean(m));
    }
  }

  private static void put(Map<String, Double> figures, String mask, MaskScores scores) {
    figures.put(DICE + mask, scores.dice());
    figures.put("IoU of " + mask, scores.iou());
    figures.put("sensitivity of " + mask, scores.sensitivity());
    figures.put("specificity of " + mask, scores.specificity());
    figures.put("Hausdorff 95 of " + mask, scores.hausdorff95());
  }

  /** The mean over the folds. */
  Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    for (String name : folds.get(0).keySet()) {
      means.put(name, mean(name));
    }
    return means;
  }

  private double mean(String name) {
    return folds.stream().mapToDouble(fold -> fold.get(name)).average().orElseThrow();
  }

  /** The standard deviation over the folds, of which there are two or more. */
  private double deviation(String name) {
    double mean = mean(name);
    double squares = folds.stream().mapToDouble(fold -> Math.pow(fold.get(name) - mean, 2)).sum();
    return Math.sqrt(squares / (folds.size() - 1));
  }

  /**
   * Writes all figures.
   *
   * @param all the test images of all folds together
   * @param settings what was run
   */
  public void write(Path file, MedicalEvaluation all, Map<String, Object> settings)
      throws IOException {
    ObjectNode root = MetricsFile.JSON.createObjectNode();
    root.put("data", data.description());
    settings.forEach(root::putPOJO);
    root.set("test", node(means()));
    if (folds.size() > 1) {
      ObjectNode deviations = root.putObject("deviation over folds");
      means().keySet().forEach(name -> Figure.put(deviations, name, deviation(name)));
      ArrayNode each = root.putArray("folds");
      folds.forEach(fold -> each.add(node(fold)));
    }
    all.classes().ifPresent(classes -> putClasses(root, classes, all));
    MetricsFile.write(file, root);
  }

  private static ObjectNode node(Map<String, Double> figures) {
    ObjectNode node = MetricsFile.JSON.createObjectNode();
    figures.forEach((name, value) -> Figure.put(node, name, value));
    return node;
  }

  private void putClasses(ObjectNode root, Evaluation classes, MedicalEvaluation all) {
    ObjectNode each = root.putObject("classes");
    ArrayNode confusion = root.putArray("confusion, a row for each true class");
    for (ClassScores scores : ClassScores.of(classes)) {
      int c = scores.label();
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("images", (double) scores.images());
      figures.put("precision", scores.precision());
      figures.put("recall", scores.recall());
      figures.put("AUC", all.roc().orElseThrow().auc(c));
      each.set(data.classNames().get(c), node(figures));
      ArrayNode row = confusion.addArray();
      for (int predicted = 0; predicted < data.classNames().size(); predicted++) {
        row.add(classes.getConfusion().getCount(c, predicted));
      }
    }
  }

  private static String number(double figure) {
    return Figure.text("%.4f", figure);
  }

  /** The figures as lines to print: of the masks the Dice coefficients alone. */
  public String lines() {
    StringBuilder lines = new StringBuilder();
    means()
        .forEach(
            (name, value) -> {
              if (name.contains(" of ") && !name.startsWith(DICE)) {
                return;
              }
              lines.append("test ").append(name).append(": ").append(number(value));
              if (folds.size() > 1) {
                lines.append(" ± ").append(number(deviation(name)));
                lines.append(" over ").append(folds.size()).append(" folds");
              }
              lines.append(System.lineSeparator());
            });
    return lines.toString();
  }
}
