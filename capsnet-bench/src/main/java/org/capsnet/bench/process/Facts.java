package org.capsnet.bench.process;

import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a process says of itself: versions, and the instructions that it really computes with. It
 * prints a fact a line, among what native libraries print.
 */
public final class Facts {

  private static final String MARK = "fact: ";
  private static final String IS = " = ";

  private Facts() {}

  /**
   * Prints facts, those of the JVM first.
   *
   * @param facts what else there is to say
   * @param out where to
   */
  public static void print(Map<String, String> facts, PrintStream out) {
    Map<String, String> all = new LinkedHashMap<>(RunningJvm.facts());
    all.putAll(facts);
    // A native library may have left a line open.
    all.forEach((name, value) -> out.print("\n" + MARK + name + IS + value + "\n"));
  }

  /**
   * Reads what {@link #print} and oneDNN printed.
   *
   * @param lines of a process
   * @return facts by name, in order
   */
  public static Map<String, String> read(List<String> lines) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (String line : lines) {
      int is = line.indexOf(IS);
      if (line.startsWith(MARK) && is > 0) {
        facts.put(line.substring(MARK.length(), is), line.substring(is + IS.length()));
      }
    }
    facts.putAll(OneDnnFacts.of(lines));
    return facts;
  }

  /**
   * {@return facts in one line}
   *
   * @param facts by name
   */
  public static String text(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(fact -> fact.getKey() + " " + fact.getValue())
        .collect(Collectors.joining("; "));
  }

  /**
   * Asks a process.
   *
   * @param launch how it is started
   * @param main a main that prints its facts
   * @param arguments its arguments
   * @return facts by name
   * @throws IOException if it fails
   */
  public static Map<String, String> of(Launch launch, Class<?> main, Object... arguments)
      throws IOException {
    return read(launch.withEnvironment(OneDnnFacts.ASKED).run(main, arguments));
  }
}
