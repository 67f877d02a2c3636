package org.capsnet.model.block;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/**
 * Convolutional features of images of any size, one map after each of its stages: what a network
 * for detection or segmentation makes capsules of. A stage is a convolution, batch normalization
 * and a rectifier; a stride of 2 halves the map.
 *
 * <p>The stages are children named {@code 0, 1, ..}. The output is the last map.
 */
public final class FeatureExtractor extends Block<Variable, Variable> {

  private final List<Chain<Variable, Variable>> stages;

  /**
   * An extractor.
   *
   * @param in {@code [channels, height, width]}
   * @param sizes of the stages, in order; at least one
   * @param init the source of the weights
   * @throws IllegalArgumentException if there is no stage, or a kernel does not fit
   */
  public FeatureExtractor(Shape in, List<Conv> sizes, Init init) {
    this(in, build(in, sizes, init));
  }

  private FeatureExtractor(Shape in, List<Chain<Variable, Variable>> stages) {
    super(in, stages.get(stages.size() - 1).output());
    this.stages = stages;
    for (int k = 0; k < stages.size(); k++) {
      child(Integer.toString(k), stages.get(k));
    }
  }

  private static List<Chain<Variable, Variable>> build(Shape in, List<Conv> sizes, Init init) {
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException("stages: expected at least one, got none");
    }
    List<Chain<Variable, Variable>> stages = new ArrayList<>();
    for (Conv c : sizes) {
      stages.add(
          Chain.of(stages.isEmpty() ? in : stages.get(stages.size() - 1).output())
              .then(shape -> c.layer(shape, init))
              .then(shape -> new BatchNorm2d(shape, init))
              .then(Activation::relu));
    }
    return List.copyOf(stages);
  }

  /** {@return the shapes of the maps after each stage} */
  public List<Shape> shapes() {
    return stages.stream().map(Chain::output).toList();
  }

  /**
   * Makes features.
   *
   * @param images {@code [batch, channels, height, width]}
   * @return the maps after each stage, the last being the deepest
   */
  public List<Variable> maps(Variable images) {
    List<Variable> maps = new ArrayList<>();
    Variable at = images;
    for (Chain<Variable, Variable> stage : stages) {
      at = stage.forward(at);
      maps.add(at);
    }
    return List.copyOf(maps);
  }

  @Override
  public Variable forward(Variable images) {
    List<Variable> maps = maps(images);
    return maps.get(maps.size() - 1);
  }
}
