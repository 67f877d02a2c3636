package org.capsnet.routing;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capsnet.capsule.Routing;

/** The written form of routings, in which a saved model names its own. */
public final class Routings {

  private static final Pattern DYNAMIC =
      Pattern.compile(
          "dynamic\\(iterations=(\\d{1,3}), leaky=(true|false), lastOnly=(true|false),"
              + " biased=(true|false)\\)");

  private Routings() {}

  /**
   * Writes a routing down.
   *
   * @param routing one of this package's
   * @return as {@code dynamic(iterations=3, leaky=false, lastOnly=false, biased=true)}
   * @throws IllegalArgumentException if it is of a class that this package does not know
   */
  public static String write(Routing routing) {
    if (routing instanceof DynamicRouting dynamic) {
      return String.format(
          Locale.ROOT,
          "dynamic(iterations=%d, leaky=%b, lastOnly=%b, biased=%b)",
          dynamic.iterations(),
          dynamic.leaky(),
          dynamic.lastIterationOnly(),
          dynamic.biased());
    }
    throw new IllegalArgumentException(
        "a routing of " + routing.getClass() + " has no written form");
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param text the written form
   * @return the routing
   * @throws IllegalArgumentException if it is no routing's
   */
  public static Routing read(String text) {
    Matcher dynamic = DYNAMIC.matcher(text);
    if (!dynamic.matches()) {
      throw new IllegalArgumentException("not a routing: " + text);
    }
    return new DynamicRouting(
        Integer.parseInt(dynamic.group(1)),
        Boolean.parseBoolean(dynamic.group(2)),
        Boolean.parseBoolean(dynamic.group(3)),
        Boolean.parseBoolean(dynamic.group(4)));
  }
}
