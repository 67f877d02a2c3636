package org.capsnet.model.classification;

import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Sizes;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Test-time averaging: what a network says of an image, averaged over shifts of it by up to some
 * whole pixels each way, with zeros where nothing is left. It costs as many predictions as there
 * are shifts, 9 for a pixel. A figure that comes of it is to be called averaged over shifts: it is
 * not comparable with one of single predictions.
 *
 * @param pixels the greatest shift in each direction, at least 1
 */
public record ShiftAveraging(int pixels) {

  /**
   * Checks the shift.
   *
   * @throws IllegalArgumentException if it is below 1, or there are too many shifts to count
   */
  public ShiftAveraging {
    Sizes.atLeast(1, "pixels", pixels);
    long side = 2L * pixels + 1;
    Sizes.fits("shifts", side, side);
  }

  /** {@return the number of predictions of each image} */
  public int shifts() {
    int side = 2 * pixels + 1;
    return side * side;
  }

  /**
   * Averages the activations of the classes.
   *
   * @param net in evaluation mode
   * @param images {@code [batch, channels, height, width]}, from 0 to 1
   * @return {@code [batch, classes]}, belonging to no scope
   * @throws IllegalStateException if the network is in training mode
   * @throws IllegalArgumentException if the images are of another size, or so small that a shift
   *     leaves nothing of them
   * @throws ArithmeticException if the network gives NaN
   */
  public INDArray activations(Classifier net, INDArray images) {
    net.network().requireEvaluationMode();
    ImageShape image = ImageShape.of(net.network().architecture().input());
    image.require(images);
    Sizes.atLeast(
        pixels + 1,
        "height and width of images that are shifted by " + pixels,
        Math.min(image.height(), image.width()));
    Values.requireFromZeroToOne("images", images);
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      INDArray typed = images.castTo(net.network().type());
      INDArray sum = Nd4j.zeros(typed.dataType(), images.size(0), net.classes());
      for (int down = -pixels; down <= pixels; down++) {
        for (int right = -pixels; right <= pixels; right++) {
          Variable shifted = Variable.constant(shifted(typed, down, right));
          sum.addi(net.classify(shifted).classes().activation().value());
        }
      }
      Values.requireNumbers("activations", sum);
      return Scope.copyDetached(sum.divi(shifts()));
    }
  }

  private static INDArray shifted(INDArray images, int down, int right) {
    INDArray result = images.like();
    long height = images.size(2);
    long width = images.size(3);
    INDArray kept = images.get(all(), all(), kept(-down, height), kept(-right, width));
    result.put(new INDArrayIndex[] {all(), all(), kept(down, height), kept(right, width)}, kept);
    return result;
  }

  private static INDArrayIndex all() {
    return NDArrayIndex.all();
  }

  /** Where, along an axis, what is shifted so far comes to lie. */
  private static INDArrayIndex kept(int by, long size) {
    return NDArrayIndex.interval(Math.max(0, by), Math.min(size, size + by));
  }

  /**
   * Judges a network by these averages.
   *
   * @param net in evaluation mode
   * @param data images and one-hot labels, gone through from where it stands
   * @return ND4J's evaluation: accuracy, precision and recall of each class, confusion
   */
  public Evaluation evaluate(Classifier net, DataSetIterator data) {
    Evaluation evaluation = new Evaluation(net.classes());
    while (data.hasNext()) {
      DataSet batch = data.next();
      INDArray scores = activations(net, batch.getFeatures());
      evaluation.eval(batch.getLabels().castTo(scores.dataType()), scores);
    }
    return evaluation;
  }
}
