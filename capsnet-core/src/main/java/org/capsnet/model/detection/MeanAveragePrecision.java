package org.capsnet.model.detection;

import java.util.List;
import org.capsnet.data.detection.BoxLabels;
import org.capsnet.data.detection.LabeledBox;
import org.capsnet.metric.Detection;
import org.capsnet.metric.DetectionEvaluation;
import org.capsnet.train.Loss;
import org.capsnet.train.Metric;
import org.nd4j.linalg.dataset.DataSet;

/** PASCAL's mean average precision of what a detector gives for batches with labels. */
final class MeanAveragePrecision implements Metric.Accumulator {

  private static final double IOU = 0.5;

  private final DetectionEvaluation evaluation;
  private final NonMaximumSuppression rule;

  MeanAveragePrecision(int classes, NonMaximumSuppression rule) {
    this.evaluation = new DetectionEvaluation(classes);
    this.rule = rule;
  }

  @Override
  public void add(DataSet batch, Loss loss) {
    List<List<LabeledBox>> truth = BoxLabels.objects(batch.getLabels());
    List<List<Detection>> found =
        Detections.of(
            loss.output(DetectionObjective.LENGTHS), loss.output(DetectionObjective.BOXES), rule);
    for (int i = 0; i < truth.size(); i++) {
      evaluation.add(truth.get(i), found.get(i));
    }
  }

  @Override
  public double value() {
    return evaluation.pascal(IOU).mean();
  }
}
