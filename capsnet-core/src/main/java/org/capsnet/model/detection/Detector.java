package org.capsnet.model.detection;

import java.util.List;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.loss.BoxLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.model.Ability;
import org.capsnet.model.block.BoxHead;
import org.capsnet.nn.Cost;

/**
 * What a network can do that finds objects: at each cell of a grid it has a capsule for each class,
 * whose length says how sure it is that an object of the class has its centre there, and a box read
 * off that capsule. A {@link DetectionObjective} trains it, and an {@link ObjectDetector} asks it.
 */
public interface Detector extends Ability {

  /**
   * What a forward pass gives.
   *
   * @param classes a type for each class, poses {@code [batch, classes, dim, rows, columns]}
   * @param boxes centre x, centre y, width and height in shares of the image, {@code [batch,
   *     classes, 4, rows, columns]}
   */
  record Output(Capsules classes, Variable boxes) {

    /** Checks that the shapes fit each other. */
    public Output {
      long[] grid = classes.grid();
      Shapes.require(
          "boxes",
          boxes.value(),
          classes.batch(),
          classes.types(),
          BoxHead.NUMBERS,
          grid[0],
          grid[1]);
    }
  }

  /** {@return the number of classes, at least 1} */
  int classes();

  /** {@return the number of rows of the grid of class capsules, at least 1} */
  int rows();

  /** {@return the number of columns of the grid of class capsules, at least 1} */
  int columns();

  /**
   * From images to capsules and boxes.
   *
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return what the network says
   * @throws IllegalArgumentException if the images are of another size
   */
  Output detect(Variable images);

  /**
   * How objects become the labels that this network is trained on.
   *
   * @param classNames a name for each class
   * @return an encoder whose labels have, but for axes of size 1 at the end, the shape {@code
   *     [classes, 5, rows, columns]}
   */
  SampleEncoder<DetectionSample> encoder(List<String> classNames);

  /**
   * {@inheritDoc} For the margin loss classes are put last; the labels of boxes are taken apart.
   */
  @Override
  default Cost lossCost() {
    long[] each = {classes(), rows(), columns()};
    return MarginLoss.costOf(each).backward(9, each).plus(BoxLoss.cost(each));
  }
}
