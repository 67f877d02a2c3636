package org.capsnet.model.classification;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;

/**
 * The rule of {@link CapsNet.Config#sizedFor}. The paper's network is made for 28×28 pixels: its
 * parameters grow with the square of the side, to a hundred million at 120, and the last layer of
 * its decoder has a row of weights for each pixel. By this rule images of 120×120 in colour and 5
 * classes get half a million parameters.
 */
final class NetworkSize {

  private static final int PAPER_SIDE = 32;
  private static final int MANY_IMAGES = 5000;
  private static final int KERNEL = 5;
  private static final int CHANNELS = 32;
  private static final int TYPES = 8;
  private static final int DIM = 8;
  private static final int PLACES = 8;

  private NetworkSize() {}

  /** What the rule says; the caller may change any of it. */
  static CapsNet.Config of(LabeledImages images) {
    int times = images.count() < MANY_IMAGES ? 1 : 2;
    List<Conv> stem = shrinking(images, times * CHANNELS);
    CapsNet.Config paper =
        CapsNet.Config.paper()
            .with("image", ImageShape.of(images))
            .with("classes", images.classes());
    if (stem.isEmpty()) {
      return paper;
    }
    int side = Math.max(images.height(), images.width());
    int shorter = Math.min(images.height(), images.width());
    for (Conv c : stem) {
      side = c.outputOf(side);
      shorter = c.outputOf(shorter);
    }
    int kernel = Math.min(KERNEL, shorter);
    int stride = 1 + (side - kernel) / PLACES;
    return paper
        .with("stem", stem)
        .with("primary", new Primary(times * TYPES, DIM, kernel, stride))
        .with("decoder", null);
  }

  /**
   * Convolutions of stride 2 that bring the longer side of images to 32 pixels or less.
   *
   * @param channels of the first of them; the others have twice as many
   * @return none for images that are no larger; a list that may be changed
   */
  static List<Conv> shrinking(LabeledImages images, int channels) {
    int side = Math.max(images.height(), images.width());
    int shorter = Math.min(images.height(), images.width());
    List<Conv> stem = new ArrayList<>();
    while (side > PAPER_SIDE) {
      Conv next = new Conv(stem.isEmpty() ? channels : 2 * channels, Math.min(KERNEL, shorter), 2);
      stem.add(next);
      side = next.outputOf(side);
      shorter = next.outputOf(shorter);
    }
    return stem;
  }
}
