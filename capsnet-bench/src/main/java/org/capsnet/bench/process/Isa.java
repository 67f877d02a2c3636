package org.capsnet.bench.process;

import java.util.List;
import java.util.Map;

/** The widest vectors that a process may use, its native libraries included. */
public enum Isa {
  /** Whatever the CPU has. */
  NATIVE,

  /** At most the 256 bits of AVX2. */
  AVX2;

  private static final List<String> AVX2_FLAGS = List.of("-XX:UseAVX=2");

  /**
   * PyTorch's own kernels, its oneDNN and its MKL; ND4J's oneDNN, which knows the older name of the
   * variable, and its OpenBLAS. ND4J's own kernels are compiled for AVX2 in any case.
   */
  private static final Map<String, String> AVX2_VARIABLES =
      Map.of(
          "ATEN_CPU_CAPABILITY", "avx2",
          "ONEDNN_MAX_CPU_ISA", "AVX2",
          "MKL_ENABLE_INSTRUCTIONS", "AVX2",
          "DNNL_MAX_CPU_ISA", "AVX2",
          "OPENBLAS_CORETYPE", "Haswell");

  /** {@return what a JVM is started with} */
  List<String> jvmFlags() {
    return this == AVX2 ? AVX2_FLAGS : List.of();
  }

  /** Sets the variables of this choice, and takes those of the other away. */
  void applyTo(Map<String, String> variables) {
    variables.keySet().removeAll(AVX2_VARIABLES.keySet());
    if (this == AVX2) {
      variables.putAll(AVX2_VARIABLES);
    }
  }
}
