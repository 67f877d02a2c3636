package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.nn.Init;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that finds objects: at each cell of a grid a capsule for each class, whose length says
 * how sure it is that an object of the class has its centre there, and a box read off that capsule.
 * A {@link DetectionObjective} trains it, and an {@link ObjectDetector} asks it.
 */
public abstract sealed class Detector extends Module permits CapsuleDetector, GridCapsuleDetector {

  private static final int NUMBERS = 4;

  private final BackboneArchitecture backbone;
  private final DetectorHead head;
  private final Backbone features;
  private final BoxHead boxes;

  /**
   * What a forward pass gives.
   *
   * @param classes a type for each class, poses {@code [batch, classes, dim, rows, columns]}
   * @param boxes centre x, centre y, width and height in shares of the image, {@code [batch,
   *     classes, 4, rows, columns]}
   */
  public record Output(Capsules classes, Variable boxes) {

    /**
     * Checks that the shapes fit each other.
     *
     * @param classes a type for each class
     * @param boxes centre x, centre y, width and height
     */
    public Output {
      Shapes.require(
          "boxes",
          boxes.value(),
          classes.batch(),
          classes.types(),
          NUMBERS,
          classes.grid()[0],
          classes.grid()[1]);
    }
  }

  Detector(
      BackboneArchitecture backbone,
      DetectorHead head,
      int rows,
      int columns,
      double reach,
      double initialSize,
      Init init) {
    this.backbone = backbone;
    this.head = head;
    features = child("backbone", new Backbone(backbone, init));
    boxes =
        child(
            "boxes",
            new BoxHead(
                Shape.of(head.classes(), head.classDim(), rows, columns),
                head.boxHidden(),
                reach,
                initialSize,
                init));
  }

  /** The shape of the primary capsules. */
  final Shape primary() {
    return features.output();
  }

  /** Makes a type of capsules for each class, on the grid of this network. */
  abstract Capsules classes(Capsules primary);

  /**
   * The sizes from images to primary capsules.
   *
   * @return that part of the architecture
   */
  public final BackboneArchitecture backbone() {
    return backbone;
  }

  /**
   * The sizes of the class capsules and their boxes.
   *
   * @return that part of the architecture
   */
  public final DetectorHead head() {
    return head;
  }

  /**
   * The number of rows of the grid of class capsules.
   *
   * @return at least 1
   */
  public abstract int rows();

  /**
   * The number of columns of the grid of class capsules.
   *
   * @return at least 1
   */
  public abstract int columns();

  /**
   * From images to capsules and boxes.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return what the network says
   * @throws IllegalArgumentException if the images are of another size
   */
  public final Output forward(Variable images) {
    Capsules found = classes(features.forward(images));
    return new Output(found, boxes.forward(found));
  }

  /**
   * Draws images again from their class capsules.
   *
   * @param classes those of {@link #forward}
   * @param present 1 for the capsules to draw, 0 for those to leave out, {@code [batch, classes,
   *     rows, columns]}
   * @return {@code [batch, pixels]}, from 0 to 1; empty if this network has no decoder
   */
  public abstract Optional<Variable> reconstruct(Capsules classes, INDArray present);

  /**
   * How objects become the labels that this network is trained on.
   *
   * @param classNames a name for each class
   * @return an encoder whose labels have, but for axes of size 1 at the end, the shape {@code
   *     [classes, 5, rows, columns]}
   */
  public abstract SampleEncoder<DetectionSample> encoder(List<String> classNames);

  /**
   * Writes weights and architecture to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public final void save(Path file) throws IOException {
    ModelFile.write(file, this, metadata());
  }

  /**
   * What {@link #save} writes beside the weights: the architecture. Checkpoints of a training that
   * have it, by {@link org.capsnet.train.Trainer#metadata}, can be loaded as a file of the model.
   *
   * @return text by key
   */
  public abstract Map<String, String> metadata();
}
