package org.capsnet.data.detection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.capsnet.io.FormatException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * What one XML file of Pascal VOC says, still as text: what its boxes are worth shows only beside
 * the picture.
 *
 * @param file the XML file
 * @param pictureName what it says its picture is called, if it does
 * @param width what it says of the picture, 0 if nothing
 * @param height what it says of the picture, 0 if nothing
 * @param objects in its order
 */
record VocAnnotation(
    Path file, Optional<String> pictureName, int width, int height, List<Thing> objects) {

  /** More than any annotation has; a parser should not be fed without end. */
  private static final int MAX_BYTES = 1 << 24;

  /**
   * One object.
   *
   * @param number from 1
   * @param name its class, if it says so
   * @param difficult whether it says so
   * @param corners xmin, ymin, xmax, ymax, empty where there is none
   */
  record Thing(
      int number, Optional<String> name, boolean difficult, List<Optional<String>> corners) {}

  private static final List<String> CORNERS = List.of("xmin", "ymin", "xmax", "ymax");

  static VocAnnotation read(Path file) throws IOException {
    Element root = parse(file);
    if (!root.getTagName().equals("annotation")) {
      throw new FormatException(file, "expected <annotation>, got <" + root.getTagName() + ">");
    }
    Optional<Element> size = child(root, "size");
    List<Thing> objects = new ArrayList<>();
    for (Element object : children(root, "object")) {
      objects.add(thing(object, objects.size() + 1));
    }
    return new VocAnnotation(
        file,
        text(root, "filename"),
        side(file, size, "width"),
        side(file, size, "height"),
        List.copyOf(objects));
  }

  private static Thing thing(Element object, int number) {
    Optional<Element> box = child(object, "bndbox");
    return new Thing(
        number,
        text(object, "name"),
        text(object, "difficult").filter("1"::equals).isPresent(),
        CORNERS.stream().map(corner -> box.flatMap(element -> text(element, corner))).toList());
  }

  private static int side(Path file, Optional<Element> size, String name) throws FormatException {
    String value = size.flatMap(element -> text(element, name)).orElse("0");
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new FormatException(
          file, "%s of the picture: expected a number, got %s".formatted(name, value), e);
    }
  }

  // ---------------------------------------------------------------- boxes

  /**
   * The box of an object in a picture of such a size.
   *
   * @throws FormatException if a corner is missing or no number, or the box has no area or reaches
   *     more than a pixel over the picture's border
   */
  Box box(Thing object, int pictureWidth, int pictureHeight) throws FormatException {
    double[] corners = new double[CORNERS.size()];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = corner(object, i);
    }
    if (corners[2] <= corners[0] || corners[3] <= corners[1]) {
      throw fault(object, "its box has no area: " + describe(corners));
    }
    // Files count pixels from 0 or from 1, and boxes to the border may end one further.
    if (corners[0] < -1
        || corners[1] < -1
        || corners[2] > pictureWidth + 1
        || corners[3] > pictureHeight + 1) {
      throw fault(
          object,
          "its box %s lies outside the picture of %s × %s pixels"
              .formatted(describe(corners), pictureWidth, pictureHeight));
    }
    // Cut in pixels: the edges of a box are sums, and a rounding would leave it a little area.
    Box box =
        Box.ofCorners(
            inside(corners[0], pictureWidth),
            inside(corners[1], pictureHeight),
            inside(corners[2], pictureWidth),
            inside(corners[3], pictureHeight));
    if (box.area() == 0) {
      throw fault(object, "its box has no area in the picture: " + describe(corners));
    }
    return box;
  }

  private static double inside(double edge, double size) {
    return Math.max(0, Math.min(size, edge)) / size;
  }

  private double corner(Thing object, int i) throws FormatException {
    String text =
        object.corners.get(i).orElseThrow(() -> fault(object, "its box has no " + CORNERS.get(i)));
    double value = parsed(text);
    if (!Double.isFinite(value)) {
      throw fault(object, "%s: expected a number, got %s".formatted(CORNERS.get(i), text));
    }
    return value;
  }

  private static double parsed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static String describe(double[] corners) {
    return "(%s, %s) to (%s, %s)".formatted(corners[0], corners[1], corners[2], corners[3]);
  }

  FormatException fault(Thing object, String what) {
    return new FormatException(
        file,
        "object %s%s: %s"
            .formatted(object.number, object.name.map(name -> " (" + name + ")").orElse(""), what));
  }

  // ---------------------------------------------------------------- XML

  private static Element parse(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new FormatException(file, "expected at most " + MAX_BYTES + " bytes, and it has more");
    }
    try {
      return parser().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
    } catch (SAXException e) {
      throw new FormatException(file, "malformed XML: " + place(e) + e.getMessage(), e);
    } catch (IOException e) { // bytes that are not of the encoding they claim
      throw new FormatException(file, "malformed XML: " + e.getMessage(), e);
    }
  }

  private static String place(SAXException e) {
    return e instanceof SAXParseException at ? "line " + at.getLineNumber() + ": " : "";
  }

  /** Without a document type there are no entities, neither outside files nor bombs. */
  private static DocumentBuilder parser() {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder parser = factory.newDocumentBuilder();
      parser.setErrorHandler(new Thrower());
      return parser;
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's own parser knows these features", e);
    }
  }

  /** The default one writes to the console. */
  private static final class Thrower implements ErrorHandler {

    @Override
    public void warning(SAXParseException e) {
      // A file is taken for what it says, as long as it is well formed.
    }

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }

  /** Direct children only: a part of an object, such as a head, has a box of its own. */
  private static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }

  private static Optional<Element> child(Element parent, String name) {
    return children(parent, name).stream().findFirst();
  }

  private static Optional<String> text(Element parent, String name) {
    return child(parent, name).map(e -> e.getTextContent().strip()).filter(s -> !s.isEmpty());
  }
}
