package org.capsnet.data.medical;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.io.FormatException;

/**
 * A table in a text file as RFC 4180 has it, in UTF-8: cells between commas, those with commas or
 * line ends in quotes, and a first row that names the columns.
 *
 * @param header the names of the columns
 * @param rows the rows below, as many cells as they come with; empty lines are left out
 */
record Csv(List<String> header, List<List<String>> rows) {

  private static final int MAX_BYTES = 1 << 26;

  static Csv read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new FormatException(file, "expected at most " + MAX_BYTES + " bytes, and it has more");
    }
    try {
      CharSequence text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      List<List<String>> rows = new Parser(text).rows();
      if (rows.isEmpty()) {
        throw new FormatException(file, "it is empty");
      }
      return new Csv(rows.get(0), rows.subList(1, rows.size()));
    } catch (CharacterCodingException e) {
      throw new FormatException(file, "it is not text in UTF-8", e);
    } catch (IllegalStateException e) {
      throw new FormatException(file, e.getMessage(), e);
    }
  }

  /** Goes through the text once. */
  private static final class Parser {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final CharSequence text;
    private int at;

    Parser(CharSequence text) {
      this.text = text;
      at = text.length() > 0 && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    }

    List<List<String>> rows() {
      List<List<String>> rows = new ArrayList<>();
      while (at < text.length()) {
        List<String> row = row();
        if (row.size() > 1 || !row.get(0).isBlank()) {
          rows.add(row);
        }
      }
      return rows;
    }

    private List<String> row() {
      List<String> cells = new ArrayList<>();
      cells.add(cell());
      while (at < text.length() && text.charAt(at) == ',') {
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
      while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.subSequence(start, at).toString().strip();
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
        } else if (at == text.length() || ",\r\n".indexOf(text.charAt(at)) >= 0) {
          return cell.toString();
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
