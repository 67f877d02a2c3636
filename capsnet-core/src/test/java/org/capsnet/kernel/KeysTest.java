package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The records whose equality is written out: each of their components counts. */
class KeysTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ConvolutionSizes",
        "RoutingSizes",
        "HeldVotes$Key",
        "WinogradConvolution$Key",
        "WinogradConvolution$Order"
      })
  void keysAreEqualWhereAllComponentsAre(String name) throws ReflectiveOperationException {
    Class<?> type = Class.forName("org.capsnet.kernel." + name);
    Object key = make(type, -1);
    assertThat(make(type, -1)).isEqualTo(key).hasSameHashCodeAs(key);
    for (int i = 0; i < leaves(type); i++) {
      assertThat(make(type, i)).as("%s, component %d", name, i).isNotEqualTo(key);
    }
    assertThat(key).isNotEqualTo(null).isNotEqualTo("a key");
  }

  /** The numbers and truth values in a record and those in it. */
  private static int leaves(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .mapToInt(c -> c.getType().isRecord() ? leaves(c.getType()) : 1)
        .sum();
  }

  /** With one number or truth value that is another than usual. */
  private static Object make(Class<?> type, int other) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    int at = 0;
    for (int i = 0; i < values.length; i++) {
      Class<?> part = components[i].getType();
      if (part.isRecord()) {
        values[i] = make(part, other - at);
        at += leaves(part);
      } else {
        boolean changed = at++ == other;
        values[i] = part == boolean.class ? (Object) changed : (Object) (changed ? 99 : 7);
      }
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }
}
