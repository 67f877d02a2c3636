package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.digits.DigitPair;
import org.capsnet.data.digits.DigitPairs;
import org.capsnet.data.digits.PairLabels;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.train.Loss;
import org.capsnet.train.Metric;
import org.capsnet.train.Step;
import org.capsnet.train.Trainer;
import org.capsnet.train.Validation;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.FixedSchedule;

class PairObjectiveTest {

  private static final int CLASSES = 4;
  private static final int SIDE = 12;
  private static final int PIXELS = SIDE * SIDE;
  private static final int DIM = 3;
  private static final List<String> NAMES = List.of("a", "b", "c", "d");
  private static final PairLabels LABELS = new PairLabels(NAMES, SIDE, SIDE);

  /** Of three images: which two classes each has. */
  private static final int[][] PRESENT = {{0, 2}, {3, 1}, {2, 3}};

  private static CapsNet.Config config() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, SIDE, SIDE))
        .with("classes", CLASSES)
        .with("stem", List.of(new Conv(4, 5, 1)))
        .with("primary", new Primary(3, 4, 4, 2))
        .with("classDim", DIM)
        .with("decoder", List.of(7));
  }

  /** With biases, since rectifiers have no slope at the zeros that new ones make. */
  private static CapsNet network(CapsNet.Config config) {
    CapsNet net = config.build(Init.seed(3).type(DataType.DOUBLE));
    Random random = new Random(5);
    net.parameters()
        .values()
        .forEach(p -> p.value().addi(GradientCheck.random(random, p.shape()).muli(0.2)));
    net.eval();
    return net;
  }

  private static DataSet batch() {
    return batch(false);
  }

  /** Images and drawings of noise. */
  private static DataSet batch(boolean exchanged) {
    Random random = new Random(9);
    int row = CLASSES + PIXELS;
    double[] labels = new double[PRESENT.length * 2 * row];
    for (int i = 0; i < PRESENT.length * 2; i++) {
      int start = (exchanged ? i ^ 1 : i) * row;
      labels[start + PRESENT[i / 2][i % 2]] = 1;
      for (int p = 0; p < PIXELS; p++) {
        labels[start + CLASSES + p] = random.nextDouble();
      }
    }
    double[] images = random.doubles((long) PRESENT.length * PIXELS).toArray();
    return new DataSet(
        Nd4j.createFromArray(images).reshape('c', PRESENT.length, 1, SIDE, SIDE),
        Nd4j.createFromArray(labels).reshape('c', PRESENT.length, 2, row));
  }

  private static double term(Loss loss, String name) {
    return loss.terms().stream()
        .filter(term -> term.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value()
        .value()
        .getDouble(0);
  }

  // ---------------------------------------------------------------- values

  /** The decoder on the pose of one class, all others zero, and its distance from a drawing. */
  private static double squaredError(CapsNet net, double[] pose, int label, double[] drawing) {
    Map<String, INDArray> state = net.state();
    double[][] first = state.get("decoder.0.weight").toDoubleMatrix();
    double[] firstBias = state.get("decoder.0.bias").toDoubleVector();
    double[][] last = state.get("decoder.2.weight").toDoubleMatrix();
    double[] lastBias = state.get("decoder.2.bias").toDoubleVector();
    double[] hidden = new double[first.length];
    for (int h = 0; h < hidden.length; h++) {
      double sum = firstBias[h];
      for (int d = 0; d < DIM; d++) {
        sum += first[h][label * DIM + d] * pose[d];
      }
      hidden[h] = Math.max(0, sum);
    }
    double error = 0;
    for (int p = 0; p < PIXELS; p++) {
      double sum = lastBias[p];
      for (int h = 0; h < hidden.length; h++) {
        sum += last[p][h] * hidden[h];
      }
      double difference = 1 / (1 + Math.exp(-sum)) - drawing[p];
      error += difference * difference;
    }
    return error;
  }

  @Test
  void itsTermsAreThoseOfThePaperInLoops() {
    CapsNet net = network(config());
    DataSet batch = batch();
    Capsules classes = net.classify(Variable.constant(batch.getFeatures())).classes();
    double margin = 0;
    double reconstruction = 0;
    for (int b = 0; b < PRESENT.length; b++) {
      for (int k = 0; k < CLASSES; k++) {
        double length = classes.activation().value().getDouble(b, k);
        boolean there = k == PRESENT[b][0] || k == PRESENT[b][1];
        double shortfall = Math.max(0, there ? 0.9 - length : length - 0.1);
        margin += (there ? 1 : 0.5) * shortfall * shortfall;
      }
      for (int which = 0; which < 2; which++) {
        int label = PRESENT[b][which];
        double[] pose = new double[DIM];
        for (int d = 0; d < DIM; d++) {
          pose[d] = classes.pose().value().getDouble(b, label, d);
        }
        double[] drawing = new double[PIXELS];
        for (int p = 0; p < PIXELS; p++) {
          drawing[p] = batch.getLabels().getDouble(b, which, CLASSES + p);
        }
        reconstruction += squaredError(net, pose, label, drawing);
      }
    }
    Loss loss = PairObjective.standard(net, LABELS).loss(batch, Step.FIRST);
    assertThat(loss.terms())
        .extracting(Loss.Term::name)
        .containsExactly("margin", "reconstruction");
    assertThat(term(loss, "margin")).isCloseTo(margin / PRESENT.length, within(1e-12));
    assertThat(term(loss, "reconstruction"))
        .isCloseTo(reconstruction / PRESENT.length, within(1e-10));
    assertThat(loss.total().value().getDouble(0))
        .isCloseTo((margin + 0.0005 * reconstruction) / PRESENT.length, within(1e-12));
    assertThat(loss.predictions()).isEmpty(); // there is no one class
  }

  @Test
  void theOrderOfTheTwoDigitsDoesNotMatter() {
    PairObjective objective = PairObjective.standard(network(config()), LABELS);
    Loss one = objective.loss(batch(false), Step.FIRST);
    Loss two = objective.loss(batch(true), Step.FIRST);
    assertThat(term(two, "reconstruction")).isCloseTo(term(one, "reconstruction"), within(1e-10));
    assertThat(term(two, "margin")).isEqualTo(term(one, "margin"));
  }

  @Test
  void itsGradientsAreTheSlopes() {
    CapsNet net = network(config());
    DataSet batch = batch();
    PairObjective objective =
        new PairObjective(
            net,
            LABELS,
            MarginLoss.standard(),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(0.1));
    Map<String, Variable> leaves = new LinkedHashMap<>();
    net.parameters().forEach((name, parameter) -> leaves.put(name, parameter.variable()));
    GradientCheck.checkDirections(
        () -> {
          net.eval(); // which forgets what was made of the weights
          return objective.loss(batch, Step.FIRST).total();
        },
        leaves);
  }

  @Test
  void theWeightFollowsItsScheduleAndWithoutOneTheDecoderIsLeftAlone() {
    CapsNet net = network(config());
    DataSet batch = batch();
    PairObjective objective =
        new PairObjective(
            net,
            LABELS,
            MarginLoss.standard(),
            ReconstructionLoss.BINARY_CROSS_ENTROPY,
            new FixedSchedule(0));
    Loss loss = objective.loss(batch, Step.FIRST);
    assertThat(loss.terms()).extracting(Loss.Term::name).containsExactly("margin");
    loss.total().backward();
    net.parameters()
        .forEach(
            (name, p) ->
                assertThat(p.variable().hasGradient())
                    .as(name)
                    .isEqualTo(!name.startsWith("decoder")));
    CapsNet without = network(config().with("decoder", null));
    assertThat(PairObjective.standard(without, LABELS).loss(batch, Step.FIRST).terms()).hasSize(1);
    assertThat(objective.module()).isSameAs(net);
  }

  // ---------------------------------------------------------------- learning

  /** Bars that stand and that lie, squares, and slants, two of each; light on dark. */
  private static LabeledImages shapes() {
    int side = SIDE - 4;
    byte[] pixels = new byte[2 * CLASSES * side * side];
    for (int i = 0; i < 2 * CLASSES; i++) {
      int thick = 1 + i / CLASSES;
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          int edge = Math.min(Math.min(x, y), side - 1 - Math.max(x, y));
          boolean ink =
              switch (i % CLASSES) {
                case 0 -> Math.abs(x - 3) < thick;
                case 1 -> Math.abs(y - 3) < thick;
                case 2 -> edge >= 1 && edge <= thick;
                default -> Math.abs(x - y) < thick;
              };
          pixels[(i * side + y) * side + x] = (byte) (ink ? 255 : 0);
        }
      }
    }
    int[] labels = IntStream.range(0, 2 * CLASSES).map(i -> i % CLASSES).toArray();
    return new LabeledImages(pixels, 1, side, side, labels, NAMES);
  }

  /** What a network learns that is told the two classes, and sees each drawing apart. */
  @Test
  void bothClassesAreFoundAndEachIsDrawnWithoutTheOther() {
    CapsNet net =
        config()
            .with("stem", List.of(new Conv(12, 5, 1)))
            .with("primary", new Primary(8, 4, 4, 2))
            .with("classDim", 8)
            .with("decoder", List.of(64))
            .build(1);
    DigitPairs pairs = new DigitPairs(shapes(), 2, 1);
    PairObjective objective =
        new PairObjective(
            net,
            pairs.labels(),
            MarginLoss.standard(),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(0.02));
    Trainer.of(objective)
        .updater(new Adam(0.005))
        .epochs(1)
        .fit(batches(SampleSource.endless(pairs, 400 * 16)));

    SampleSource<DigitPair> unseen = SampleSource.repeated(new DigitPairs(shapes(), 2, 99), 200);
    Validation.Outcome found =
        Validation.of(objective, batches(unseen), objective.allRight(), objective.labelError())
            .run();
    assertThat(found.metrics().get("validation_all_right")).isGreaterThan(0.9);
    assertThat(found.metrics().get("validation_label_error")).isLessThan(0.05);

    ImageClassifier classifier = new ImageClassifier(net, NAMES);
    double own = 0;
    double other = 0;
    for (int i = 0; i < unseen.count(); i++) {
      DigitPair pair = unseen.get(0, i);
      Prediction said = classifier.predict(pair.image().toArray());
      INDArray drawn = classifier.draw(pair.firstLabel(), said.poses().getRow(pair.firstLabel()));
      own += drawn.squaredDistance(pair.first().toArray());
      other += drawn.squaredDistance(pair.second().toArray());
    }
    assertThat(own).isLessThan(0.4 * other);
  }

  private static SampleIterator<DigitPair> batches(SampleSource<DigitPair> pairs) {
    return SampleIterator.builder(pairs, LABELS, 16).build();
  }

  @Test
  void aMetricIsOfTheActivations() {
    CapsNet net = network(config());
    net.parameters().values().forEach(p -> p.value().assign(0));
    INDArray bias = net.parameters().get("classes.bias").value();
    bias.putScalar(0, 0, 3);
    bias.putScalar(2, 1, -2); // the most active are a and c, whatever the image
    PairObjective objective = PairObjective.standard(net, LABELS);
    Metric allRight = objective.allRight();
    Metric labelError = objective.labelError();
    Validation.Outcome outcome =
        Validation.of(objective, new SingletonDataSetIterator(batch()), allRight, labelError).run();
    assertThat(outcome.get(allRight)).isEqualTo(1 / 3.0); // a and c; d and b; c and d
    assertThat(outcome.get(labelError)).isEqualTo(3 / 6.0);
  }

  // ---------------------------------------------------------------- bad input

  @Test
  void refusesWhatDoesNotFit() {
    CapsNet net = network(config());
    PairObjective objective = PairObjective.standard(net, LABELS);
    DataSet batch = batch();
    assertThatThrownBy(
            () -> PairObjective.standard(net, new PairLabels(NAMES.subList(0, 3), SIDE, SIDE)))
        .hasMessage("classes of the network: expected 3, got 4");
    assertThatThrownBy(() -> PairObjective.standard(net, new PairLabels(NAMES, SIDE, 13)))
        .hasMessage("images of the network: expected [1, 12, 13], got [1, 12, 12]");
    for (double weight : new double[] {-1, Double.NaN}) {
      assertThatThrownBy(
              () ->
                  new PairObjective(
                      net,
                      LABELS,
                      MarginLoss.standard(),
                      ReconstructionLoss.SQUARED_ERROR,
                      new FixedSchedule(weight)))
          .hasMessage("weight of reconstruction: expected at least 0 and finite, got " + weight);
    }
    INDArray oneClass = Nd4j.zeros(DataType.DOUBLE, 3, CLASSES);
    assertThatThrownBy(() -> objective.loss(new DataSet(batch.getFeatures(), oneClass), Step.FIRST))
        .hasMessage("labels: expected [3, 2, 148], got [3, 4]");
    INDArray twice = batch.getLabels().dup();
    twice.putScalar(0, 1, 2, 0).putScalar(0, 1, 0, 1);
    assertThatThrownBy(() -> objective.loss(new DataSet(batch.getFeatures(), twice), Step.FIRST))
        .hasMessageStartingWith("labels: expected values from 0 to 1, got 0.0 to 2.0");
    assertThatThrownBy(
            () ->
                objective.loss(
                    new DataSet(batch.getFeatures().mul(255), batch.getLabels()), Step.FIRST))
        .hasMessageStartingWith("images: expected");
    PairObjective likelihood =
        new PairObjective(
            net,
            LABELS,
            new NegativeLogLikelihood(),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(0));
    assertThatThrownBy(() -> likelihood.loss(batch, Step.FIRST))
        .hasMessage("labels: expected a sum of 1 for each sample, got 2.0 for sample 0");
  }
}
