package org.capsnet.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class LaunchTest {

  /** Prints the facts of its JVM and a variable. */
  static final class Child {
    public static void main(String[] args) {
      Facts.print(Map.of("variable", String.valueOf(System.getenv(args[0]))), System.out);
    }
  }

  /** Fails. */
  static final class Failing {
    public static void main(String[] args) {
      System.exit(3);
    }
  }

  private static final Launch PLAIN =
      new Launch(List.of("-Xmx64m", "--add-modules=jdk.incubator.vector"), Map.of(), Isa.NATIVE);

  @Test
  void flagsComeInOrderAndThoseOfTheWidthBehindThem() {
    Launch avx2 = new Launch(List.of("-Xmx1g"), Map.of(), Isa.AVX2).withFlags(List.of("-Da=b"));
    assertThat(avx2.process(Child.class, 1).command())
        .containsSubsequence("-Xmx1g", "-Da=b", "-XX:UseAVX=2", "-cp", Child.class.getName(), "1");
  }

  @Test
  void everyLibraryIsHeldToAvx2() {
    Map<String, String> variables =
        new Launch(List.of(), Map.of("A", "b"), Isa.AVX2).process(Child.class).environment();
    assertThat(variables)
        .containsEntry("ATEN_CPU_CAPABILITY", "avx2")
        .containsEntry("ONEDNN_MAX_CPU_ISA", "AVX2")
        .containsEntry("DNNL_MAX_CPU_ISA", "AVX2")
        .containsEntry("MKL_ENABLE_INSTRUCTIONS", "AVX2")
        .containsEntry("OPENBLAS_CORETYPE", "Haswell")
        .containsEntry("A", "b");
  }

  @Test
  void nativeTakesAwayWhatWouldHoldALibrary() {
    Map<String, String> variables = PLAIN.process(Child.class).environment();
    variables.put("OPENBLAS_CORETYPE", "Haswell");
    Isa.NATIVE.applyTo(variables);
    assertThat(variables).doesNotContainKey("OPENBLAS_CORETYPE");
  }

  @Test
  void theVectorApiCanBeLeftOut() {
    assertThat(PLAIN.withoutVectorApi().flags()).containsExactly("-Xmx64m");
  }

  @Test
  @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
  void aProcessSaysWhatItReallyComputesWith() throws IOException {
    Launch launch = new Launch(List.of("-Xmx64m"), Map.of("OWN", "value"), Isa.AVX2);
    Map<String, String> facts = Facts.of(launch, Child.class, "OWN");
    assertThat(facts).containsEntry("variable", "value").containsEntry("Vector API", "no");
    assertThat(facts.get("vectors of the JVM")).isIn("256 bits", "128 bits");
    assertThat(facts.get("JVM")).contains(Runtime.version().toString());
  }

  @Test
  void aProcessThatFailsIsAnError() {
    assertThatIOException()
        .isThrownBy(() -> PLAIN.run(Failing.class))
        .withMessage("Failing: ended with status 3");
  }
}
