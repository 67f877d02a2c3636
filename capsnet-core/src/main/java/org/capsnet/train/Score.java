package org.capsnet.train;

import java.util.Arrays;
import java.util.Optional;
import org.capsnet.train.Trainable.Told;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a batch was told, or, added up, many.
 *
 * @param loss the sum over the samples
 * @param correct how many samples were told right
 * @param told how many were told at all: all or, of a model that tells no classes, none
 * @param samples how many there were
 */
record Score(double loss, long correct, long told, long samples) {

  static final Score ZERO = new Score(0, 0, 0, 0);

  /** Judges an objective; arrays are made in the current scope. */
  static Score of(Trainable.Objective objective, long samples) {
    INDArray loss = objective.loss().value();
    if (loss.length() != 1) {
      throw new IllegalArgumentException(
          "loss: expected a scalar, got " + Arrays.toString(loss.shape()));
    }
    Optional<Told> told = objective.told();
    return new Score(
        loss.getDouble(0) * samples,
        told.map(Score::correct).orElse(0L),
        told.isPresent() ? samples : 0,
        samples);
  }

  private static long correct(Told told) {
    INDArray hits = told.scores().argMax(1).eq(told.labels().argMax(1));
    return hits.castTo(DataType.INT64).sumNumber().longValue();
  }

  Score plus(Score other) {
    return new Score(
        loss + other.loss, correct + other.correct, told + other.told, samples + other.samples);
  }

  double meanLoss() {
    return loss / samples;
  }

  /** Not a number where nothing was told. */
  double accuracy() {
    return (double) correct / told;
  }
}
