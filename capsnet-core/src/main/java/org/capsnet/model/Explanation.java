package org.capsnet.model;

import java.util.Optional;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.model.MedicalCapsNet.Output;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What in an image speaks for a diagnosis. Every primary capsule was there with some activation,
 * and routing gave some of it to the diagnosis, its coupling; the product of the two, summed over
 * the types at a place of the grid, is how much that place contributed. The arrays belong to no
 * scope.
 *
 * @param label the diagnosis
 * @param contributions of the places of the grid, {@code [gridHeight, gridWidth]}
 * @param heatMap these from the least, 0, to the most, 1, enlarged to the image, bilinear, {@code
 *     [height, width]}; 0 everywhere if all places contribute the same
 * @param reconstruction the image as drawn again from the primary capsules, {@code [channels,
 *     height, width]}, from 0 to 1; empty if the network does not
 */
public record Explanation(
    int label, INDArray contributions, INDArray heatMap, Optional<INDArray> reconstruction) {

  /**
   * Explains a diagnosis.
   *
   * @param net a network in evaluation mode, which makes diagnoses
   * @param image {@code [channels, height, width]}, from 0 to 1
   * @param label the diagnosis to explain, whether or not it is the one that the network makes
   * @return the explanation
   * @throws IllegalArgumentException if there is no such diagnosis, or the shape is not the
   *     network's
   * @throws IllegalStateException if the network makes no diagnosis
   * @throws UnsupportedOperationException if its routing has no coupling coefficients
   */
  public static Explanation of(MedicalCapsNet net, INDArray image, int label) {
    MedicalCapsNetArchitecture a = net.architecture();
    Shapes.require("image", image, a.channels(), a.height(), a.width());
    Pixels.require(image);
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      INDArray batch = image.castTo(a.type()).reshape(1, a.channels(), a.height(), a.width());
      Output out = net.forward(Variable.constant(batch));
      INDArray coupling = net.coupling(out).value();
      if (label < 0 || label >= a.classes()) {
        throw new IllegalArgumentException(
            "label: expected 0 to " + (a.classes() - 1) + ", got " + label);
      }
      INDArray places =
          contributions(coupling.slice(0).slice(label, 1), out.primary().activation().value());
      return new Explanation(
          label,
          Scope.copyDetached(places),
          Scope.copyDetached(heatMap(places, a.height(), a.width())),
          a.reconstructs()
              ? Optional.of(Scope.copyDetached(net.reconstruct(out).value().slice(0)))
              : Optional.empty());
    }
  }

  /**
   * Coupling times activation, summed over types.
   *
   * @param coupling {@code [types · height · width]}
   * @param activation {@code [1, types, height, width]}
   */
  private static INDArray contributions(INDArray coupling, INDArray activation) {
    INDArray grid = activation.slice(0);
    return coupling.dup('c').reshape('c', grid.shape()).mul(grid).sum(0);
  }

  /** From 0 to 1, and of a size; the centres of places stand at the centres of what they become. */
  static INDArray heatMap(INDArray places, int height, int width) {
    double least = places.minNumber().doubleValue();
    double range = places.maxNumber().doubleValue() - least;
    INDArray heat = Nd4j.zeros(DataType.FLOAT, height, width);
    for (int y = 0; range > 0 && y < height; y++) {
      double row = position(y, height, places.size(0));
      for (int x = 0; x < width; x++) {
        double value = between(places, row, position(x, width, places.size(1)));
        heat.putScalar(y, x, (value - least) / range);
      }
    }
    return heat;
  }

  /** Where the centre of a pixel lies among the centres of places, not beyond the outermost. */
  private static double position(int pixel, int pixels, long places) {
    double at = (pixel + 0.5) * places / pixels - 0.5;
    return Math.max(0, Math.min(places - 1.0, at));
  }

  private static double between(INDArray places, double y, double x) {
    long top = (long) y;
    long left = (long) x;
    long bottom = Math.min(top + 1, places.size(0) - 1);
    long right = Math.min(left + 1, places.size(1) - 1);
    double down = y - top;
    double across = x - left;
    double upper =
        (1 - across) * places.getDouble(top, left) + across * places.getDouble(top, right);
    double lower =
        (1 - across) * places.getDouble(bottom, left) + across * places.getDouble(bottom, right);
    return (1 - down) * upper + down * lower;
  }
}
