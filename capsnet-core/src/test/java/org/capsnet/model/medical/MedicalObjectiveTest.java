package org.capsnet.model.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.data.medical.SyntheticCells;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MaskLoss;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.nn.Init;
import org.capsnet.train.Loss;
import org.capsnet.train.Predictions;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

/**
 * On networks whose weights are all zero but the biases of the diagnosis capsules, so that these
 * have the lengths 0.5 and 0.9, every class of a pixel is as likely, and every pixel is drawn as
 * one half.
 */
class MedicalObjectiveTest {

  private static final int PIXELS = 2 * 3;

  /** Of an image of class 0, with the paper's loss and weights of the classes. */
  private static double margin(double weightOf0, double weightOf1) {
    return weightOf0 * 0.4 * 0.4 + weightOf1 * 0.5 * 0.8 * 0.8;
  }

  private static MedicalCapsNet.Config standard() {
    return MedicalCapsNet.Config.of(new ImageShape(1, 2, 3), 2, 2);
  }

  private static MedicalCapsNet known(MedicalCapsNet.Config builder) {
    MedicalCapsNet net =
        builder
            .with("stages", List.of(Conv.same(2, 3, 1)))
            .with("primary", Primary.same(2, 2, 3, 1))
            .with("classDim", 2)
            .build(Init.seed(0).type(DataType.DOUBLE));
    net.parameters().values().forEach(p -> p.value().assign(0));
    if (net.parameters().containsKey("diagnosis.bias")) {
      INDArray bias = net.parameters().get("diagnosis.bias").value();
      bias.putScalar(0, 1, 1);
      bias.putScalar(1, 0, -3);
    }
    return net;
  }

  /** White, of class 0, with 1 pixel of background and 5 of the other class. */
  private static DataSet batch(boolean diagnosis, boolean masks) {
    INDArray classes = Nd4j.createFromArray(new double[][] {{1, 0}});
    INDArray pixels = Nd4j.zeros(DataType.DOUBLE, 1, 2 * PIXELS);
    pixels.putScalar(0, 0, 1);
    for (int i = 1; i < PIXELS; i++) {
      pixels.putScalar(0, PIXELS + i, 1);
    }
    INDArray labels =
        diagnosis && masks ? Nd4j.concat(1, classes, pixels) : diagnosis ? classes : pixels;
    return new DataSet(Nd4j.ones(DataType.DOUBLE, 1, 1, 2, 3), labels);
  }

  private static double loss(Trainable objective, DataSet batch) {
    return objective.loss(batch, Step.FIRST).total().value().getDouble(0);
  }

  private static MedicalObjective weighted(
      MedicalCapsNet net, double diagnosis, double masks, double reconstruction) {
    return new MedicalObjective(
        net,
        MarginLoss.standard(),
        new FixedSchedule(diagnosis),
        MaskLoss.standard(),
        new FixedSchedule(masks),
        new FixedSchedule(reconstruction),
        false);
  }

  /** ln 2 a pixel, and 1 - Dice of probabilities of 1/2 everywhere with 1 and 5 of 6 pixels. */
  private static double maskLoss() {
    double background = (2 * 0.5 + 1) / (3 + 1 + 1);
    double other = (2 * 2.5 + 1) / (3 + 5 + 1);
    return Math.log(2) + 1 - (background + other) / 2;
  }

  /** Five pixels of white are drawn as one half, and one of black too. */
  private static final double RECONSTRUCTION = 0.25;

  @Test
  void theStandardOneSumsItsParts() {
    MedicalCapsNet net = known(standard());
    assertThat(loss(MedicalObjective.standard(net, false), batch(true, true)))
        .isCloseTo(margin(1, 1) + maskLoss() + RECONSTRUCTION, within(1e-6));
    assertThat(loss(MedicalObjective.standard(net, false, 3, 0.5), batch(true, true)))
        .isCloseTo(margin(3, 3) + maskLoss() + RECONSTRUCTION, within(1e-6));
  }

  @Test
  void partsAreWeighed() {
    MedicalCapsNet net = known(standard());
    MedicalObjective objective = weighted(net, 2, 3, 5);
    assertThat(loss(objective, batch(true, true)))
        .isCloseTo(2 * margin(1, 1) + 3 * maskLoss() + 5 * RECONSTRUCTION, within(1e-6));
  }

  /** The background is to be black, the rest white: a drawing of that loses nothing. */
  @Test
  void theReconstructionIsToShowWhatIsNotBackground() {
    MedicalCapsNet net = known(standard());
    MedicalBatch batch = MedicalBatch.of(batch(true, true), net);
    INDArray drawn = Nd4j.ones(DataType.DOUBLE, 1, 1, 2, 3);
    assertThat(batch.reconstructionError(Variable.constant(drawn)).value().getDouble(0))
        .isCloseTo(1.0 / PIXELS, within(1e-12));
    drawn.putScalar(0, 0);
    assertThat(batch.reconstructionError(Variable.constant(drawn)).value().getDouble(0)).isZero();
  }

  @Test
  void eachPartMayBeMissing() {
    MedicalCapsNet diagnosing = known(standard().with("masks", 0).with("reconstructs", false));
    assertThat(loss(MedicalObjective.standard(diagnosing, false), batch(true, false)))
        .isCloseTo(margin(1, 1), within(1e-6));
    // Without masks the whole image is to be drawn, which is white.
    MedicalCapsNet drawing = known(standard().with("masks", 0));
    assertThat(loss(MedicalObjective.standard(drawing, false), batch(true, false)))
        .isCloseTo(margin(1, 1) + 0.25, within(1e-6));
    MedicalCapsNet segmenting = known(standard().with("classes", 0).with("reconstructs", false));
    assertThat(loss(MedicalObjective.standard(segmenting, false), batch(false, true)))
        .isCloseTo(maskLoss(), within(1e-6));
  }

  @Test
  void classesArePredictedWhereAnImageHasOne() {
    MedicalCapsNet net = known(standard());
    MedicalObjective one = MedicalObjective.standard(net, false);
    Predictions made = one.loss(batch(true, true), Step.FIRST).predictions().orElseThrow();
    assertThat(made.scores().getDouble(0, 0)).isCloseTo(0.5, within(1e-4));
    assertThat(made.scores().getDouble(0, 1)).isCloseTo(0.9, within(1e-4));
    assertThat(made.labels().getDouble(0, 0)).isEqualTo(1);
    Loss several = MedicalObjective.standard(net, true).loss(batch(true, true), Step.FIRST);
    assertThat(several.predictions()).isEmpty();
    assertThat(
            MedicalObjective.standard(known(standard().with("classes", 0)), false)
                .loss(batch(false, true), Step.FIRST)
                .predictions())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void weightsOutOfRangeAreRefused(double weight) {
    MedicalCapsNet net = known(standard());
    assertThatThrownBy(() -> weighted(net, 1, weight, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight of mask: expected at least 0 and finite, got " + weight);
    assertThatThrownBy(() -> weighted(net, 1, 1, weight))
        .hasMessageStartingWith("weight of reconstruction: expected at least 0");
  }

  @Test
  void anObjectiveWithoutAPartIsRefused() {
    MedicalCapsNet net = known(standard().with("masks", 0).with("reconstructs", false));
    assertThatThrownBy(() -> weighted(net, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("weights: expected one above 0 of a part that the network has");
  }

  /** The labels that the reader writes are those that the objective reads. */
  @Test
  void takesTheBatchesOfSyntheticCells() {
    SyntheticCells cells = new SyntheticCells(16, 1);
    SegmentationLabels labels =
        new SegmentationLabels(
            SyntheticCells.CLASS_NAMES, SyntheticCells.MASK_NAMES.size(), 16, 16);
    DataSet data =
        SampleIterator.builder(SampleSource.of(List.of(cells.apply(0), cells.apply(1))), labels, 2)
            .build()
            .next();
    MedicalCapsNet net = MedicalCapsNet.Config.of(new ImageShape(3, 16, 16), 2, 3).build(0);
    MedicalBatch batch = MedicalBatch.of(data, net);
    assertThat(batch.diagnosis().orElseThrow().getDouble(1, cells.apply(1).label())).isEqualTo(1);
    INDArray masks = batch.masks().orElseThrow();
    Random random = new Random(1);
    for (int i = 0; i < 50; i++) {
      int y = random.nextInt(16);
      int x = random.nextInt(16);
      assertThat(masks.getDouble(0, cells.apply(0).mask().get(0, y, x), y, x)).isEqualTo(1);
    }
    assertThat(loss(MedicalObjective.standard(net, false), data)).isFinite().isPositive();
  }
}
