package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {

  private static String info(String flags) {
    return """
    processor\t: 0
    vendor_id\t: AuthenticAMD
    cpu family\t: 25
    model\t\t: 17
    model name\t: AMD EPYC
    flags\t\t: fpu %s sse

    processor\t: 1
    model name\t: another
    """
        .formatted(flags);
  }

  @Test
  void namesTheFirstCpuAndItsWidestVectors() {
    assertThat(Machine.cpu(info("avx2 avx512f")))
        .isEqualTo("AMD EPYC (family 25, model 17, AVX-512)");
    assertThat(Machine.cpu(info("avx2"))).endsWith("AVX2)");
    assertThat(Machine.cpu(info("avx"))).endsWith("no AVX2)");
  }

  @Test
  void aCpuThatIsNotDescribedSoHasTheNameOfItsArchitecture() {
    assertThat(Machine.cpu("processor : 0\nBogoMIPS : 50"))
        .isEqualTo(System.getProperty("os.arch"));
  }
}
