package org.capsnet.kernel;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The machine that something is measured on. */
public final class Machine {

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Machine() {}

  /**
   * {@return the model of the CPU, such as the operating system knows it, and its widest vectors}
   */
  public static String cpu() {
    try {
      return Files.exists(CPU_INFO)
          ? cpu(Files.readString(CPU_INFO))
          : System.getProperty("os.arch");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return CPU, cores, memory and operating system, by name} */
  public static Map<String, Object> facts() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("cpu", cpu());
    facts.put("cores", Runtime.getRuntime().availableProcessors());
    facts.put("memoryBytes", system.getTotalMemorySize());
    facts.put("arch", System.getProperty("os.arch"));
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    return facts;
  }

  /** Of the content of /proc/cpuinfo. */
  static String cpu(String info) {
    Map<String, String> fields = new HashMap<>();
    for (String line : info.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      }
    }
    String name = fields.getOrDefault("model name", System.getProperty("os.arch"));
    if (!fields.containsKey("cpu family")) {
      return name;
    }
    return "%s (family %s, model %s, %s)"
        .formatted(
            name,
            fields.get("cpu family"),
            fields.get("model"),
            widest(" " + fields.getOrDefault("flags", "") + " "));
  }

  private static String widest(String flags) {
    if (flags.contains(" avx512f ")) {
      return "AVX-512";
    }
    return flags.contains(" avx2 ") ? "AVX2" : "no AVX2";
  }
}
