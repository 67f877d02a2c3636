package org.capsnet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Module;
import org.capsnet.nn.Sequential;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Convolutional features of images of any size, one map after each of its stages: what a network
 * for detection or segmentation makes capsules of. A stage is a convolution, batch normalization
 * and a ReLU; a stride of 2 halves the map.
 *
 * <p>The stages are children named {@code 0, 1, ..}.
 */
public final class FeatureExtractor extends Module {

  private final List<Sequential> stages = new ArrayList<>();

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

    /** The numbers of its state: weights, biases, and the four of batch normalization. */
    long numbers(int in) {
      return Sizes.sum(Sizes.convolution(in, channels, kernel), 4L * channels);
    }
  }

  /**
   * An extractor with random weights.
   *
   * @param channels of the images
   * @param stages in order; at least one
   * @param random where the weights come from
   * @param type FLOAT or DOUBLE
   */
  public FeatureExtractor(int channels, List<Stage> stages, RandomGenerator random, DataType type) {
    int in = channels;
    for (Stage stage : stages) {
      Sequential layers =
          new Sequential(
              new Conv2d(
                  in,
                  stage.channels,
                  stage.kernel,
                  stage.spec(),
                  Initializer.HE_NORMAL,
                  random,
                  type),
              new BatchNorm2d(stage.channels, type),
              Activation.relu());
      this.stages.add(child(Integer.toString(this.stages.size()), layers));
      in = stage.channels;
    }
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
    for (Sequential stage : stages) {
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

  /** How many numbers the state of an extractor has. */
  static long numbers(int channels, List<Stage> stages) {
    long numbers = 0;
    int in = channels;
    for (Stage stage : stages) {
      numbers = Sizes.sum(numbers, stage.numbers(in));
      in = stage.channels();
    }
    return numbers;
  }
}
