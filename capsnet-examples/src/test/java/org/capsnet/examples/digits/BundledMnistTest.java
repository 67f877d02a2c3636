package org.capsnet.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.capsnet.data.LabeledImages;
import org.junit.jupiter.api.Test;

class BundledMnistTest {

  @Test
  void theDigitsAreThoseOfTheOriginal() throws IOException {
    LabeledImages train = BundledMnist.train();
    LabeledImages test = BundledMnist.test();
    assertThat(train.classCounts())
        .containsExactly(1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978);
    assertThat(test.classCounts())
        .containsExactly(175, 234, 219, 207, 217, 179, 178, 205, 192, 194);
    assertThat(train.image(0).shape()).containsExactly(1, 28, 28);
    assertThat(new int[] {train.label(0), train.label(1), train.label(2), test.label(0)})
        .containsExactly(5, 0, 4, 7);

    double sum = 0;
    for (int i = 0; i < test.count(); i++) {
      sum += test.image(i).meanNumber().doubleValue();
    }
    assertThat(sum / test.count()).isCloseTo(0.1245, within(0.005));
  }
}
