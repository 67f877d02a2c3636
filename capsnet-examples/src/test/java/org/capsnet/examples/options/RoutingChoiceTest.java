package org.capsnet.examples.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.capsnet.capsule.ExponentialSquash;
import org.capsnet.capsule.Routing;
import org.capsnet.io.Kinds;
import org.capsnet.routing.AttentionRouting;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.routing.EmRouting;
import org.capsnet.routing.InverseTemperature;
import org.capsnet.routing.UniformRouting;
import org.junit.jupiter.api.Test;

class RoutingChoiceTest {

  private static RoutingChoice choice(String text) {
    RoutingChoice choice = new RoutingChoice.Converter().convert(text);
    assertThat(choice).hasToString(text);
    return choice;
  }

  @Test
  void everyRoutingOfTheLibraryIsKnownByItsName() {
    assertThat(new RoutingChoice.Names()).contains("dynamic", "em", "variational-bayes");
    for (String name : new RoutingChoice.Names()) {
      if (Kinds.of(Routing.class).get(name).getName().startsWith("org.capsnet.routing.")) {
        assertThat(choice(name).of(2)).isInstanceOf(Kinds.of(Routing.class).get(name));
      }
    }
  }

  @Test
  void settingsAreThoseOfTheRecord() {
    assertThat(choice("dynamic").of(2)).isEqualTo(new DynamicRouting(2));
    assertThat(choice("dynamic:leaky=true").of(3)).isEqualTo(new DynamicRouting(3).withLeak());
    assertThat(choice("attention:iterations=4:scored=false").of(3))
        .isEqualTo(new AttentionRouting(4, false));
    assertThat(choice("em:temperature.last=0.5:varianceFloor=0.01").of(1))
        .isEqualTo(new EmRouting(1, new InverseTemperature(0.5, 0.95, 0), 0.01));
  }

  @Test
  void aSettingThatIsNoneOfItsOwnIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choice("dynamic:leek=true").of(3))
        .withMessageContaining("leek");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> choice("dynamic:leaky=7").of(3))
        .withMessageContaining("leaky: expected true or false, got 7");
  }

  @Test
  void iterationsAreLeftOpenUnlessTheyAreSaid() {
    assertThat(choice("em").iterates()).isTrue();
    assertThat(choice("em:iterations=2").iterates()).isFalse();
    assertThat(choice("uniform").iterates()).isFalse();
    assertThat(new UniformRouting(new ExponentialSquash())).isNotEqualTo(choice("uniform").of(1));
  }
}
