package org.capsnet.examples.detection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.capsnet.examples.output.Figure;
import org.capsnet.examples.output.MetricsFile;
import org.capsnet.metric.ClassPrecision;
import org.capsnet.metric.CocoPrecision;
import org.capsnet.metric.DetectionEvaluation;
import org.capsnet.metric.PascalPrecision;

/** The figures of a test, as a table and as a file. */
public final class DetectionReport {

  private final List<String> classNames;
  private final PascalPrecision pascal;
  private final CocoPrecision coco;

  public DetectionReport(DetectionEvaluation evaluation, List<String> classNames) {
    this.classNames = classNames;
    pascal = evaluation.pascal(0.5);
    coco = evaluation.coco();
  }

  /** Average precision at an IoU of 0.5, with the curves. */
  public PascalPrecision pascal() {
    return pascal;
  }

  /** A line for each class. */
  public String table() {
    int width = Math.max(5, classNames.stream().mapToInt(String::length).max().orElse(0));
    String form = "%-" + width + "s %8s %8s %13s%n";
    StringBuilder table =
        new StringBuilder(
            String.format(Locale.ROOT, form, "class", "objects", "AP@0.5", "AP@0.5:0.95"));
    for (ClassPrecision one : pascal.classes()) {
      table.append(
          String.format(
              Locale.ROOT,
              form,
              classNames.get(one.label()),
              one.objects(),
              number(one.averagePrecision()),
              number(coco.classes().get(one.label()))));
    }
    return table.toString();
  }

  private static String number(double figure) {
    return Figure.text("%.4f", figure);
  }

  /** The figures over all classes. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "test mAP@0.5: %s, mAP@0.5:0.95: %s",
        number(pascal.mean()),
        number(coco.mean()));
  }

  /** Writes all figures, with the settings and the data that they belong to. */
  public void write(Path file, Map<String, Object> settings) throws IOException {
    ObjectNode root = MetricsFile.JSON.createObjectNode();
    Figure.put(root, "mAP@0.5", pascal.mean());
    Figure.put(root, "mAP@0.5:0.95", coco.mean());
    Figure.put(root, "mAP@0.75", coco.at75());
    ArrayNode classes = root.putArray("classes");
    for (ClassPrecision one : pascal.classes()) {
      ObjectNode node = classes.addObject().put("name", classNames.get(one.label()));
      node.put("objects", one.objects());
      Figure.put(node, "AP@0.5", one.averagePrecision());
      Figure.put(node, "AP@0.5:0.95", coco.classes().get(one.label()));
    }
    root.set("settings", MetricsFile.JSON.valueToTree(settings));
    MetricsFile.write(file, root);
  }
}
