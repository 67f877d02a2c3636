package org.capsnet.examples.output;

import java.util.List;
import java.util.Locale;
import org.capsnet.metric.ClassScores;
import org.nd4j.evaluation.classification.Evaluation;

/** The results of each class as a table. */
public final class ClassTable {

  private ClassTable() {}

  public static String of(Evaluation evaluation, List<String> classNames) {
    int width = classNames.stream().mapToInt(String::length).max().orElse(0);
    String names = "%-" + Math.max(width, "class".length()) + "s";
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            names + " %8s %10s %10s %8s%n",
            "class",
            "images",
            "precision",
            "recall",
            "F1"));
    for (ClassScores scores : ClassScores.of(evaluation)) {
      table.append(
          String.format(
              Locale.ROOT,
              names + " %8d %10s %10s %8s%n",
              classNames.get(scores.label()),
              scores.images(),
              Figure.text("%.2f %%", 100 * scores.precision()),
              Figure.text("%.2f %%", 100 * scores.recall()),
              Figure.text("%.4f", scores.f1())));
    }
    return table.toString();
  }
}
