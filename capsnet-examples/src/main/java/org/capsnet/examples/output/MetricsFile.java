package org.capsnet.examples.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.capsnet.io.AtomicFiles;

/** The figures of a test in a file: JSON. */
public final class MetricsFile {

  /** Makes the values. */
  public static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private MetricsFile() {}

  /** Writes the file as a whole or not at all. */
  public static void write(Path file, ObjectNode figures) throws IOException {
    byte[] text = text(figures).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(text));
  }

  private static String text(ObjectNode figures) throws JsonProcessingException {
    return JSON.writeValueAsString(figures) + "\n";
  }
}
