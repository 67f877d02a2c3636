package org.capsnet.data.detection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.capsnet.io.FormatException;
import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads one XML file of Pascal VOC. It is parsed in one pass that keeps only what matters, so that
 * no file can fill the memory or the stack.
 */
final class VocXml extends DefaultHandler {

  /** More than any annotation has. */
  private static final int MAX_BYTES = 1 << 24;

  /** Below the limit of 100 in JDKs from 24 on, so that all JDKs give the same message. */
  private static final int MAX_DEPTH = 64;

  private static final int MAX_ELEMENTS = 1 << 20;
  private static final int MAX_OBJECTS = 1 << 17;
  private static final int MAX_TEXT = 1000;

  /** Deeper than anything that matters. */
  private static final int PATH_DEPTH = 5;

  private static final String ROOT = "/annotation";
  private static final String OBJECT = ROOT + "/object";
  private static final String PICTURE_NAME = ROOT + "/filename";
  private static final String NAME = OBJECT + "/name";
  private static final String DIFFICULT = OBJECT + "/difficult";
  private static final List<String> SIZE = List.of(ROOT + "/size/width", ROOT + "/size/height");
  private static final List<String> CORNERS =
      VocAnnotation.CORNERS.stream().map(corner -> OBJECT + "/bndbox/" + corner).toList();

  /**
   * The elements whose text matters. Parts of an object, such as a head, have boxes of their own.
   */
  private static final Set<String> LEAVES = leaves();

  private static Set<String> leaves() {
    List<String> leaves = new ArrayList<>(List.of(PICTURE_NAME, NAME, DIFFICULT));
    leaves.addAll(SIZE);
    leaves.addAll(CORNERS);
    return Set.copyOf(leaves);
  }

  private final Map<String, String> ofPicture = new HashMap<>();
  private final Map<String, String> ofObject = new HashMap<>();
  private final List<VocAnnotation.Thing> objects = new ArrayList<>();
  private final StringBuilder path = new StringBuilder();
  private final StringBuilder text = new StringBuilder();
  private Optional<String> root = Optional.empty();
  private int elements;
  private int depth;

  private VocXml() {}

  static VocAnnotation read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new FormatException(file, "expected at most " + MAX_BYTES + " bytes, and it has more");
    }
    VocXml xml = new VocXml();
    try {
      parser().parse(new ByteArrayInputStream(bytes), xml);
    } catch (Refused e) {
      throw new FormatException(file, e.getMessage(), e);
    } catch (SAXException e) {
      throw new FormatException(file, "malformed XML: " + place(e) + e.getMessage(), e);
    } catch (IOException e) { // bytes that are not of the encoding they claim
      throw new FormatException(file, "malformed XML: " + e.getMessage(), e);
    }
    return xml.annotation(file);
  }

  private static String place(SAXException e) {
    return e instanceof SAXParseException at ? "line " + at.getLineNumber() + ": " : "";
  }

  /** Without a document type there are no entities, neither outside files nor bombs. */
  private static SAXParser parser() throws SAXException {
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setXIncludeAware(false);
      SAXParser parser = factory.newSAXParser();
      parser.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      parser.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      return parser;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's own parser knows these features", e);
    }
  }

  private VocAnnotation annotation(Path file) throws FormatException {
    String found = root.orElse("");
    if (!found.equals("annotation")) {
      throw new FormatException(file, "expected <annotation>, got <" + found + ">");
    }
    return new VocAnnotation(
        file,
        Optional.ofNullable(ofPicture.get(PICTURE_NAME)),
        side(file, SIZE.get(0)),
        side(file, SIZE.get(1)),
        List.copyOf(objects));
  }

  /** Some tools write whole numbers as decimals. */
  private int side(Path file, String leaf) throws FormatException {
    String value = ofPicture.getOrDefault(leaf, "0");
    double side = VocAnnotation.number(value);
    if (!(side >= 0 && side <= Integer.MAX_VALUE && side == Math.rint(side))) {
      throw new FormatException(
          file, "%s of the picture: expected a number, got %s".formatted(last(leaf), value));
    }
    return (int) side;
  }

  private static String last(String place) {
    return place.substring(place.lastIndexOf('/') + 1);
  }

  // ---------------------------------------------------------------- as it is gone through

  /** Well formed, but not an annotation. */
  private static final class Refused extends SAXException {

    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  @Override
  public void startElement(String uri, String local, String name, Attributes attributes)
      throws SAXException {
    root = root.isPresent() ? root : Optional.of(name);
    if (LEAVES.contains(path.toString())) {
      throw new Refused("expected text in <%s>, got <%s>".formatted(last(path.toString()), name));
    }
    if (++depth <= PATH_DEPTH) {
      path.append('/').append(name);
    }
    text.setLength(0);
    if (++elements > MAX_ELEMENTS || depth > MAX_DEPTH) {
      throw new Refused(
          "expected at most %s elements, %s within each other, and it has more"
              .formatted(MAX_ELEMENTS, MAX_DEPTH));
    }
  }

  @Override
  public void characters(char[] from, int start, int length) throws SAXException {
    if (LEAVES.contains(path.toString())) {
      text.append(from, start, length);
      if (text.length() > MAX_TEXT) {
        throw new Refused(
            "expected at most %s characters in <%s>, and it has more"
                .formatted(MAX_TEXT, last(path.toString())));
      }
    }
  }

  @Override
  public void endElement(String uri, String local, String name) throws SAXException {
    String place = depth <= PATH_DEPTH ? path.toString() : "";
    if (LEAVES.contains(place)) {
      keep(place, text.toString().strip());
    } else if (place.equals(OBJECT)) {
      endObject();
    }
    if (depth-- <= PATH_DEPTH) {
      path.setLength(path.length() - name.length() - 1);
    }
  }

  private void keep(String place, String value) throws SAXException {
    Map<String, String> values = place.startsWith(OBJECT + "/") ? ofObject : ofPicture;
    if (!value.isEmpty() && values.putIfAbsent(place, value) != null) {
      String of = values == ofObject ? "object " + (objects.size() + 1) : "the picture";
      throw new Refused("%s: it has more than one <%s>".formatted(of, last(place)));
    }
  }

  private void endObject() throws SAXException {
    if (objects.size() == MAX_OBJECTS) {
      throw new Refused("expected at most " + MAX_OBJECTS + " objects, and it has more");
    }
    objects.add(
        new VocAnnotation.Thing(
            objects.size() + 1,
            Optional.ofNullable(ofObject.get(NAME)).map(name -> name.replaceAll("\\s+", " ")),
            "1".equals(ofObject.get(DIFFICULT)),
            CORNERS.stream().map(corner -> Optional.ofNullable(ofObject.get(corner))).toList()));
    ofObject.clear();
  }

  /** The default goes on. */
  @Override
  public void error(SAXParseException e) throws SAXException {
    throw e;
  }
}
