package org.capsnet.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** What the ND4J of this process says of itself. */
public final class Nd4jFacts {

  private static final String VERSION = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";

  private Nd4jFacts() {}

  /**
   * Asks, and has a convolution computed, so that oneDNN says of itself what {@link OneDnnFacts}
   * reads.
   *
   * @return version, native build, and the kernels that OpenBLAS has chosen
   */
  public static Map<String, String> facts() {
    convolve();
    Map<String, String> facts = new LinkedHashMap<>();
    String build =
        NativeText.loaded("libnd4jcpu").map(f -> f.getParent().getFileName().toString()).orElse("");
    facts.put("ND4J", (version() + " " + build).strip());
    NativeText.ofC("libopenblas", "openblas_get_config")
        .ifPresent(text -> facts.put("OpenBLAS", text.strip().replaceFirst("^OpenBLAS ", "")));
    return facts;
  }

  private static void convolve() {
    INDArray y = Nd4j.create(DataType.FLOAT, 1, 8, 8, 8);
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d")
            .addInputs(Nd4j.ones(DataType.FLOAT, 1, 8, 8, 8), Nd4j.ones(DataType.FLOAT, 8, 8, 1, 1))
            .addOutputs(y)
            .addIntegerArguments(1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1)
            .build());
  }

  private static String version() {
    try (InputStream in = Nd4jFacts.class.getResourceAsStream(VERSION)) {
      if (in == null) {
        return "of unknown version";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
