package org.capsnet.examples.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * How a figure is shown that may be unknown, which is what NaN says: a score of a class of which
 * there are no images, say. A 0 would be a result.
 */
public final class Figure {

  private Figure() {}

  /** In print, in a table and in a picture: a dash where it is unknown. */
  public static String text(String format, double figure) {
    return Double.isNaN(figure) ? "-" : String.format(Locale.ROOT, format, figure);
  }

  /** In JSON, which has no word for NaN: null where it is unknown. */
  public static void put(ObjectNode node, String name, double figure) {
    node.put(name, Double.isNaN(figure) ? null : (Double) figure);
  }
}
