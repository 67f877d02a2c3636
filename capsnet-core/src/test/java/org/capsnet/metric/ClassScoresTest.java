package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;

class ClassScoresTest {

  /** Of three classes, the second has no images, and the third is never predicted. */
  @Test
  void whatIsUnknownIsNotZero() {
    Evaluation evaluation = new Evaluation(List.of("a", "b", "c"));
    evaluation.eval(0, 0);
    evaluation.eval(1, 0); // predicted b, is a
    evaluation.eval(0, 2);

    List<ClassScores> scores = ClassScores.of(evaluation);

    assertThat(scores)
        .containsExactly(
            new ClassScores(0, 2, 0.5, 0.5, 0.5),
            new ClassScores(1, 0, Double.NaN, Double.NaN, Double.NaN),
            new ClassScores(2, 1, Double.NaN, 0, 0));
  }
}
