package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Variable;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.CrossEntropyLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.nn.Init;
import org.capsnet.train.Loss;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

/**
 * On a network whose weights are all zero but the biases of its class capsules, so that the
 * capsules have the lengths 0.5, 0.9 and 0, whatever the image, and every pixel is drawn as one
 * half.
 */
class ClassificationObjectiveTest {

  private static final int PIXELS = 6 * 6;

  /** Of the two images, labelled 0 and 2, with the paper's loss. */
  private static final double MARGIN_0 = 0.4 * 0.4 + 0.5 * 0.8 * 0.8;

  private static final double MARGIN_2 = 0.9 * 0.9 + 0.5 * (0.4 * 0.4 + 0.8 * 0.8);

  private static CapsNet.Config builder() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 6, 6))
        .with("classes", 3)
        .with("stem", List.of(new Conv(2, 3, 1)))
        .with("primary", new Primary(2, 2, 3, 1))
        .with("classDim", 2)
        .with("decoder", List.of(4));
  }

  /** A bias of length 1 is squashed to 1/2, one of length 3 to 9/10. */
  private static CapsNet known(CapsNet net) {
    net.parameters().values().forEach(p -> p.value().assign(0));
    INDArray bias = net.parameters().get("classes.bias").value();
    bias.putScalar(0, 1, 1);
    bias.putScalar(1, 0, -3);
    return net;
  }

  /** A black image of class 0 and a white one of class 2. */
  private static DataSet batch() {
    INDArray images = Nd4j.zeros(DataType.DOUBLE, 2, 1, 6, 6);
    images.slice(1).assign(1);
    return new DataSet(images, OneHot.of(new int[] {0, 2}, 3, DataType.DOUBLE));
  }

  private static double loss(Trainable objective) {
    return objective.loss(batch(), Step.FIRST).total().value().getDouble(0);
  }

  @Test
  void theStandardOneIsThePapers() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    double expected = (MARGIN_0 + MARGIN_2) / 2 + 0.0005 * PIXELS * 0.25;
    assertThat(loss(ClassificationObjective.standard(net))).isCloseTo(expected, within(1e-4));
    assertThat(loss(ClassificationObjective.standard(net)))
        .isEqualTo(loss(ClassificationObjective.standard(net)));
  }

  @Test
  void scoresAreTheLengths() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    Loss objective = ClassificationObjective.standard(net).loss(batch(), Step.FIRST);
    assertThat(objective.predictions().orElseThrow().scores().shape()).containsExactly(2, 3);
    double[] lengths = {0.5, 0.9, 0};
    for (int k = 0; k < 3; k++) {
      assertThat(objective.predictions().orElseThrow().scores().getDouble(1, k))
          .isCloseTo(lengths[k], within(1.1e-4));
    }
    assertThat(
            new ClassificationObjective(
                    net,
                    MarginLoss.standard(),
                    ReconstructionLoss.SQUARED_ERROR,
                    new FixedSchedule(1))
                .module())
        .isSameAs(net);
  }

  @Test
  void withoutWeightTheDecoderIsLeftAlone() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    Trainable objective =
        new ClassificationObjective(
            net, MarginLoss.standard(), ReconstructionLoss.SQUARED_ERROR, new FixedSchedule(0));
    assertThat(loss(objective)).isCloseTo((MARGIN_0 + MARGIN_2) / 2, within(1e-4));
    objective.loss(batch(), Step.FIRST).total().backward();
    net.parameters()
        .forEach(
            (name, p) ->
                assertThat(p.variable().hasGradient())
                    .as(name)
                    .isEqualTo(!name.startsWith("decoder")));
  }

  /** Smoothing is the loss's alone: the decoder would see all poses, each faintly, otherwise. */
  @Test
  void theDecoderDrawsFromTheTrueCapsuleOfSmoothedLabels() {
    CapsNet net = builder().build(Init.seed(3).type(DataType.DOUBLE));
    double plain = term(MarginLoss.standard(), net, "reconstruction");
    assertThat(term(MarginLoss.standard().smoothed(0.3), net, "reconstruction")).isEqualTo(plain);
    assertThat(term(MarginLoss.standard().smoothed(0.3), net, "margin"))
        .isNotCloseTo(term(MarginLoss.standard(), net, "margin"), within(1e-5));
  }

  private static double term(ClassLoss loss, CapsNet net, String name) {
    return ClassificationObjective.standard(net, loss).loss(batch(), Step.FIRST).terms().stream()
        .filter(term -> term.name().equals(name))
        .mapToDouble(term -> term.value().value().getDouble(0))
        .sum();
  }

  @Test
  void withoutADecoderTheWeightDoesNotMatter() {
    CapsNet net = known(builder().with("decoder", null).build(Init.seed(0).type(DataType.DOUBLE)));
    Trainable objective =
        new ClassificationObjective(
            net, MarginLoss.standard(), ReconstructionLoss.SQUARED_ERROR, new FixedSchedule(7));
    assertThat(loss(objective)).isCloseTo((MARGIN_0 + MARGIN_2) / 2, within(1e-4));
  }

  @Test
  void crossEntropyOfPixelsDrawnAsHalvesIsLogTwoEach() {
    Trainable objective =
        new ClassificationObjective(
            known(builder().build(Init.seed(0).type(DataType.DOUBLE))),
            MarginLoss.standard(),
            ReconstructionLoss.BINARY_CROSS_ENTROPY,
            new FixedSchedule(0.1));
    assertThat(loss(objective))
        .isCloseTo((MARGIN_0 + MARGIN_2) / 2 + 0.1 * PIXELS * Math.log(2), within(1e-4));
  }

  @Test
  void classesAreWeighed() {
    Trainable objective =
        new ClassificationObjective(
            known(builder().build(Init.seed(0).type(DataType.DOUBLE))),
            new MarginLoss(0.8, 0.2, 0.25, 2, 3, 5),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(0));
    double first = 2 * 0.3 * 0.3 + 0.25 * 3 * 0.7 * 0.7;
    double second = 5 * 0.8 * 0.8 + 0.25 * (2 * 0.3 * 0.3 + 3 * 0.7 * 0.7);
    assertThat(loss(objective)).isCloseTo((first + second) / 2, within(1e-3));
  }

  /** Lengths 0.5, 0.9 and 0, labels 0 and 2, to about 1e-4. */
  @Test
  void anyLossOfClassesCanBeMinimised() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    double[] a = {0.5, 0.9, 0};
    DataSet ofTheFirstTwo =
        new DataSet(batch().getFeatures(), OneHot.of(new int[] {0, 1}, 3, DataType.DOUBLE));
    Loss likelihood =
        new ClassificationObjective(net, new NegativeLogLikelihood())
            .loss(ofTheFirstTwo, Step.FIRST);
    assertThat(likelihood.total().value().getDouble(0))
        .isCloseTo((-Math.log(a[0]) - Math.log(a[1])) / 2, within(1e-3));
    double sum = Math.exp(a[0]) + Math.exp(a[1]) + Math.exp(a[2]);
    assertThat(loss(new ClassificationObjective(net, new CrossEntropyLoss())))
        .isCloseTo((2 * Math.log(sum) - a[0] - a[2]) / 2, within(1e-4));
    Loss named = new ClassificationObjective(net, new CrossEntropyLoss()).loss(batch(), Step.FIRST);
    assertThat(named.terms()).extracting(Loss.Term::name).containsExactly("crossEntropy");
    Loss own =
        new ClassificationObjective(net, (x, t) -> x.minus(Variable.constant(t)).square().sum(1))
            .loss(batch(), Step.FIRST);
    assertThat(own.terms()).extracting(Loss.Term::name).containsExactly("classes");
  }

  @Test
  void theMarginOfASpreadLossGrowsWithTheSteps() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    Trainable objective =
        new ClassificationObjective(net, new SpreadLoss(new MarginSchedule(0.2, 0.9, 10)));
    for (int[] at : new int[][] {{0, 0}, {5, 1}, {10, 2}, {99, 9}}) {
      double m = 0.2 + 0.07 * Math.min(10, at[0]);
      double first = square(m + 0.4) + square(Math.max(0, m - 0.5));
      double second = square(m + 0.5) + square(m + 0.9);
      assertThat(objective.loss(batch(), new Step(at[0], at[1], true)).total().value().getDouble(0))
          .isCloseTo((first + second) / 2, within(1e-3));
    }
  }

  private static double square(double x) {
    return x * x;
  }

  @Test
  void withALossAloneTheDecoderIsLeftAlone() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    assertThat(loss(new ClassificationObjective(net, MarginLoss.standard())))
        .isCloseTo((MARGIN_0 + MARGIN_2) / 2, within(1e-4));
  }

  @Test
  void featuresOfAnotherTypeAreConverted() {
    CapsNet net = known(builder().build(Init.seed(0).type(DataType.DOUBLE)));
    DataSet floats =
        new DataSet(
            batch().getFeatures().castTo(DataType.FLOAT),
            batch().getLabels().castTo(DataType.INT32));
    assertThat(
            ClassificationObjective.standard(net)
                .loss(floats, Step.FIRST)
                .total()
                .value()
                .getDouble(0))
        .isEqualTo(loss(ClassificationObjective.standard(net)));
  }

  @Test
  void aNegativeWeightIsRefused() {
    CapsNet net = builder().build(Init.seed(0).type(DataType.DOUBLE));
    for (double weight : new double[] {-1, Double.NaN}) {
      assertThatThrownBy(
              () ->
                  new ClassificationObjective(
                      net,
                      MarginLoss.standard(),
                      ReconstructionLoss.SQUARED_ERROR,
                      new FixedSchedule(weight)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("weight of reconstruction: expected at least 0 and finite, got " + weight);
    }
    assertThatThrownBy(
            () ->
                new ClassificationObjective(
                        net,
                        new MarginLoss(0.9, 0.1, 0.5, 1, 1),
                        ReconstructionLoss.SQUARED_ERROR,
                        new FixedSchedule(0))
                    .loss(batch(), Step.FIRST))
        .hasMessage("class weights: expected 3, got 2");
  }
}
