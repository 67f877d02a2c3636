package org.capsnet.model.medical;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.ImageShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A batch for a medical network, checked and taken apart.
 *
 * @param images {@code [batch, channels, height, width]}, of the network's type
 * @param diagnosis one-hot, or 1 for each finding, {@code [batch, classes]}; empty if the network
 *     makes no diagnosis
 * @param masks one-hot, {@code [batch, masks, height, width]}; empty if the network makes no masks
 */
record MedicalBatch(Variable images, Optional<INDArray> diagnosis, Optional<INDArray> masks) {

  static MedicalBatch of(DataSet batch, MedicalNetwork net) {
    ImageShape image = ImageShape.of(net.network().architecture().input());
    INDArray labels = batch.getLabels();
    Variable images = image.require(net.images(batch));
    List<String> classes = IntStream.range(0, net.classes()).mapToObj(Integer::toString).toList();
    SegmentationLabels layout =
        new SegmentationLabels(classes, net.masks(), image.height(), image.width());
    Shapes.require("labels", labels, images.size(0), layout.labelShape()[0]);
    return new MedicalBatch(
        images,
        net.classes() > 0 ? Optional.of(layout.diagnosis(labels)) : Optional.empty(),
        net.masks() > 0 ? Optional.of(layout.mask(labels)) : Optional.empty());
  }

  /**
   * What of each image a reconstruction is to show: all that is not background, the first class of
   * the masks; without masks the whole image.
   *
   * @return 1 where it is to be shown, {@code [batch, 1, height, width]}
   */
  private INDArray shown() {
    INDArray pixels = images.value();
    return masks
        .map(MaskClasses::foreground)
        .orElseGet(
            () -> Nd4j.ones(pixels.dataType(), pixels.size(0), 1, pixels.size(2), pixels.size(3)));
  }

  /** The squared error of a reconstruction of what it is to show, mean over its numbers. */
  Variable reconstructionError(Variable drawn) {
    double numbers = (double) drawn.value().length() / drawn.size(0);
    return ReconstructionLoss.SQUARED_ERROR
        .ofMasked(drawn, images.value(), shown())
        .dividedBy(numbers);
  }
}
