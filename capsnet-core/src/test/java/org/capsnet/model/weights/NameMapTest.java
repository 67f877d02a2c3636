package org.capsnet.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NameMapTest {

  private final Map<String, INDArray> theirs = new LinkedHashMap<>();
  private final Map<String, long[]> ours = new LinkedHashMap<>();

  private void theirs(String name, long... shape) {
    INDArray array = Nd4j.create(shape);
    array.assign(theirs.size() + 1);
    theirs.put(name, array);
  }

  @Test
  void numbersAreInTheirOrderAndNotInThatOfTheirDigits() {
    for (String number : List.of("_10", "_9", "", "_100")) {
      theirs("net/dense" + number + "/kernel:0", 2);
    }
    List<String> names = List.of("a", "b", "c", "d");
    names.forEach(name -> ours.put(name, new long[] {2}));
    Map<String, INDArray> found =
        NameMap.NONE.takeInOrder("net/dense*/kernel:0", names, Layout.SAME).apply(theirs, ours);
    assertThat(names.stream().map(name -> found.get(name).getInt(0))).containsExactly(3, 2, 1, 4);
  }

  @Test
  void aStarIsAnythingAndAllElseItself() {
    theirs("a.b*c", 1);
    theirs("axb", 1);
    ours.put("own", new long[] {1});
    assertThat(NameMap.NONE.take("a.b*", "own").leave("*x*").apply(theirs, ours))
        .containsOnlyKeys("own");
    assertThat(NameMap.NONE.take("*a.b*c*", "own").leave("axb").apply(theirs, ours))
        .containsOnlyKeys("own");
  }

  /** All that is wrong, at once. */
  @Test
  void everyFaultIsListed() {
    theirs("conv/kernel", 3, 3, 1, 8);
    theirs("conv/bias", 8);
    theirs("flat", 6);
    theirs("twice_1", 1);
    theirs("twice_2", 1);
    theirs("momentum", 4);
    theirs("logits", 2);
    theirs("orphan", 1);
    ours.put("stem.weight", new long[] {8, 2, 3, 3});
    ours.put("stem.bias", new long[] {8});
    ours.put("table", new long[] {2, 3});
    ours.put("one", new long[] {1});
    ours.put("gone", new long[] {1});
    ours.put("forgotten", new long[] {1});
    NameMap map =
        NameMap.NONE
            .take("conv/kernel", "stem.weight", Layout.KERAS_CONVOLUTION)
            .take("conv/bias", "stem.bias")
            .take("flat", "table", Layout.KERAS_LINEAR)
            .take("twice_*", "one")
            .take("nowhere", "gone")
            .take("orphan", "unknown")
            .leaveZeros("logits");
    assertThatThrownBy(() -> map.apply(theirs, ours))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            missing: one, expected an array named twice_*, got twice_1, twice_2; gone, expected an array \
            named nowhere, got none; forgotten
            left over: momentum; orphan (there is no unknown)
            of another shape: stem.weight: expected [8, 2, 3, 3], got conv/kernel of [3, 3, 1, 8], laid out \
            as [8, 1, 3, 3]; table: expected [2, 3], got flat of [6], expected 2 axes, got [6]
            not 0, and without a counterpart: logits""");
  }

  @Test
  void zerosWithoutACounterpartAreLeft() {
    theirs.put("logits", Nd4j.zeros(3));
    assertThat(NameMap.NONE.leaveZeros("logits").apply(theirs, ours)).isEmpty();
  }

  @Test
  void whatTheOtherToolComputesWithoutIsZero() {
    ours.put("bias", new long[] {2, 3});
    Map<String, INDArray> found = NameMap.NONE.zero("bias").zero("none").apply(theirs, ours);
    assertThat(found).containsOnlyKeys("bias");
    assertThat(found.get("bias")).isEqualTo(Nd4j.zeros(2, 3));
  }

  @Test
  void layoutsSayWhichAxisIsWhich() {
    INDArray kernel = Nd4j.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5);
    INDArray own = Layout.KERAS_CONVOLUTION.apply(kernel);
    assertThat(own.shape()).containsExactly(5, 4, 2, 3);
    assertThat(own.getDouble(4, 1, 0, 2)).isEqualTo(kernel.getDouble(0, 2, 1, 4));
    INDArray flat =
        Layout.permuted(1, 0).then(Layout.reshaped(6)).apply(Nd4j.arange(6).reshape(2, 3));
    assertThat(flat.toDoubleVector()).containsExactly(0, 3, 1, 4, 2, 5);
    assertThatThrownBy(() -> Layout.reshaped(4).apply(Nd4j.zeros(2, 3)))
        .hasMessage("expected as many numbers as [4], got [2, 3]");
  }
}
