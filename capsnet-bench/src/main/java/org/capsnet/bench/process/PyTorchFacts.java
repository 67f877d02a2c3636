package org.capsnet.bench.process;

import ai.djl.engine.Engine;
import java.util.LinkedHashMap;
import java.util.Map;

/** What DJL and PyTorch say of themselves in this process. */
public final class PyTorchFacts {

  private static final String LIBRARY = "libtorch_cpu";
  private static final String CAPABILITY = "_ZN2at18get_cpu_capabilityB5cxx11Ev";
  private static final String CONFIGURATION = "_ZN2at11show_configB5cxx11Ev";

  private PyTorchFacts() {}

  /** {@return versions, and the instructions that PyTorch's own kernels use} */
  public static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("DJL", Engine.getDjlVersion());
    facts.put("PyTorch", Engine.getInstance().getVersion());
    NativeText.ofCpp(LIBRARY, CAPABILITY).ifPresent(text -> facts.put("kernels of PyTorch", text));
    NativeText.ofCpp(LIBRARY, CONFIGURATION)
        .flatMap(text -> text.lines().filter(line -> line.contains("Math Kernel")).findFirst())
        .ifPresent(line -> facts.put("MKL", line.replaceFirst(".* Version (\\S+).*", "$1")));
    return facts;
  }
}
