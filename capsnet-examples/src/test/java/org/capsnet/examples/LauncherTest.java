package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LauncherTest {

  @Test
  void anExampleHasAShortNameAndAFullOne() {
    for (Class<?> example :
        new Class<?>[] {MnistExample.class, DetectionExample.class, MedicalExample.class}) {
      assertThat(Launcher.find(example.getSimpleName())).isEqualTo(example);
      assertThat(Launcher.find(example.getName())).isEqualTo(example);
    }
    for (String none : new String[] {"", "Mnist", "org.capsnet.MnistExample"}) {
      assertThat(Launcher.find(none)).isNull();
    }
  }
}
