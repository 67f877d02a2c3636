package org.capsnet.testing;

import static java.lang.Float.floatToRawIntBits;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second reader of safetensors files, written from the format's description alone: it shares
 * nothing with the library's.
 */
public final class SafetensorsFile {

  private static final String METADATA = "__metadata__";

  private final JsonNode header;
  private final ByteBuffer data;

  private SafetensorsFile(JsonNode header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return what is in it
   * @throws IOException if it cannot be read
   */
  public static SafetensorsFile read(Path file) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] headerBytes = new byte[Math.toIntExact(all.getLong())];
    all.get(headerBytes);
    assertThat(all.position() % 8).as("alignment of the data").isZero();
    assertThat((char) headerBytes[0]).isEqualTo('{');
    JsonNode header = new ObjectMapper().readTree(new String(headerBytes, UTF_8));
    return new SafetensorsFile(header, all.slice().order(ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * The texts beside the tensors.
   *
   * @return by key
   */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    header.path(METADATA).properties().forEach(e -> metadata.put(e.getKey(), text(e)));
    return metadata;
  }

  private static String text(Map.Entry<String, JsonNode> entry) {
    assertThat(entry.getValue().isTextual()).as(entry.getKey()).isTrue();
    return entry.getValue().asText();
  }

  /**
   * Fails unless the file holds these tensors to the last bit, one after another and nothing else.
   *
   * @param tensors by name, in the order of the file
   */
  public void assertHolds(Map<String, INDArray> tensors) {
    assertThat(header.size() - (header.has(METADATA) ? 1 : 0)).isEqualTo(tensors.size());
    int at = 0;
    for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
      JsonNode entry = header.get(tensor.getKey());
      INDArray array = tensor.getValue();
      assertThat(entry.get("shape").toString())
          .isEqualTo(Arrays.toString(array.shape()).replace(" ", ""));
      assertThat(entry.get("data_offsets").get(0).asInt()).isEqualTo(at);
      assertHolds(entry.get("dtype").asText(), at, array.dup('c').reshape(array.length()));
      at = entry.get("data_offsets").get(1).asInt();
    }
    assertThat(at).isEqualTo(data.capacity());
  }

  private void assertHolds(String type, int from, INDArray flat) {
    for (int i = 0; i < flat.length(); i++) {
      switch (type) {
        case "F32" -> assertSame(data.getInt(from + 4 * i), floatToRawIntBits(flat.getFloat(i)));
        case "F64" -> assertThat(data.getDouble(from + 8 * i)).isEqualTo(flat.getDouble(i));
        case "F16", "BF16" ->
            assertSame(data.getShort(from + 2 * i), flat.data().asNio().getShort(2 * i));
        case "I64" -> assertSame(data.getLong(from + 8 * i), flat.getLong(i));
        case "I32" -> assertSame(data.getInt(from + 4 * i), flat.getInt(i));
        case "U8", "BOOL" -> assertSame(data.get(from + i) & 255, flat.getInt(i));
        default -> throw new AssertionError(type);
      }
    }
  }

  /** Without an assertion object for each of many thousand numbers. */
  private static void assertSame(long actual, long expected) {
    if (actual != expected) {
      assertThat(actual).isEqualTo(expected);
    }
  }
}
