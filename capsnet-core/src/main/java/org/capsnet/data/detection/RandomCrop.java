package org.capsnet.data.detection;

import java.util.random.RandomGenerator;
import org.capsnet.data.SampleTransform;

/**
 * Cuts out a random part with the proportions of the image and resizes it to the size of the image,
 * so that objects become larger and move. Boxes are clipped to the part, and objects of which too
 * little is left are dropped: what remains of them counts as background, so {@code minVisible}
 * should be a share below which an object cannot be recognized.
 *
 * @param minScale the least height and width of the part, as a share of the image's, above 0 to 1
 * @param minVisible an object stays if at least this share of its box is left, above 0 to 1
 */
public record RandomCrop(double minScale, double minVisible)
    implements SampleTransform<DetectionSample> {

  /**
   * Checks the shares.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RandomCrop {
    require("minScale", minScale);
    require("minVisible", minVisible);
  }

  private static void require(String name, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(name + ": expected above 0 to 1, got " + share);
    }
  }

  @Override
  public DetectionSample apply(DetectionSample sample, RandomGenerator random) {
    double scale = minScale + (1 - minScale) * random.nextDouble();
    int fullHeight = sample.image().height();
    int fullWidth = sample.image().width();
    int height = (int) Math.max(1, Math.round(scale * fullHeight));
    int width = (int) Math.max(1, Math.round(scale * fullWidth));
    int top = random.nextInt(fullHeight - height + 1);
    int left = random.nextInt(fullWidth - width + 1);
    return sample.cropped(top, left, height, width, minVisible).resized(fullHeight, fullWidth);
  }
}
