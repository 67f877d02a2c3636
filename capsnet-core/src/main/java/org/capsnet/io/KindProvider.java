package org.capsnet.io;

import java.util.Map;

/**
 * Names classes for {@link Kinds} without a call: a library of routings or networks lists its
 * provider in {@code META-INF/services/org.capsnet.io.KindProvider}, and whoever has it on the
 * class path reads and writes them. This library names its own in the same way.
 */
public interface KindProvider {

  /**
   * {@return records and enums by the names that files have for them; see {@link Kinds#register}}
   */
  Map<String, Class<?>> kinds();
}
