package org.capsnet.data.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.data.TextFile;
import org.capsnet.io.FormatException;

/**
 * A table in a text file as RFC 4180 defines it, in UTF-8: cells separated by commas, those with
 * commas or line ends in quotes, and a first row that names the columns. Where that row has more
 * semicolons or tabs than commas, as some spreadsheets write it, these separate the cells.
 *
 * @param header the names of the columns, without those at the end that have no name
 * @param rows the rows below, each with the cells that it has, without empty ones after the last
 *     column; empty lines are left out
 */
record Csv(List<String> header, List<List<String>> rows) {

  private static final int MAX_BYTES = 1 << 26;

  static Csv read(Path file) throws IOException {
    String text = TextFile.read(file, MAX_BYTES);
    try {
      List<List<String>> rows = new Parser(text, separator(text)).rows();
      if (rows.isEmpty()) {
        throw new FormatException(file, "it is empty");
      }
      List<String> header = withoutEmptyEnd(rows.get(0), 1);
      List<List<String>> below =
          rows.stream().skip(1).map(row -> withoutEmptyEnd(row, header.size())).toList();
      return new Csv(header, below);
    } catch (IllegalStateException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  /** The separator that occurs most in the first line, outside of quotes. */
  private static char separator(String text) {
    String line = text.lines().filter(one -> !one.isBlank()).findFirst().orElse("");
    String names = line.replaceAll("\"[^\"]*\"", "");
    char most = ',';
    for (char candidate : new char[] {';', '\t'}) {
      most = count(names, candidate) > count(names, most) ? candidate : most;
    }
    return most;
  }

  private static long count(String text, char c) {
    return text.chars().filter(other -> other == c).count();
  }

  /** Leaves at least so many cells. */
  private static List<String> withoutEmptyEnd(List<String> row, int least) {
    int size = row.size();
    while (size > least && row.get(size - 1).isEmpty()) {
      size--;
    }
    return row.subList(0, size);
  }

  /** Parses the text in one pass. */
  private static final class Parser {

    private final String text;
    private final char separator;
    private final String ends;
    private int at;

    Parser(String text, char separator) {
      this.text = text;
      this.separator = separator;
      ends = separator + "\r\n";
    }

    List<List<String>> rows() {
      List<List<String>> rows = new ArrayList<>();
      while (at < text.length()) {
        List<String> row = row();
        if (!row.stream().allMatch(String::isEmpty)) {
          rows.add(row);
        }
      }
      return rows;
    }

    private List<String> row() {
      List<String> cells = new ArrayList<>();
      cells.add(cell());
      while (at < text.length() && text.charAt(at) == separator) {
        at++;
        cells.add(cell());
      }
      skip('\r');
      skip('\n');
      return cells;
    }

    private String cell() {
      if (at < text.length() && text.charAt(at) == '"') {
        return quoted();
      }
      int start = at;
      while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at).strip();
    }

    /** Two quotes within quotes are one. */
    private String quoted() {
      StringBuilder cell = new StringBuilder();
      int start = at++;
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c != '"') {
          cell.append(c);
        } else if (at < text.length() && text.charAt(at) == '"') {
          cell.append('"');
          at++;
        } else if (at == text.length() || ends.indexOf(text.charAt(at)) >= 0) {
          return cell.toString().strip();
        } else {
          break;
        }
      }
      throw new IllegalStateException(
          "the quote at character %s does not end".formatted(start + 1));
    }

    private void skip(char c) {
      if (at < text.length() && text.charAt(at) == c) {
        at++;
      }
    }
  }
}
