package org.capsnet.autograd;

import java.util.Map;
import java.util.Objects;

/**
 * What makes a variable of others: a name, and the settings that the result depends on beside the
 * inputs, but for what its shape says. Whoever walks a graph, such as an export, needs no more.
 *
 * @param name such as {@code softmax}; one that is yours alone for an operation of your own
 * @param settings values by name, such as {@code axis}: numbers, texts, records or arrays of
 *     numbers, which must not be changed
 */
public record Operation(String name, Map<String, Object> settings) {

  /** Takes a copy of the settings. */
  public Operation {
    Objects.requireNonNull(name, "name");
    settings = Map.copyOf(settings);
  }

  /**
   * An operation without settings.
   *
   * @param name its name
   */
  public Operation(String name) {
    this(name, Map.of());
  }

  /**
   * An operation with a setting.
   *
   * @param name its name
   * @param setting the name of the setting
   * @param value of the setting
   */
  Operation(String name, String setting, Object value) {
    this(name, Map.of(setting, value));
  }
}
