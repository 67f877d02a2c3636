package org.capsnet.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.RoutedLayer;
import org.capsnet.bench.measure.TrainingLoop;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.nd4j.linalg.api.ndarray.INDArray;

/** This library. */
final class CapsNetContestant implements Contestant {

  private final Fixture fixture;
  private final CapsNet net = CapsNet.Config.paper().build(0);
  private final CapsNet predictor = CapsNet.Config.paper().build(0);
  private final List<TrainingLoop> trainings = new ArrayList<>();

  CapsNetContestant(Fixture fixture) {
    this.fixture = fixture;
    net.loadState(fixture.state());
    predictor.loadState(fixture.state());
    predictor.eval();
  }

  @Override
  public DoubleSupplier training(int batch) {
    TrainingLoop training =
        new TrainingLoop(ClassificationObjective.standard(net), fixture.first(batch));
    trainings.add(training);
    return training::step;
  }

  @Override
  public Supplier<float[]> prediction(int batch) {
    INDArray images = fixture.first(batch).getFeatures();
    return () -> {
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        Capsules classes = predictor.classify(Variable.constant(images)).classes();
        predictor.reconstruct(classes, Masking.longest(classes)).value().data().asFloat();
        return classes.activation().value().dup('c').data().asFloat();
      }
    };
  }

  @Override
  public DoubleSupplier routing(int batch) {
    return new RoutedLayer(batch, 1152, 10, 3)::forwardAndBackward;
  }

  @Override
  public void close() {
    trainings.forEach(TrainingLoop::close);
  }
}
