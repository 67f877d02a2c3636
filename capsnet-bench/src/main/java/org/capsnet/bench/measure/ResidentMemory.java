package org.capsnet.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The memory of a process that the operating system has had to find room for. */
public final class ResidentMemory {

  private static final double KIB_PER_MIB = 1024;

  private ResidentMemory() {}

  /**
   * The most that a process has had so far.
   *
   * @param process its number
   * @return MiB; empty where there is no /proc
   * @throws IOException if the process has ended
   */
  public static OptionalDouble peakMib(long process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process), "status");
    if (!Files.exists(status)) {
      return OptionalDouble.empty();
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / KIB_PER_MIB)
          .findFirst();
    }
  }
}
