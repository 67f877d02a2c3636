package org.capsnet.examples.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;
import org.capsnet.data.digits.DigitFrame;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.io.Json;
import org.capsnet.model.ImageShape;

/**
 * A question of the page about an image.
 *
 * @param image as the network is to see it
 * @param label the class that is asked for; empty for the one that is found
 */
record Question(ByteImage image, OptionalInt label) {

  private static final int LARGEST_SIDE = 4096;

  /**
   * Reads a question: {@code strokes} of a {@code pen}, or the {@code pixels} of a picture in base
   * 64 with {@code height} and {@code width}, {@code inverted} or not; whether it is {@code
   * centred}; a {@code move}; a {@code label}.
   */
  static Question of(String body, ImageShape shape, int classes) {
    JsonNode node = object(body);
    boolean centred = flag(node, "centred");
    if (centred && shape.channels() != 1) {
      throw new IllegalArgumentException("centred: expected a network for grey images");
    }
    ByteImage image =
        node.has("strokes") ? drawn(node, shape, centred) : picture(node, shape, centred);
    Move move = node.has("move") ? Move.of(node.get("move")) : new Move(0, 0, 0, 1);
    return new Question(
        move.of(image),
        node.has("label")
            ? OptionalInt.of(Numbers.whole("label", node.get("label"), 0, classes - 1))
            : OptionalInt.empty());
  }

  /** Reads a JSON object. */
  static JsonNode object(String body) {
    JsonNode node;
    try {
      node = Json.read(body);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("body: expected JSON: " + e.getMessage(), e);
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("body: expected a JSON object");
    }
    return node;
  }

  private static boolean flag(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value != null && !value.isBoolean()) {
      throw new IllegalArgumentException(name + ": expected true or false");
    }
    return value != null && value.booleanValue();
  }

  private static ByteImage drawn(JsonNode node, ImageShape shape, boolean centred) {
    double pen = Numbers.within("pen", node.get("pen"), 0.1, 100);
    Strokes strokes = Strokes.of(node.get("strokes"), pen);
    ByteImage grey =
        centred
            ? strokes.centred(DigitFrame.like(shape.height(), shape.width()))
            : strokes.drawn(shape.height(), shape.width());
    return new ByteImage(
        repeated(grey.bytes(), shape.channels()), shape.channels(), shape.height(), shape.width());
  }

  private static byte[] repeated(byte[] plane, int channels) {
    byte[] all = new byte[plane.length * channels];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(plane, 0, all, c * plane.length, plane.length);
    }
    return all;
  }

  private static ByteImage picture(JsonNode node, ImageShape shape, boolean centred) {
    JsonNode pixels = node.get("pixels");
    if (pixels == null || !pixels.isTextual()) {
      throw new IllegalArgumentException("body: expected strokes or pixels");
    }
    int height = Numbers.whole("height", node.get("height"), 1, LARGEST_SIDE);
    int width = Numbers.whole("width", node.get("width"), 1, LARGEST_SIDE);
    byte[] bytes = decoded(pixels.textValue());
    if (flag(node, "inverted")) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    }
    ByteImage whole = new ByteImage(bytes, shape.channels(), height, width);
    return centred
        ? DigitFrame.like(shape.height(), shape.width()).of(whole)
        : whole.resized(shape.height(), shape.width());
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("pixels: expected base 64: " + e.getMessage(), e);
    }
  }

  /** The numbers of a pose, {@code [dim]}. */
  static double[] pose(JsonNode node) {
    JsonNode numbers = node.get("pose");
    if (numbers == null || !numbers.isArray()) {
      throw new IllegalArgumentException("pose: expected a list of numbers");
    }
    double[] pose = new double[numbers.size()];
    Arrays.setAll(pose, i -> Numbers.within("pose", numbers.get(i), -1e6, 1e6));
    return pose;
  }
}
