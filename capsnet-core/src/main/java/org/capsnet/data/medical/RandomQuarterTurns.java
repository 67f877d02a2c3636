package org.capsnet.data.medical;

import java.util.random.RandomGenerator;
import org.capsnet.data.SampleTransform;

/** Turns a square sample by 0, 90, 180 or 270 degrees: under a microscope nothing is upright. */
public record RandomQuarterTurns() implements SampleTransform<SegmentationSample> {

  @Override
  public SegmentationSample apply(SegmentationSample sample, RandomGenerator random) {
    if (sample.image().height() != sample.image().width()) {
      throw new IllegalArgumentException(
          "sample: expected a square image, got %s × %s"
              .formatted(sample.image().height(), sample.image().width()));
    }
    int turns = random.nextInt(4);
    SegmentationSample turned = sample;
    for (int i = 0; i < turns; i++) {
      turned = turned.quarterTurned();
    }
    return turned;
  }
}
