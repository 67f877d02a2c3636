package org.capsnet.bench.process;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What oneDNN prints of itself as it begins, where it is asked to. */
final class OneDnnFacts {

  /** What asks it to, by the names that older and newer versions know. */
  static final Map<String, String> ASKED = Map.of("DNNL_VERBOSE", "1", "ONEDNN_VERBOSE", "1");

  private static final String LINE = "^(?:dnnl|onednn)_verbose,.*info,";
  private static final Pattern VERSION = Pattern.compile(LINE + "oneDNN v(\\S+).*");
  private static final Pattern ISA = Pattern.compile(LINE + "cpu,isa:(.*)");

  private OneDnnFacts() {}

  /**
   * Reads what a process printed.
   *
   * @param lines of its standard output
   * @return version and instructions; nothing where oneDNN was not used
   */
  static Map<String, String> of(List<String> lines) {
    String version = first(VERSION, lines);
    String isa = first(ISA, lines);
    Map<String, String> facts = new LinkedHashMap<>();
    if (version != null && isa != null) {
      facts.put("oneDNN", version + ", " + isa);
    }
    return facts;
  }

  private static String first(Pattern pattern, List<String> lines) {
    for (String line : lines) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    return null;
  }
}
