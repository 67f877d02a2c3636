package org.capsnet.model.medical;

import java.util.stream.IntStream;
import org.capsnet.metric.SegmentationEvaluation;
import org.capsnet.train.Loss;
import org.capsnet.train.Metric;
import org.nd4j.linalg.dataset.DataSet;

/** The Dice coefficient of masks: the mean over images, and over all classes but the background. */
final class MeanDice implements Metric.Accumulator {

  /** The output with a score for each class of each pixel. */
  static final String MASKS = "masks";

  private final MedicalNetwork net;
  private final SegmentationEvaluation evaluation;

  MeanDice(MedicalNetwork net) {
    this.net = net;
    this.evaluation = SegmentationEvaluation.ofOverlap(net.masks());
  }

  @Override
  public void add(DataSet batch, Loss loss) {
    evaluation.add(
        MedicalBatch.of(batch, net).masks().orElseThrow(), MaskClasses.oneHot(loss.output(MASKS)));
  }

  @Override
  public double value() {
    return IntStream.range(1, net.masks())
        .mapToDouble(label -> evaluation.mean(label).dice())
        .average()
        .orElse(Double.NaN);
  }
}
