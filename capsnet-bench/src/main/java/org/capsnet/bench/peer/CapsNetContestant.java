package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.RoutedLayer;
import org.capsnet.bench.measure.TrainingLoop;
import org.capsnet.bench.process.Nd4jFacts;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.model.Classifier;
import org.capsnet.model.Network;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.classification.ClassificationObjective;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** This library. */
final class CapsNetContestant implements Contestant {

  private final Classifier net;
  private final Classifier predictor;
  private final IntFunction<DataSet> digits;
  private final List<TrainingLoop> trainings = new ArrayList<>();

  private CapsNetContestant(Classifier net, Classifier predictor, IntFunction<DataSet> digits) {
    this.net = net;
    this.predictor = predictor;
    this.digits = digits;
  }

  /** With one network to be trained and another that stays as it is. */
  static CapsNetContestant of(Contest contest, Fixture fixture) {
    Classifier net = contest.build();
    Classifier predictor = contest.build();
    net.network().loadState(fixture.state());
    predictor.network().loadState(fixture.state());
    predictor.network().eval();
    return new CapsNetContestant(net, predictor, fixture::first);
  }

  /** A saved network, with random images. */
  static CapsNetContestant load(Path saved) throws IOException {
    Classifier net = Network.load(saved, Classifier.class);
    return new CapsNetContestant(net, net, Operands::digits);
  }

  @Override
  public DoubleSupplier training(int batch) {
    TrainingLoop training =
        new TrainingLoop(ClassificationObjective.standard(net), digits.apply(batch));
    trainings.add(training);
    return training::step;
  }

  @Override
  public Supplier<float[]> prediction(int batch) {
    INDArray images = digits.apply(batch).getFeatures();
    return () -> {
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        Capsules classes = predictor.classify(Variable.constant(images)).classes();
        ((Reconstructor) predictor)
            .reconstruct(classes, Masking.longest(classes))
            .value()
            .data()
            .asFloat();
        return classes.activation().value().dup('c').data().asFloat();
      }
    };
  }

  @Override
  public DoubleSupplier routing(int batch) {
    return new RoutedLayer(batch, 1152, 10, 3)::forwardAndBackward;
  }

  @Override
  public Map<String, String> facts() {
    return Nd4jFacts.facts();
  }

  @Override
  public void close() {
    trainings.forEach(TrainingLoop::close);
  }
}
