package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.capsnet.testing.ForkedJvm;
import org.capsnet.testing.ForkedJvm.Outcome;
import org.capsnet.testing.FusedKernels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class KernelsTest {

  private static final String[] KERNELS = {
    "squash", "dynamicRouting", "attentionRouting", "fanInRouting"
  };

  /** The choice is made once a JVM, so each takes one of its own. */
  private static Outcome run(String kernels) throws IOException, InterruptedException {
    return ForkedJvm.run(
        KernelsMain.class, List.of("-XX:TieredStopAtLevel=1", "-Dcapsnet.kernels=" + kernels));
  }

  @Test
  void thePropertyChoosesTheTwins() throws Exception {
    Outcome fused = run("fused");
    Outcome portable = run("portable");
    assertThat(fused.status()).as("%s", fused.lines()).isZero();
    assertThat(portable.status()).as("%s", portable.lines()).isZero();
    assertThat(fused.after(KernelsMain.OPERATION)).containsExactly(KERNELS);
    assertThat(portable.after(KernelsMain.OPERATION))
        .hasSize(KERNELS.length)
        .doesNotContain(KERNELS);
    List<double[]> expected = results(fused);
    List<double[]> twins = results(portable);
    assertThat(twins).hasSize(KERNELS.length - 1).hasSameSizeAs(expected); // but squash
    for (int k = 0; k < twins.size(); k++) {
      assertThat(twins.get(k)).containsExactly(expected.get(k), within(1e-5));
    }
  }

  private static List<double[]> results(Outcome outcome) {
    return outcome.after(KernelsMain.RESULT).stream().map(KernelsTest::numbers).toList();
  }

  private static double[] numbers(String result) {
    return Pattern.compile("[\\[\\], ]+")
        .splitAsStream(result)
        .filter(number -> !number.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  @Tag("once")
  void anotherValueOfThePropertyIsRefused() throws Exception {
    Outcome outcome = run("fast");
    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.lines())
        .filteredOn(line -> line.contains("Exception"))
        .singleElement()
        .asString()
        .endsWith(
            "IllegalArgumentException: capsnet.kernels: expected fused or portable, got fast");
  }

  @Test
  void onlyFloatsAreFused() {
    FusedKernels.assumeUsed();
    assertThat(Kernels.fused(Nd4j.zeros(DataType.FLOAT, 2), null)).isTrue();
    assertThat(Kernels.fused(Nd4j.zeros(DataType.FLOAT, 2), Nd4j.zeros(DataType.DOUBLE, 2)))
        .isFalse();
  }
}
