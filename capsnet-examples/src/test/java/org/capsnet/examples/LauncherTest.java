package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LauncherTest {

  /** Maven says nothing more where an example ends with 2. */
  @Test
  void wrongOptionsEndWithAStatusOfTheirOwn() {
    for (String option : new String[] {"--epochs=0", "--epochs=many", "--no-such-option"}) {
      Outcome outcome = Outcome.of(new MnistExample(), option);
      assertThat(outcome.status()).as(option).isEqualTo(2);
      outcome.requireComplaint("");
    }
  }

  @Test
  void anExampleHasAShortNameAndAFullOne() {
    for (Class<?> example :
        new Class<?>[] {
          MnistExample.class,
          MultiMnistExample.class,
          DetectionExample.class,
          MedicalExample.class,
          ExplorerExample.class,
          RoutingComparison.class,
          ViewpointComparison.class
        }) {
      assertThat(Launcher.find(example.getSimpleName())).isEqualTo(example);
      assertThat(Launcher.find(example.getName())).isEqualTo(example);
    }
    for (String none : new String[] {"", "Mnist", "org.capsnet.MnistExample"}) {
      assertThat(Launcher.find(none)).isNull();
    }
  }
}
