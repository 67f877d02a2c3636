package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PreparedTest {

  private final INDArray weights = Nd4j.randn(DataType.FLOAT, 30, 40);
  private final Prepared prepared = new Prepared();
  private final AtomicInteger made = new AtomicInteger();

  private int get(Object sizes) {
    return prepared.get(Integer.class, sizes, weights, 1000, made::incrementAndGet);
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
    assertThat(prepared.get(String.class, "a", weights, 1, () -> "made")).isEqualTo("made");
    assertThat(get("a")).isEqualTo(1);
  }

  @Test
  void doesNotMakeWhatTakesTooMuchOfTheHeap() {
    assertThat(new Prepared(999).get(Integer.class, "a", weights, 1000, made::incrementAndGet))
        .isNull();
    assertThat(made).hasValue(0);
    assertThat(new Prepared(1000).get(Integer.class, "a", weights, 1000, made::incrementAndGet))
        .isEqualTo(1);
    long heap = Runtime.getRuntime().maxMemory();
    assertThat(prepared.get(Integer.class, "a", weights, heap / 2, made::incrementAndGet)).isNull();
  }

  /** Each further try would cost a collection of the whole heap. */
  @Test
  void doesWithoutOnceTheHeapWasFull() {
    Supplier<String> none =
        () -> {
          made.incrementAndGet();
          throw new OutOfMemoryError("Java heap space");
        };
    assertThat(prepared.get(String.class, "a", weights, 1, none)).isNull();
    assertThat(prepared.get(String.class, "a", weights, 1, none)).isNull();
    assertThat(made).hasValue(1);
    prepared.forget();
    assertThat(get("a")).isEqualTo(2);
  }
}
