package org.capsnet.data.medical;

import java.util.List;
import org.capsnet.data.SampleEncoder;

/**
 * Labels where several classes may apply: [batch, classes], 1 for each that does.
 *
 * @param classNames the name of each class
 */
public record MultiLabels(List<String> classNames) implements SampleEncoder<MultiLabelSample> {

  /** Copies the names. */
  public MultiLabels {
    classNames = List.copyOf(classNames);
  }

  @Override
  public long[] labelShape() {
    return new long[] {classNames.size()};
  }

  @Override
  public void encode(MultiLabelSample sample, float[] labels) {
    for (int label : sample.labels()) {
      if (label < 0 || label >= classNames.size()) {
        throw new IllegalArgumentException(
            "label: expected 0 to %s, got %s".formatted(classNames.size() - 1, label));
      }
      labels[label] = 1;
    }
  }
}
