package org.capsnet.model;

import java.util.List;
import org.capsnet.capsule.Routing;
import org.capsnet.model.FeatureExtractor.Stage;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What the builders of detectors have in common. What is not said suits the size of the images.
 *
 * @param <B> the builder itself
 */
public abstract sealed class DetectorBuilder<B extends DetectorBuilder<B>>
    permits CapsuleDetector.Builder, GridCapsuleDetector.Builder {

  private static final int CLASS_DIM = 16;
  private static final int BOX_HIDDEN = 32;

  private int channels = 1;
  private int height;
  private int width;
  private int classes = 1;
  private List<Stage> stages;
  private Stage primary;
  private int primaryDim;
  private int classDim = CLASS_DIM;
  private Routing routing;
  private int boxHidden = BOX_HIDDEN;
  private DataType type = DataType.FLOAT;
  private long seed;

  DetectorBuilder(Routing routing) {
    this.routing = routing;
  }

  abstract B self();

  /**
   * The shape of the images.
   *
   * @param imageChannels 1 for grey, 3 for colour
   * @param imageHeight in pixels
   * @param imageWidth in pixels
   * @return this
   */
  public B image(int imageChannels, int imageHeight, int imageWidth) {
    channels = imageChannels;
    height = imageHeight;
    width = imageWidth;
    return self();
  }

  /**
   * The number of classes.
   *
   * @param number at least 1
   * @return this
   */
  public B classes(int number) {
    classes = number;
    return self();
  }

  /**
   * The stages of the features, in place of those of {@link BackboneArchitecture#standard}.
   *
   * @param all in order, at least one
   * @return this
   */
  public B stages(Stage... all) {
    stages = List.of(all);
    return self();
  }

  /**
   * The primary capsules, in place of those of {@link BackboneArchitecture#standard}.
   *
   * @param types of capsules at each place
   * @param dim of a capsule
   * @param kernel the side of the square kernel, odd
   * @param stride of the kernel
   * @return this
   */
  public B primary(int types, int dim, int kernel, int stride) {
    primary = new Stage(Math.multiplyExact(types, dim), kernel, stride);
    primaryDim = dim;
    return self();
  }

  /**
   * The dimension of the class capsules.
   *
   * @param dim at least 1; 16 unless set
   * @return this
   */
  public B classDim(int dim) {
    classDim = dim;
    return self();
  }

  /**
   * How primary capsules become class capsules.
   *
   * @param algorithm any routing
   * @return this
   */
  public B routing(Routing algorithm) {
    routing = algorithm;
    return self();
  }

  /**
   * The size of the hidden layer between a class capsule and its box.
   *
   * @param size at least 1; 32 unless set
   * @return this
   */
  public B boxHidden(int size) {
    boxHidden = size;
    return self();
  }

  /**
   * The type of the numbers.
   *
   * @param dataType FLOAT or DOUBLE
   * @return this
   */
  public B type(DataType dataType) {
    type = dataType;
    return self();
  }

  /**
   * The seed of the weights.
   *
   * @param number any
   * @return this
   */
  public B seed(long number) {
    seed = number;
    return self();
  }

  final long seed() {
    return seed;
  }

  final DetectorHead head() {
    return new DetectorHead(classes, classDim, routing, boxHidden);
  }

  final BackboneArchitecture backbone() {
    BackboneArchitecture standard = BackboneArchitecture.standard(channels, height, width);
    return new BackboneArchitecture(
        channels,
        height,
        width,
        stages == null ? standard.stages() : stages,
        primary == null ? standard.primary() : primary,
        primary == null ? standard.primaryDim() : primaryDim,
        type);
  }
}
