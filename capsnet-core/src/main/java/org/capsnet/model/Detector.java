package org.capsnet.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleGrid;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that finds objects: at each cell of a grid a capsule for each class, whose length says
 * how sure it is that an object of the class has its centre there, and a box read off that capsule.
 * A {@link DetectionObjective} trains it, and an {@link ObjectDetector} asks it.
 */
public sealed interface Detector permits CapsuleDetector, GridCapsuleDetector {

  /**
   * What a forward pass gives.
   *
   * @param classes a type for each class, poses {@code [batch, classes, dim, rows, columns]}
   * @param boxes centre x, centre y, width and height in shares of the image, {@code [batch,
   *     classes, 4, rows, columns]}
   */
  record Output(CapsuleGrid classes, Variable boxes) {

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
          4,
          classes.height(),
          classes.width());
    }
  }

  /**
   * The network itself.
   *
   * @return the module that is trained and saved
   */
  Module module();

  /**
   * The sizes from images to primary capsules.
   *
   * @return that part of the architecture
   */
  BackboneArchitecture backbone();

  /**
   * The sizes of the class capsules and their boxes.
   *
   * @return that part of the architecture
   */
  DetectorHead head();

  /**
   * The number of rows of the grid of class capsules.
   *
   * @return at least 1
   */
  int rows();

  /**
   * The number of columns of the grid of class capsules.
   *
   * @return at least 1
   */
  int columns();

  /**
   * From images to capsules and boxes.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return what the network says
   * @throws IllegalArgumentException if the images are of another size
   */
  Output forward(Variable images);

  /**
   * Draws images again from their class capsules.
   *
   * @param classes those of {@link #forward}
   * @param present 1 for the capsules to draw, 0 for those to leave out, {@code [batch, classes,
   *     rows, columns]}
   * @return {@code [batch, pixels]}, from 0 to 1; empty if this network has no decoder
   */
  Optional<Variable> reconstruct(CapsuleGrid classes, INDArray present);

  /**
   * How objects become the labels that this network is trained on.
   *
   * @param classNames a name for each class
   * @return an encoder whose labels have, but for axes of size 1 at the end, the shape {@code
   *     [classes, 5, rows, columns]}
   */
  SampleEncoder<DetectionSample> encoder(List<String> classNames);

  /**
   * Writes weights and architecture to a safetensors file.
   *
   * @param file replaced as a whole or not at all
   * @param metadata further texts, by keys of the caller's
   * @throws IOException if it cannot be written
   */
  void save(Path file, Map<String, String> metadata) throws IOException;
}
