package org.capsnet.examples.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of the page, which lies among the resources of this package. There are these and no
 * others: what is asked for is looked up by its whole name, and never becomes a path.
 */
final class PageFile {

  private static final List<String> NAMES =
      List.of(
          "index.html",
          "style.css",
          "main.js",
          "server.js",
          "pad.js",
          "moves.js",
          "classes.js",
          "pose.js",
          "couplings.js",
          "picture.js",
          "digits.json",
          "icon.svg");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml");

  private final String type;
  private final byte[] bytes;

  PageFile(String type, byte... bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  String type() {
    return type;
  }

  byte[] bytes() {
    return bytes;
  }

  /** All of them, by what the browser asks for. */
  static Map<String, PageFile> all() {
    Map<String, PageFile> files = new LinkedHashMap<>();
    for (String name : NAMES) {
      String type = TYPES.get(name.substring(name.indexOf('.') + 1));
      files.put("/" + name, new PageFile(type, read(name)));
    }
    files.put("/", files.get("/index.html"));
    return files;
  }

  private static byte[] read(String name) {
    try (InputStream in = PageFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("there is no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
