package org.capsnet.io;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The JSON header of a safetensors file: where each tensor lies, and the metadata. Read token by
 * token, so that no nesting in a malicious file can exhaust the stack.
 *
 * @param tensors by name, in the order of the header
 * @param metadata text by key
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

  /** The key that holds the metadata and that no tensor may have. */
  static final String METADATA = "__metadata__";

  /** The most axes that an ND4J array has. */
  private static final int MAX_RANK = 32;

  private static final Map<String, DataType> TYPES =
      new TreeMap<>(
          Map.of(
              "F32", DataType.FLOAT,
              "F64", DataType.DOUBLE,
              "F16", DataType.FLOAT16,
              "BF16", DataType.BFLOAT16,
              "I64", DataType.INT64,
              "I32", DataType.INT32,
              "U8", DataType.UINT8,
              "BOOL", DataType.BOOL));

  /**
   * One tensor.
   *
   * @param type its element type
   * @param shape its shape
   * @param begin its first byte, counted from the end of the header
   * @param end the byte after its last
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this package
  record Entry(DataType type, long[] shape, long begin, long end) {}

  // ---------------------------------------------------------------- to bytes

  /** The header as JSON in UTF-8, padded with spaces so that the data starts at a multiple of 8. */
  byte[] encode() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.factory().createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, Entry> entry : tensors.entrySet()) {
        json.writeFieldName(entry.getKey());
        encode(entry.getValue(), json);
      }
      json.writeEndObject();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(bytes, (bytes.length + 7) / 8 * 8);
    Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void encode(Entry entry, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("dtype", typeName(entry.type));
    json.writeFieldName("shape");
    json.writeArray(entry.shape, 0, entry.shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {entry.begin, entry.end}, 0, 2);
    json.writeEndObject();
  }

  private static String typeName(DataType type) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Throws an IllegalArgumentException if the format or this library does not support a type. */
  static void requireType(String name, DataType type) {
    if (!TYPES.containsValue(type)) {
      throw new IllegalArgumentException(
          "tensor " + name + ": expected one of " + TYPES.values() + ", got " + type);
    }
  }

  // ---------------------------------------------------------------- from bytes

  /**
   * Reads a header and checks all that it states against the data.
   *
   * @param file the file, for messages
   * @param bytes the header
   * @param dataLength the number of bytes after the header
   */
  static SafetensorsHeader decode(Path file, byte[] bytes, long dataLength) throws IOException {
    SafetensorsHeader header = new Parser(file).parse(bytes);
    for (Map.Entry<String, Entry> entry : header.tensors.entrySet()) {
      requireSize(file, entry.getKey(), entry.getValue());
    }
    requireContiguous(file, header.tensors, dataLength);
    return header;
  }

  private static void requireSize(Path file, String name, Entry entry) throws FormatException {
    long size = entry.type.width();
    try {
      for (long axis : entry.shape) {
        size = Math.multiplyExact(size, axis);
      }
    } catch (ArithmeticException e) {
      throw new FormatException(
          file, "tensor " + name + " is impossibly large: " + Arrays.toString(entry.shape), e);
    }
    if (entry.begin > entry.end || entry.end - entry.begin != size) {
      throw new FormatException(
          file,
          "tensor %s of shape %s and type %s takes %s bytes, but has those from %s to %s"
              .formatted(
                  name, Arrays.toString(entry.shape), entry.type, size, entry.begin, entry.end));
    }
  }

  /** Every byte of the data must belong to exactly one tensor. */
  private static void requireContiguous(Path file, Map<String, Entry> tensors, long dataLength)
      throws FormatException {
    List<Map.Entry<String, Entry>> byPlace = new ArrayList<>(tensors.entrySet());
    byPlace.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin)
            .thenComparingLong(e -> e.getValue().end));
    long at = 0;
    for (Map.Entry<String, Entry> entry : byPlace) {
      if (entry.getValue().begin != at) {
        throw new FormatException(
            file,
            "tensor %s begins at byte %s of the data, but the one before it ends at %s"
                .formatted(entry.getKey(), entry.getValue().begin, at));
      }
      at = entry.getValue().end;
    }
    if (at != dataLength) {
      throw new FormatException(
          file, "the tensors take " + at + " bytes, but " + dataLength + " follow the header");
    }
  }

  /** Reads the one structure that a header may have. */
  private static final class Parser {

    private final Path file;
    private JsonParser json;

    Parser(Path file) {
      this.file = file;
    }

    SafetensorsHeader parse(byte[] bytes) throws IOException {
      Map<String, Entry> tensors = new LinkedHashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      try (JsonParser parser = Json.factory().createParser(utf8(bytes))) {
        json = parser;
        expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          if (name.equals(METADATA)) {
            metadata.putAll(metadata());
          } else {
            tensors.put(name, entry(name));
          }
        }
        if (json.nextToken() != null) {
          throw new FormatException(file, "something follows the header's JSON object");
        }
      } catch (JsonProcessingException e) {
        throw new FormatException(
            file, "the header is not valid JSON: " + e.getOriginalMessage(), e);
      }
      return new SafetensorsHeader(tensors, metadata);
    }

    private String utf8(byte[] bytes) throws FormatException {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        throw new FormatException(file, "the header is not UTF-8", e);
      }
    }

    private Map<String, String> metadata() throws IOException {
      Map<String, String> metadata = new LinkedHashMap<>();
      expect(json.nextToken(), JsonToken.START_OBJECT, METADATA);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + " " + key);
        metadata.put(key, json.getText());
      }
      return metadata;
    }

    private Entry entry(String name) throws IOException {
      String what = "tensor " + name;
      DataType type = null;
      long[] shape = null;
      long[] offsets = null;
      expect(json.nextToken(), JsonToken.START_OBJECT, what);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        switch (json.currentName()) {
          case "dtype" -> type = type(what);
          case "shape" -> shape = numbers(what + ", shape", MAX_RANK);
          case "data_offsets" -> offsets = numbers(what + ", data_offsets", 2);
          default ->
              throw new FormatException(file, what + " has an unknown key " + json.currentName());
        }
      }
      if (type == null || shape == null || offsets == null || offsets.length != 2) {
        throw new FormatException(file, what + " lacks its dtype, shape or data_offsets");
      }
      return new Entry(type, shape, offsets[0], offsets[1]);
    }

    private DataType type(String what) throws IOException {
      expect(json.nextToken(), JsonToken.VALUE_STRING, what + ", dtype");
      DataType type = TYPES.get(json.getText());
      if (type == null) {
        throw new FormatException(
            file, what + ", dtype: expected one of " + TYPES.keySet() + ", got " + json.getText());
      }
      return type;
    }

    private long[] numbers(String what, int atMost) throws IOException {
      long[] numbers = new long[atMost];
      int count = 0;
      expect(json.nextToken(), JsonToken.START_ARRAY, what);
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
        if (count == atMost) {
          throw new FormatException(file, what + " has more than " + atMost + " numbers");
        }
        numbers[count++] = json.getLongValue();
        if (numbers[count - 1] < 0) {
          throw new FormatException(file, what + " has a negative number");
        }
      }
      return Arrays.copyOf(numbers, count);
    }

    private void expect(JsonToken token, JsonToken expected, String what) throws FormatException {
      if (token != expected) {
        throw new FormatException(file, what + ": expected " + expected + ", got " + token);
      }
    }
  }
}
