package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.Masking;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.Kinds;
import org.capsnet.loss.MarginLoss;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Network;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.Prediction;
import org.capsnet.nn.Activation;
import org.capsnet.nn.BatchNorm2d;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.History;
import org.capsnet.train.Loss;
import org.capsnet.train.Metric;
import org.capsnet.train.Predictions;
import org.capsnet.train.Step;
import org.capsnet.train.StopReason;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;

/**
 * A network, an objective and a metric of one's own, trained on an iterator of ND4J. {@code
 * docs/own-network.md} takes its code from here.
 */
class OwnNetworkTest {

  /** A network that says of an image what is in it, and how bright it is. */
  public static final class BrightCaps extends Network<BrightCaps.Config> implements Classifier {

    /** All that is chosen. */
    public record Config(ImageShape image, int classes, int channels, int dim, Routing routing)
        implements Architecture.OfImages<BrightCaps, Config> {

      @Override
      public BrightCaps build(Init init) {
        return new BrightCaps(this, init);
      }
    }

    private final Chain<Variable, Capsules> encoder;
    private final CapsuleLayer classes;
    private final Linear brightness;

    private BrightCaps(Config c, Init init) {
      super(c, init);
      Conv2dSpec halving = Conv2dSpec.UNIT.withStride(2);
      encoder =
          child(
              "encoder",
              Chain.of(c.input())
                  .then(in -> new Conv2d(in, c.channels(), 5, Conv2dSpec.UNIT, init))
                  .then(in -> new BatchNorm2d(in, init))
                  .then(Activation::relu)
                  .then(in -> new PrimaryCapsules(in, 4, 4, 5, halving, init)));
      classes =
          child(
              "classes",
              new CapsuleLayer(
                  encoder.output(), c.classes(), c.dim(), new DenseVotes(), c.routing(), init));
      brightness = child("brightness", new Linear(Shape.of(classes.output().numbers()), 1, init));
    }

    @Override
    public int classes() {
      return architecture().classes();
    }

    @Override
    public Classification classify(Variable images) {
      Capsules primary = encoder.forward(architecture().image().require(images));
      return new Classification(primary, classes.forward(primary));
    }

    /** The brightness that the capsules of the present classes speak of: [batch, 1]. */
    public Variable brightness(Capsules found, INDArray present) {
      return brightness.forward(Masking.byMask(found, present));
    }
  }

  /** Two terms: what is there, and after a while also how bright it is. */
  public record Objective(BrightCaps net, ISchedule brightnessWeight) implements Trainable {

    @Override
    public BrightCaps module() {
      return net;
    }

    @Override
    public Loss loss(DataSet batch, Step step) {
      Variable images = Variable.constant(batch.getFeatures());
      INDArray labels = batch.getLabels();
      Capsules found = net.classify(images).classes();
      Variable truth = images.mean(1, 2, 3).reshape(images.size(0), 1);
      Variable error = net.brightness(found, labels).minus(truth).square().mean();
      return Loss.of("margin", MarginLoss.standard().of(found.activation(), labels))
          .plus("brightness", error, step.weight("brightness", brightnessWeight))
          .withPredictions(found.activation().value(), labels);
    }
  }

  /** The recall of the class that is recognised worst. */
  public static final class WorstRecall implements Metric.Accumulator {

    private final Evaluation evaluation = new Evaluation();

    @Override
    public void add(DataSet batch, Loss loss) {
      Predictions made = loss.predictions().orElseThrow();
      evaluation.eval(made.labels(), made.scores());
    }

    @Override
    public double value() {
      return IntStream.range(0, evaluation.getConfusionMatrix().getClasses().size())
          .mapToDouble(evaluation::recall)
          .min()
          .orElse(Double.NaN);
    }
  }

  @TempDir private Path folder;

  private static LabeledImages drawings(int count, long seed) {
    return Drawing.images(count, seed, Drawing.BAR, Drawing.POLE, Drawing.CROSS, Drawing.RING);
  }

  /** Arrays, as any program that uses ND4J may have them. */
  private static DataSet dataSet(LabeledImages images) {
    INDArray features =
        Nd4j.stack(
            0, IntStream.range(0, images.count()).mapToObj(images::image).toArray(INDArray[]::new));
    INDArray labels = Nd4j.zeros(images.count(), images.classes());
    IntStream.range(0, images.count()).forEach(i -> labels.putScalar(i, images.label(i), 1));
    return new DataSet(features, labels);
  }

  @Test
  void isTrainedSummedUpSavedLoadedAndAsked() throws Exception {
    LabeledImages test = drawings(80, 2);
    DataSet training = dataSet(drawings(160, 1));
    Path file = folder.resolve("bright.safetensors");

    Kinds.register("bright-caps", BrightCaps.Config.class);
    BrightCaps net =
        new BrightCaps.Config(new ImageShape(1, 16, 16), 4, 8, 4, new DynamicRouting(2)).build(0);
    System.out.println(net.summary());

    Metric worst = Metric.onValidation("worst_recall", Metric.Better.LARGER, WorstRecall::new);
    ISchedule slowly = new RampSchedule(new FixedSchedule(1), 50);
    History history =
        Trainer.of(new Objective(net, slowly))
            .updater(new Adam(0.003))
            .epochs(40)
            .earlyStopping(EarlyStopping.on(worst, 3).restoringBest())
            .fit(new ViewIterator(training, 16), new ViewIterator(dataSet(test), 16));

    assertThat(history.stopReason()).isEqualTo(StopReason.EARLY_STOPPING);
    assertThat(history.best(worst).orElseThrow().get(worst)).isGreaterThan(0.7);
    assertThat(net.summary().toString()).contains("encoder.3", "brightness", "BrightCaps");

    ImageClassifier classifier = new ImageClassifier(net, test.classNames());
    classifier.save(file);
    BrightCaps again = Network.load(file, BrightCaps.class);
    ImageClassifier loaded = ImageClassifier.load(file);
    Prediction prediction = loaded.predict(test.image(0));

    assertThat(again.architecture()).isEqualTo(net.architecture());
    assertThat(prediction.className()).isEqualTo("bar");
    assertThat(prediction.lengths()).isEqualTo(classifier.predict(test.image(0)).lengths());
  }
}
