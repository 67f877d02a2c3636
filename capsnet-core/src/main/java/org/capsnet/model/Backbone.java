package org.capsnet.model;

import java.util.List;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.nn.Init;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;

/**
 * From images to a grid of primary capsules: what detectors have in common. Children: {@code
 * features} and {@code primary}.
 */
public final class Backbone extends Module {

  private final BackboneArchitecture architecture;
  private final FeatureExtractor features;
  private final PrimaryCapsules primary;

  /**
   * A backbone with random weights.
   *
   * @param architecture its sizes
   * @param init the source of the weights
   */
  public Backbone(BackboneArchitecture architecture, Init init) {
    BackboneArchitecture a = architecture;
    this.architecture = a;
    Shape images = Shape.of(a.channels(), a.height(), a.width());
    features = child("features", new FeatureExtractor(images, a.stages(), init));
    primary =
        child(
            "primary",
            new PrimaryCapsules(
                features.output(),
                a.primaryTypes(),
                a.primaryDim(),
                a.primary().kernel(),
                a.primary().spec(),
                init));
  }

  /** {@return the shape of the primary capsules, {@code [types, dim, gridHeight, gridWidth]}} */
  public Shape output() {
    return primary.output();
  }

  /**
   * Makes primary capsules.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return poses {@code [batch, types, dim, gridHeight, gridWidth]}
   * @throws IllegalArgumentException if the images are of another size
   */
  public Capsules forward(Variable images) {
    BackboneArchitecture a = architecture;
    Shapes.require("images", images.value(), "batch", a.channels(), a.height(), a.width());
    List<Variable> maps = features.forward(images);
    return primary.forward(maps.get(maps.size() - 1));
  }
}
