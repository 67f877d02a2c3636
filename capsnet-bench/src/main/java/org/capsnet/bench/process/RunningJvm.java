package org.capsnet.bench.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** What this JVM says of itself. */
final class RunningJvm {

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private RunningJvm() {}

  /** {@return its version, the width of its vectors, and whether it has the Vector API} */
  static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("vectors of the JVM", vectorBits() + " bits");
    boolean api = ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    facts.put("Vector API", api ? "yes" : "no");
    return facts;
  }

  private static int vectorBits() {
    HotSpotDiagnosticMXBean hotSpot =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return Byte.SIZE * Integer.parseInt(hotSpot.getVMOption("MaxVectorSize").getValue());
  }
}
