package org.capsnet.data.medical;

import java.util.random.RandomGenerator;
import org.capsnet.data.RandomField;
import org.capsnet.data.SampleTransform;

/**
 * Warps image and mask by the same random field: {@link org.capsnet.data.RandomAffine} rotates,
 * scales and shears them, {@link org.capsnet.data.ElasticDeformation} deforms them. Beyond the
 * border both are mirrored.
 *
 * @param field where each warp is drawn from
 */
public record RandomWarp(RandomField field) implements SampleTransform<SegmentationSample> {

  @Override
  public SegmentationSample apply(SegmentationSample sample, RandomGenerator random) {
    int height = sample.image().height();
    int width = sample.image().width();
    return sample.warped(field.draw(height, width, random).mirrored());
  }
}
