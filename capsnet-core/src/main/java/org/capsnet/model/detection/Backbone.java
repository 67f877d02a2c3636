package org.capsnet.model.detection;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.model.block.ConvStem;
import org.capsnet.model.block.FeatureExtractor;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;

/**
 * From images to a grid of primary capsules: what detectors have in common. Children: {@code
 * features} and {@code primary}.
 */
final class Backbone extends Block<Variable, Capsules> {

  private final FeatureExtractor features;
  private final PrimaryCapsules primary;

  Backbone(DetectorSizes s, Init init) {
    this(features(s, init), s, init);
  }

  private static FeatureExtractor features(DetectorSizes s, Init init) {
    ConvStem.requireFit(s.image(), s.stages(), s.primary().convolution());
    return new FeatureExtractor(s.image().shape(), s.stages(), init);
  }

  private Backbone(FeatureExtractor features, DetectorSizes s, Init init) {
    this(features, s.primary().layer(features.output(), init));
  }

  private Backbone(FeatureExtractor features, PrimaryCapsules primary) {
    super(features.input(), primary.output());
    this.features = child("features", features);
    this.primary = child("primary", primary);
  }

  /**
   * Makes primary capsules.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return poses {@code [batch, types, dim, gridHeight, gridWidth]}
   */
  @Override
  public Capsules forward(Variable images) {
    return primary.forward(features.last(images));
  }
}
