package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;

/**
 * Convolutional features of images of any size, one map after each of its stages: what a network
 * for detection or segmentation makes capsules of. A stage is a convolution, batch normalization
 * and a ReLU; a stride of 2 halves the map.
 *
 * <p>The stages are children named {@code 0, 1, ..}.
 */
public final class FeatureExtractor extends Module {

  private final List<Chain<Variable, Variable>> stages = new ArrayList<>();

  /**
   * A convolution that keeps the size of its input but for the stride: padded by half its kernel,
   * it turns n pixels a side into n / stride, rounded up.
   *
   * @param channels that go out, at least 1
   * @param kernel the side of the square kernel, odd
   * @param stride of the kernel, at least 1
   */
  public record Stage(int channels, int kernel, int stride) {

    /**
     * Checks the numbers.
     *
     * @param channels that go out, at least 1
     * @param kernel the side of the square kernel, odd
     * @param stride of the kernel, at least 1
     * @throws IllegalArgumentException if one is out of its range
     */
    public Stage {
      if (channels < 1 || stride < 1) {
        throw new IllegalArgumentException(
            "channels and stride: expected at least 1, got " + channels + " and " + stride);
      }
      if (kernel < 1 || kernel % 2 == 0) {
        throw new IllegalArgumentException("kernel: expected an odd number, got " + kernel);
      }
    }

    /**
     * The height or width of the map that comes out.
     *
     * @param input the height or width of what goes in
     * @return {@code input / stride}, rounded up
     */
    public int outputOf(int input) {
      return (input - 1) / stride + 1;
    }

    Conv2dSpec spec() {
      return Conv2dSpec.UNIT.withStride(stride).withPadding(kernel / 2);
    }
  }

  /**
   * An extractor with random weights.
   *
   * @param in {@code [channels, height, width]}
   * @param stages in order; at least one
   * @param init the source of the weights
   */
  public FeatureExtractor(Shape in, List<Stage> stages, Init init) {
    Shape at = in;
    for (Stage stage : stages) {
      Chain<Variable, Variable> layers =
          Chain.of(at)
              .then(
                  shape ->
                      new Conv2d(
                          shape,
                          stage.channels,
                          stage.kernel,
                          stage.spec(),
                          Initializer.HE_NORMAL,
                          init))
              .then(shape -> new BatchNorm2d(shape, init))
              .then(Activation::relu);
      this.stages.add(child(Integer.toString(this.stages.size()), layers));
      at = layers.output();
    }
  }

  /** {@return the shapes of the maps after each stage} */
  public List<Shape> outputs() {
    return stages.stream().map(Chain::output).toList();
  }

  /** {@return the shape of the last map} */
  public Shape output() {
    return stages.get(stages.size() - 1).output();
  }

  /**
   * Makes features.
   *
   * @param images {@code [batch, channels, height, width]}
   * @return the maps after each stage, the last being the deepest
   */
  public List<Variable> forward(Variable images) {
    List<Variable> maps = new ArrayList<>();
    Variable at = images;
    for (Chain<Variable, Variable> stage : stages) {
      at = stage.forward(at);
      maps.add(at);
    }
    return List.copyOf(maps);
  }

  /** The size that a height or width has after all stages. */
  static int outputOf(List<Stage> stages, int input) {
    int at = input;
    for (Stage stage : stages) {
      at = stage.outputOf(at);
    }
    return at;
  }

  /** The numbers of the map of a first stage. */
  static long firstMap(Stage stage, int height, int width) {
    return Sizes.product(stage.channels, stage.outputOf(height), stage.outputOf(width));
  }
}
