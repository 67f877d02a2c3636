package stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.FeatureCapsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Sharing;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.train.Trainer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Capsules along one axis: which waveform is it? {@code docs/sequences.md} takes its code from
 * here.
 */
class SequencesTest {

  /** A convolution along one axis: the same weights at each place of a sequence. */
  public static final class Sliding extends Block<Variable, Variable> {

    private final int kernel;
    private final Parameter weight;
    private final Parameter bias;

    /** From [channels, length] to [out, length - kernel + 1]. */
    public Sliding(Shape in, long out, int kernel, Init init) {
      super(in, Shape.of(out, in.size(1) - kernel + 1));
      this.kernel = kernel;
      long window = in.size(0) * kernel;
      weight = weight("weight", init.draw(Initializer.HE_NORMAL, window, out, out, window));
      bias = bias("bias", init.constant(0, out, 1));
    }

    @Override
    public Variable forward(Variable x) {
      long places = output().size(1);
      Variable[] shifted =
          IntStream.range(0, kernel)
              .mapToObj(k -> x.slice(2, k, k + places))
              .toArray(Variable[]::new);
      Variable windows = Variable.concat(1, shifted);
      return Variable.einsum("bkn,ok->bon", windows, weight.variable()).plus(bias.variable());
    }
  }

  /** A network that says which waveform a signal has. */
  public static final class WaveCaps extends Network<WaveCaps.Config> implements Classifier {

    /** All that is chosen. */
    public record Config(int length, int classes, int types, int dim, Routing routing)
        implements Architecture<WaveCaps, Config> {

      @Override
      public Shape input() {
        return Shape.of(1, length);
      }

      @Override
      public WaveCaps build(Init init) {
        return new WaveCaps(this, init);
      }
    }

    private final Chain<Variable, Capsules> encoder;
    private final CapsuleLayer classes;

    private WaveCaps(Config c, Init init) {
      super(c, init);
      encoder =
          child(
              "encoder",
              Chain.of(c.input())
                  .then(in -> new Sliding(in, 8, 9, init))
                  .then(Activation::relu)
                  .then(in -> new Sliding(in, (long) c.types() * c.dim(), 9, init))
                  .then(in -> new FeatureCapsules(in, c.dim())));
      DenseVotes shared = new DenseVotes(Sharing.TYPE, false);
      classes =
          child(
              "classes",
              new CapsuleLayer(encoder.output(), c.classes(), 8, shared, c.routing(), init));
    }

    @Override
    public int classes() {
      return architecture().classes();
    }

    @Override
    public Classification classify(Variable signals) {
      Capsules voters = encoder.forward(signals);
      return new Classification(voters, classes.forward(voters));
    }
  }

  /** Sines, squares, saws and triangles of any phase and pitch, with noise: [count, 1, 48]. */
  private static DataSet signals(int count, long seed) {
    Random random = new Random(seed);
    INDArray signals = Nd4j.zeros(count, 1, 48);
    INDArray labels = Nd4j.zeros(count, 4);
    for (int i = 0; i < count; i++) {
      int wave = i % 4;
      double phase = random.nextDouble();
      double pitch = 0.04 + 0.04 * random.nextDouble();
      for (int t = 0; t < 48; t++) {
        double value =
            0.5 + 0.35 * wave(wave, (phase + pitch * t) % 1) + 0.03 * random.nextGaussian();
        signals.putScalar(i, 0, t, Math.max(0, Math.min(1, value)));
      }
      labels.putScalar(i, wave, 1);
    }
    return new DataSet(signals, labels);
  }

  private static double wave(int wave, double at) {
    return switch (wave) {
      case 0 -> Math.sin(2 * Math.PI * at);
      case 1 -> at < 0.5 ? 1 : -1;
      case 2 -> 2 * at - 1;
      default -> 1 - 4 * Math.abs(at - 0.5);
    };
  }

  @Test
  void learnsWhichWaveformASignalHas() {
    DataSet test = signals(80, 2);

    WaveCaps net = new WaveCaps.Config(48, 4, 4, 4, new DynamicRouting(2)).build(0);
    assertThat(net.classify(Variable.constant(test.getFeatures())).voters().grid())
        .containsExactly(32);

    Trainer.of(ClassificationObjective.standard(net))
        .updater(new Adam(0.005))
        .epochs(15)
        .fit(new ViewIterator(signals(240, 1), 16));
    net.eval();
    Capsules found = net.classify(Variable.constant(test.getFeatures())).classes();
    INDArray predicted = Nd4j.argMax(found.activation().value(), 1);

    long right = IntStream.range(0, 80).filter(i -> predicted.getInt(i) == i % 4).count();
    assertThat(right / 80.0).isGreaterThan(0.8);
  }
}
