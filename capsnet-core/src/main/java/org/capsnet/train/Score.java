package org.capsnet.train;

import java.util.Arrays;
import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * How a batch was told, or, added up, many.
 *
 * @param loss the sum over the samples
 * @param correct how many samples were told right
 * @param samples how many there were
 */
record Score(double loss, long correct, long samples) {

  static final Score ZERO = new Score(0, 0, 0);

  /** Judges an objective; arrays are made in the current scope. */
  static Score of(Trainable.Objective objective, DataSet batch) {
    INDArray loss = objective.loss().value();
    if (loss.length() != 1) {
      throw new IllegalArgumentException(
          "loss: expected a scalar, got " + Arrays.toString(loss.shape()));
    }
    INDArray scores = objective.scores();
    Shapes.require("scores", scores, "batch", "classes");
    Shapes.requireSame("labels", batch.getLabels(), scores);
    INDArray hits = scores.argMax(1).eq(batch.getLabels().argMax(1));
    long samples = scores.size(0);
    return new Score(
        loss.getDouble(0) * samples, hits.castTo(DataType.INT64).sumNumber().longValue(), samples);
  }

  Score plus(Score other) {
    return new Score(loss + other.loss, correct + other.correct, samples + other.samples);
  }

  double meanLoss() {
    return loss / samples;
  }

  double accuracy() {
    return (double) correct / samples;
  }
}
