package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PreparedTest {

  private final INDArray weights = Nd4j.randn(DataType.FLOAT, 30, 40);
  private final Prepared prepared = new Prepared();
  private final AtomicInteger made = new AtomicInteger();

  private int get(Object sizes) {
    return prepared.get(Integer.class, sizes, weights, made::incrementAndGet);
  }

  @Test
  void makesOnceWhatStaysTheSame() {
    assertThat(get("a")).isEqualTo(1);
    assertThat(get("a")).isEqualTo(1);
  }

  @Test
  void makesAgainForOtherSizesAndOnceForgotten() {
    get("a");
    assertThat(get("b")).isEqualTo(2);
    prepared.forget();
    assertThat(get("b")).isEqualTo(3);
  }

  @Test
  void noticesAnUpdateOfTheWeights() {
    get("a");
    weights.subi(1e-4f);
    assertThat(get("a")).isEqualTo(2);
    weights.muli(0.5f);
    assertThat(get("a")).isEqualTo(3);
  }

  @Test
  void keepsOneOfEachClass() {
    get("a");
    assertThat(prepared.get(String.class, "a", weights, () -> "made")).isEqualTo("made");
    assertThat(get("a")).isEqualTo(1);
  }
}
