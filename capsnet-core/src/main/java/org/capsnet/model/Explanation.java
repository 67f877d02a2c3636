package org.capsnet.model;

import java.util.Optional;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutingTrace;
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
   * Explains a class.
   *
   * @param net a network in evaluation mode, which has coupling coefficients
   * @param pixels {@code [channels, height, width]}, from 0 to 1
   * @param label the class to explain, whether or not it is the one that the network predicts
   * @return the explanation, without a reconstruction
   * @throws IllegalArgumentException if there is no such class, or the shape is not the network's
   * @throws IllegalStateException if the network is being trained
   * @throws UnsupportedOperationException if the network has no coupling coefficients, or its
   *     voters do not stand on a grid of two axes
   * @throws ArithmeticException if the network gives NaN
   */
  public static Explanation of(Classifier net, INDArray pixels, int label) {
    ImageShape image = ImageShape.of(net.network().architecture().input());
    Shapes.require("image", pixels, image.channels(), image.height(), image.width());
    Values.requireFromZeroToOne("image", pixels);
    if (label < 0 || label >= net.classes()) {
      throw new IllegalArgumentException(
          "label: expected 0 to " + (net.classes() - 1) + ", got " + label);
    }
    net.network().requireEvaluationMode();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter();
        RoutingTrace trace = RoutingTrace.open()) {
      INDArray one = pixels.castTo(net.network().type());
      INDArray batch = one.reshape(1, image.channels(), image.height(), image.width());
      Capsules classes = net.classify(Variable.constant(batch)).classes();
      INDArray places = CouplingMap.of(trace.of(classes), label).slice(0);
      return new Explanation(
          label,
          Scope.copyDetached(places),
          Scope.copyDetached(heatMap(places, image.height(), image.width())),
          Optional.empty());
    }
  }

  /**
   * A map of places, enlarged to an image.
   *
   * @param places {@code [gridHeight, gridWidth]}
   * @param height of the image
   * @param width of the image
   * @return from the least, 0, to the most, 1, bilinear, {@code [height, width]}; 0 everywhere if
   *     all places are alike
   */
  public static INDArray heatMap(INDArray places, int height, int width) {
    double least = places.minNumber().doubleValue();
    double range = places.maxNumber().doubleValue() - least;
    if (!(range > 0)) {
      return Nd4j.zeros(DataType.FLOAT, height, width);
    }
    INDArray shares = places.castTo(DataType.DOUBLE).sub(least).div(range);
    return weights(height, places.size(0))
        .mmul(shares)
        .mmul(weights(width, places.size(1)).transpose())
        .castTo(DataType.FLOAT);
  }

  /**
   * What each place gives to each pixel, {@code [pixels, places]}: the centres of places stand at
   * the centres of what they become, and beyond the outermost is what is there.
   */
  private static INDArray weights(int pixels, long places) {
    double[][] weights = new double[pixels][(int) places];
    for (int i = 0; i < pixels; i++) {
      double at = (i + 0.5) * places / pixels - 0.5;
      double within = Math.max(0, Math.min(places - 1.0, at));
      for (int j = 0; j < places; j++) {
        weights[i][j] = Math.max(0, 1 - Math.abs(j - within));
      }
    }
    return Nd4j.createFromArray(weights);
  }
}
