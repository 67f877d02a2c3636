package org.capsnet.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FactsTest {

  @Test
  void factsSurviveWhatLibrariesPrint() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    out.print("dnnl_verbose,exec,cpu,conv"); // a line that is still open
    Facts.print(Map.of("ND4J", "1.0 = beta"), out);
    Map<String, String> facts = Facts.read(bytes.toString(StandardCharsets.UTF_8).lines().toList());
    assertThat(facts).containsKeys("JVM", "vectors of the JVM").containsEntry("ND4J", "1.0 = beta");
  }

  @Test
  void oneDnnSaysItsVersionAndInstructionsInTheFormOfEitherVersion() {
    assertThat(
            Facts.read(
                List.of(
                    "dnnl_verbose,info,oneDNN v2.3.0 (commit aec51f9)",
                    "dnnl_verbose,info,cpu,isa:Intel AVX2",
                    "dnnl_verbose,exec,cpu,convolution,jit:avx2")))
        .containsExactly(Map.entry("oneDNN", "2.3.0, Intel AVX2"));
    assertThat(
            Facts.read(
                List.of(
                    "onednn_verbose,v1,info,oneDNN v3.7.1 (commit 8d263e6)",
                    "onednn_verbose,v1,info,cpu,isa:Intel AVX-512 with Intel DL Boost")))
        .containsExactly(Map.entry("oneDNN", "3.7.1, Intel AVX-512 with Intel DL Boost"));
  }

  @Test
  void whereOneDnnWasNotUsedNothingIsSaidOfIt() {
    assertThat(Facts.read(List.of("hello"))).isEmpty();
  }

  @Test
  void aLibraryThatIsNotLoadedSaysNothing() {
    assertThat(NativeText.ofC("libnotthere", "version")).isEmpty();
  }
}
