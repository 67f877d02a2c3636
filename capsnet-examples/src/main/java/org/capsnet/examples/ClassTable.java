package org.capsnet.examples;

import java.util.List;
import java.util.Locale;
import org.nd4j.evaluation.classification.Evaluation;

/** The results of each class as a table. */
final class ClassTable {

  private ClassTable() {}

  static String of(Evaluation evaluation, List<String> classNames) {
    int width = classNames.stream().mapToInt(String::length).max().orElse(0);
    String names = "%-" + Math.max(width, "class".length()) + "s";
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT, names + " %8s %10s %10s %8s%n", "class", "images", "precision", "recall", "F1"));
    for (int c = 0; c < classNames.size(); c++) {
      table.append(
          String.format(
              Locale.ROOT,
              names + " %8d %8.2f %% %8.2f %% %8.4f%n",
              classNames.get(c),
              evaluation.classCount(c),
              100 * evaluation.precision(c),
              100 * evaluation.recall(c),
              evaluation.f1(c)));
    }
    return table.toString();
  }
}
