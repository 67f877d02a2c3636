package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.autograd.Scope;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AllOrNoneTest {

  @Test
  void whatIsMadeBelongsToNoScope() {
    try (Scope scope = Scope.open()) {
      Map<String, INDArray> made = AllOrNone.of(arrays -> arrays.put("a", Nd4j.ones(2)));
      assertThat(made.get("a").isAttached()).isFalse();
      made.get("a").close();
    }
  }

  @Test
  void whatWasMadeBeforeAFaultIsClosed() {
    Map<String, INDArray> made = new LinkedHashMap<>();
    assertThatThrownBy(
            () ->
                AllOrNone.of(
                    arrays -> {
                      arrays.put("a", Nd4j.ones(2));
                      arrays.put("b", Nd4j.ones(3));
                      made.putAll(arrays);
                      throw new EOFException("the third");
                    }))
        .isInstanceOf(EOFException.class)
        .hasMessage("the third");
    assertThat(made.values()).hasSize(2).allMatch(INDArray::wasClosed);
  }
}
