package org.capsnet.train;

import java.util.Random;
import java.util.function.UnaryOperator;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Buffer;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A perceptron with one hidden layer, and dropout that counts its uses in a buffer: small, yet with
 * everything that a checkpoint has to carry.
 */
final class TinyModel extends Module implements Trainable {

  private final Dense hidden;
  private final Dense out;
  private final Buffer draws;
  private final double dropRate;

  /** What happens to the logits on their way: for tests of broken models. */
  private UnaryOperator<Variable> twist = UnaryOperator.identity();

  TinyModel(int in, int width, int classes, double dropRate, long seed) {
    Random random = new Random(seed);
    hidden = child("hidden", new Dense(in, width, random));
    out = child("out", new Dense(width, classes, random));
    draws = buffer("draws", InitialValue.of(Nd4j.scalar(DataType.INT64, seed)));
    this.dropRate = dropRate;
  }

  TinyModel twist(UnaryOperator<Variable> twisted) {
    twist = twisted;
    return this;
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public Loss loss(DataSet batch, Step step) {
    Shapes.require("points", batch.getFeatures(), "batch", hidden.weight.size(0));
    Variable features = Variable.constant(batch.getFeatures());
    Variable logits = twist.apply(out.forward(drop(hidden.forward(features).tanh())));
    Variable likelihood =
        logits.logSoftmax(1).times(Variable.constant(batch.getLabels())).sum(1).mean();
    return Loss.of("cross_entropy", likelihood.negate())
        .withPredictions(logits.value(), batch.getLabels());
  }

  private Variable drop(Variable x) {
    if (!training() || dropRate == 0) {
      return x;
    }
    Random random = new Random(draws.value().getLong(0));
    draws.value().addi(1);
    double[] mask = new double[(int) x.value().length()];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < dropRate ? 0 : 1 / (1 - dropRate);
    }
    return x.times(
        Variable.constant(Nd4j.createFromArray(mask).reshape(x.shape()).castTo(DataType.DOUBLE)));
  }

  /** x · weight + bias. */
  private static final class Dense extends Block<Variable, Variable> {

    private final Variable weight;
    private final Variable bias;

    Dense(int in, int out, Random random) {
      super(Shape.of(in), Shape.of(out));
      double[] initial = new double[in * out];
      for (int i = 0; i < initial.length; i++) {
        initial[i] = random.nextGaussian() / Math.sqrt(in);
      }
      weight =
          weight("weight", InitialValue.of(Nd4j.createFromArray(initial).reshape(in, out)))
              .variable();
      bias = bias("bias", InitialValue.of(Nd4j.zeros(DataType.DOUBLE, out))).variable();
    }

    @Override
    public Variable forward(Variable x) {
      return x.matmul(weight).plus(bias);
    }
  }
}
