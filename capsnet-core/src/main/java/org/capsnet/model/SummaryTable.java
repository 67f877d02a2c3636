package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;

/** Lines of text whose columns are as wide as they need to be: two of words, then numbers. */
final class SummaryTable {

  private static final int WORDS = 2;

  private final List<List<String>> lines = new ArrayList<>();

  void add(String... cells) {
    lines.add(List.of(cells));
  }

  private int width(int column) {
    return lines.stream()
        .filter(line -> column < line.size())
        .mapToInt(line -> line.get(column).length())
        .max()
        .orElse(0);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        String blanks = " ".repeat(width(i) - line.get(i).length());
        row.append(i == 0 ? "" : "  ");
        row.append(i < WORDS ? line.get(i) + blanks : blanks + line.get(i));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
