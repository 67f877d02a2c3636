package org.capsnet.data.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.capsnet.data.Faults;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.io.FormatException;

/**
 * The labels of pictures in a table, one row each. A row without a name, a label or a patient is a
 * fault, and so are two rows for one picture; the picture must not be taken for one without a row.
 */
final class LabelTable {

  /**
   * The columns that are used.
   *
   * @param id with the names of pictures; the first unless named
   * @param label with the labels; the second unless named
   * @param group with the patients; the names of pictures unless named
   */
  record Columns(Optional<String> id, Optional<String> label, Optional<String> group) {}

  /** A row. */
  record Row(String id, String label, String group) {}

  private final Path file;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Set<String> faulty = new HashSet<>();

  private LabelTable(Path file) {
    this.file = file;
  }

  static LabelTable read(Path file, Columns columns, Faults faults) throws IOException {
    Csv csv = Csv.read(file);
    LabelTable table = new LabelTable(file);
    int id = table.column(csv, columns.id, 0);
    int label = table.column(csv, columns.label, 1);
    int group = columns.group.isPresent() ? table.column(csv, columns.group, id) : id;
    for (List<String> cells : csv.rows()) {
      String name = id < cells.size() ? cells.get(id) : "";
      try {
        table.requireCells(cells, csv.header().size());
        table.add(new Row(name, cells.get(label), cells.get(group)));
      } catch (FormatException e) {
        table.drop(name);
        faults.met(e);
      }
    }
    return table;
  }

  private int column(Csv csv, Optional<String> name, int otherwise) throws FormatException {
    List<String> header = csv.header();
    int column = name.map(header::indexOf).orElse(otherwise);
    if (column < 0 || column >= header.size()) {
      throw new FormatException(
          file,
          "expected a column %s, got %s"
              .formatted(name.orElse("number " + (otherwise + 1)), header));
    }
    if (name.isPresent() && header.lastIndexOf(name.get()) > column) {
      throw new FormatException(
          file, "expected one column %s, got several: %s".formatted(name.get(), header));
    }
    if (name.isEmpty() && header.get(column).isEmpty()) {
      throw new FormatException(
          file,
          "its column number %s has no name; it may hold row numbers:".formatted(column + 1)
              + " choose the columns, of "
              + header);
    }
    return column;
  }

  private void requireCells(List<String> cells, int expected) throws FormatException {
    if (cells.size() != expected) {
      throw new FormatException(
          file,
          "its row %s: expected %s cells, got %s".formatted(cells.get(0), expected, cells.size()));
    }
  }

  private void add(Row row) throws FormatException {
    require(!row.id.isEmpty(), row, "has no name");
    require(!row.label.isEmpty(), row, "has no label");
    require(!row.group.isEmpty(), row, "does not say whose picture it is");
    Row other = rows.putIfAbsent(key(row.id), row);
    require(other == null, row, "is there twice");
  }

  private void require(boolean fits, Row row, String fault) throws FormatException {
    if (!fits) {
      throw new FormatException(
          file, "its row %s %s".formatted(row.id.isEmpty() ? "with " + row.label : row.id, fault));
    }
  }

  /** If two rows contradict each other, it is unknown which is right. */
  private void drop(String id) {
    rows.remove(key(id));
    faulty.add(key(id));
  }

  // ---------------------------------------------------------------- asking

  /**
   * Whether a picture has a row that was counted as a fault.
   *
   * @param key of the picture
   */
  boolean isFaulty(String key) {
    return faulty.contains(key);
  }

  /**
   * Removes the row of a picture, so that those without a picture are left.
   *
   * @param key of the picture
   * @return the row; empty if there is none
   */
  Optional<Row> take(String key) {
    return Optional.ofNullable(rows.remove(key));
  }

  /** The rows that have not been taken. */
  Collection<Row> left() {
    return rows.values();
  }

  /**
   * What a name in a table and the name of a file have in common: leading zeros of numbers are
   * ignored, and some tables give the name with its extension, others without.
   */
  static String key(String name) {
    String stem = PictureFiles.withoutEnding(name);
    return isNumber(stem) ? Long.toString(Long.parseLong(stem)) : stem;
  }

  static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }
}
