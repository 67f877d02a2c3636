package org.capsnet.model.insight;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Classifier;
import org.capsnet.model.CouplingMap;
import org.capsnet.model.ImageModel;
import org.capsnet.model.ImageShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Which places of an image a class is seen by: the activation of the class is compared with that of
 * the image with a square of it covered (Zeiler and Fergus 2014). It asks nothing of the network,
 * where a {@link CouplingMap} needs capsules that stand on a grid.
 */
public final class Occlusion {

  /** Squares that a side of the image has room for. */
  private static final int ACROSS = 6;

  private Occlusion() {}

  /**
   * Covers one square after the other, each half over the one before it, by the mean colour of the
   * image.
   *
   * @param net a network in evaluation mode
   * @param pixels {@code [channels, height, width]}, from 0 to 1
   * @param label the class
   * @return {@code [height, width]}: by how much the activation of the class falls where the place
   *     is covered, on average over the squares that cover it; below 0 where it grows. The array
   *     belongs to no scope.
   * @throws IllegalArgumentException if there is no such class, or the shape is not the network's
   * @throws IllegalStateException if the network is being trained
   * @throws ArithmeticException if the network gives NaN
   */
  public static INDArray of(Classifier net, INDArray pixels, int label) {
    ImageShape own = ImageShape.of(net.network().architecture().input());
    Shapes.require("image", pixels, own.channels(), own.height(), own.width());
    Values.requireFromZeroToOne("image", pixels);
    if (label < 0 || label >= net.classes()) {
      throw new IllegalArgumentException(
          "label: expected 0 to " + (net.classes() - 1) + ", got " + label);
    }
    net.network().requireEvaluationMode();
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      INDArray image = pixels.castTo(net.network().type());
      List<INDArrayIndex[]> squares = squares(image.size(1), image.size(2));
      double[] left = activations(net, image, squares, label);
      double whole = activations(net, image, List.of(), label)[0];
      return Scope.copyDetached(falls(image, squares, left, whole));
    }
  }

  /** All channels, rows and columns of each square. */
  private static List<INDArrayIndex[]> squares(long height, long width) {
    long side = Math.max(1, Math.round((double) Math.min(height, width) / ACROSS));
    long step = Math.max(1, side / 2);
    List<INDArrayIndex[]> squares = new ArrayList<>();
    for (long y = 0; y < height; y += step) {
      for (long x = 0; x < width; x += step) {
        squares.add(
            new INDArrayIndex[] {
              NDArrayIndex.all(),
              NDArrayIndex.interval(y, Math.min(height, y + side)),
              NDArrayIndex.interval(x, Math.min(width, x + side))
            });
      }
    }
    return squares;
  }

  /** Of the class with each of the squares covered; of the image itself where there are none. */
  private static double[] activations(
      Classifier net, INDArray image, List<INDArrayIndex[]> squares, int label) {
    double[] activations = new double[Math.max(1, squares.size())];
    for (int from = 0; from < activations.length; from += ImageModel.AT_ONCE) {
      int to = Math.min(activations.length, from + ImageModel.AT_ONCE);
      try (Scope scope = Scope.open()) {
        INDArray batch = Nd4j.stack(0, covered(image, squares, from, to));
        INDArray found = net.classify(Variable.constant(batch)).classes().activation().value();
        Values.requireNumbers("activations", found);
        for (int i = from; i < to; i++) {
          activations[i] = found.getDouble(i - from, label);
        }
      }
    }
    return activations;
  }

  private static INDArray[] covered(
      INDArray image, List<INDArrayIndex[]> squares, int from, int to) {
    INDArray mean = image.mean(1, 2).reshape(image.size(0), 1, 1);
    INDArray[] all = new INDArray[to - from];
    for (int i = from; i < to; i++) {
      all[i - from] = image.dup();
      if (!squares.isEmpty()) {
        INDArray square = all[i - from].get(squares.get(i));
        square.muli(0).addi(mean.broadcast(square.shape()));
      }
    }
    return all;
  }

  private static INDArray falls(
      INDArray image, List<INDArrayIndex[]> squares, double[] left, double whole) {
    INDArray falls = Nd4j.zeros(image.dataType(), image.size(1), image.size(2));
    INDArray times = falls.like();
    for (int i = 0; i < left.length; i++) {
      INDArrayIndex[] square = {squares.get(i)[1], squares.get(i)[2]};
      falls.get(square).addi(whole - left[i]);
      times.get(square).addi(1);
    }
    return falls.divi(times);
  }
}
