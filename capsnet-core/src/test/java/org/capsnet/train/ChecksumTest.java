package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.capsnet.autograd.Scope;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ChecksumTest {

  private static String of(INDArray array) {
    return Checksum.of(Map.of("x", array), Map.of());
  }

  @Test
  void isOfTheElementsAndNotOfHowTheyLieInMemory() {
    INDArray base = Nd4j.create(DataType.FLOAT, 5, 3, 4);
    base.assign(Nd4j.arange(60).castTo(DataType.FLOAT).reshape(5, 3, 4));
    INDArray rows = base.get(NDArrayIndex.interval(2, 4));
    for (INDArray view :
        new INDArray[] {
          base,
          rows,
          base.get(NDArrayIndex.interval(0, 2)),
          base.slice(3),
          base.permute(1, 0, 2),
          base.permute(2, 1, 0),
          base.dup('f'),
          rows.slice(1)
        }) {
      assertThat(of(view)).isEqualTo(of(Scope.copyDetached(view)));
    }
    assertThat(of(rows)).isNotEqualTo(of(base.get(NDArrayIndex.interval(0, 2))));
  }

  @Test
  void tellsShapesAndTypesApart() {
    INDArray zeros = Nd4j.zeros(DataType.FLOAT, 2, 3);
    assertThat(of(zeros)).isNotEqualTo(of(Nd4j.zeros(DataType.FLOAT, 3, 2)));
    assertThat(of(zeros)).isNotEqualTo(of(Nd4j.zeros(DataType.INT32, 2, 3)));
  }
}
