package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class GoldenTest {

  @Test
  void readsFloatsIntegersAndShapes() {
    Golden golden = Golden.read("dynamic_routing_3");
    assertThat(golden.get("votes").shape()).containsExactly(2, 6, 3, 4);
    assertThat(golden.number("iterations")).isEqualTo(3);
    assertThat(golden.get("coupling").sum(2).getDouble(1, 4)).isCloseTo(1, within());
    golden.assertClose("votes", golden.get("votes", DataType.FLOAT));
  }

  @Test
  void seesADifferenceOfATenMillionth() {
    Golden golden = Golden.read("squash");
    assertThatThrownBy(() -> golden.assertClose("v", golden.get("v").mul(1 + 1e-7)))
        .isInstanceOf(AssertionError.class);
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-12);
  }
}
