package org.capsnet.data.objects;

import java.util.function.Predicate;
import org.capsnet.data.LabeledImages;

/**
 * Images of objects for the question of Hinton et al. (2018): how much worse is a network on
 * viewpoints that it has not seen? Two networks are compared on the novel viewpoints when they are
 * equally good on the familiar ones.
 *
 * @param train the images to train with
 * @param familiar other images, from viewpoints like those of training
 * @param novel images from viewpoints that training has none of
 */
public record ViewpointSplit(LabeledImages train, LabeledImages familiar, LabeledImages novel) {

  /** Of a set for training and one for tests, by the same viewpoints. */
  static ViewpointSplit of(ViewedImages train, ViewedImages test, Predicate<View> familiar) {
    return new ViewpointSplit(
        train.where(familiar).images(),
        test.where(familiar).images(),
        test.where(familiar.negate()).images());
  }
}
