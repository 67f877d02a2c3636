package org.capsnet.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void sortsWhatItIsGiven() {
    assertThat(Summary.of(3, 1, 2)).isEqualTo(new Summary(1, 2, 3));
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(Summary.median(4, 1, 3, 2)).isEqualTo(2.5);
  }

  @Test
  void quantilesLieBetweenNeighbours() {
    assertThat(Summary.quantile(0.99, 0, 100)).isEqualTo(99);
    assertThat(Summary.quantile(0.99, 7)).isEqualTo(7);
  }

  @Test
  void leavesTheNumbersAsTheyAre() {
    double[] numbers = {2, 1};
    Summary.of(numbers);
    assertThat(numbers).containsExactly(2, 1);
  }

  @Test
  void refusesNoNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Summary.of())
        .withMessage("numbers: expected at least one");
  }
}
