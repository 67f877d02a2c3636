package org.capsnet.data.detection;

import java.util.List;
import org.capsnet.data.SampleEncoder;

/**
 * Labels for a detector that finds at most one object of each class: [batch, classes, 5], with the
 * five numbers of {@link BoxLabels}. Of several objects of a class the largest is taken; difficult
 * objects are labelled like others.
 *
 * @param classNames the name of each class
 */
public record ClassBoxes(List<String> classNames) implements SampleEncoder<DetectionSample> {

  /** Copies the names. */
  public ClassBoxes {
    classNames = List.copyOf(classNames);
  }

  @Override
  public long[] labelShape() {
    return new long[] {classNames.size(), BoxLabels.NUMBERS};
  }

  @Override
  public void encode(DetectionSample sample, float[] labels) {
    LabeledBox[] winners = winners(sample);
    for (int c = 0; c < winners.length; c++) {
      if (winners[c] != null) {
        BoxLabels.write(winners[c], labels, c * BoxLabels.NUMBERS, 1);
      }
    }
  }

  private LabeledBox[] winners(DetectionSample sample) {
    return BoxLabels.winners(sample, classNames.size(), classNames.size(), LabeledBox::label);
  }

  /**
   * The number of objects of a sample that the labels do not hold because a larger one takes their
   * place.
   *
   * @param sample the sample
   * @return 0 or more
   */
  public int crowdedOut(DetectionSample sample) {
    return BoxLabels.crowdedOut(sample, winners(sample));
  }
}
