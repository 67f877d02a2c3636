package org.capsnet.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.TrainingLoop;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.model.CapsNet;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;

/** This library. */
final class CapsNetContestant implements Contestant {

  private final Fixture fixture;
  private final CapsNet net = CapsNet.mnist();
  private final CapsNet predictor = CapsNet.mnist();
  private final List<TrainingLoop> trainings = new ArrayList<>();

  CapsNetContestant(Fixture fixture) {
    this.fixture = fixture;
    net.loadState(fixture.state());
    predictor.loadState(fixture.state());
    predictor.eval();
  }

  @Override
  public DoubleSupplier training(int batch) {
    TrainingLoop training = new TrainingLoop(net, fixture.first(batch));
    trainings.add(training);
    return training::step;
  }

  @Override
  public Supplier<float[]> prediction(int batch) {
    INDArray images = fixture.first(batch).getFeatures();
    return () -> {
      try (Scope scope = Scope.open();
          NoGrad constant = NoGrad.enter()) {
        Capsules classes = predictor.forward(Variable.constant(images)).classes();
        predictor.decode(Masking.byLongest(classes)).value().data().asFloat();
        return classes.activation().value().dup('c').data().asFloat();
      }
    };
  }

  @Override
  public DoubleSupplier routing(int batch) {
    Capsules capsules = Operands.capsules(true, batch, 1152, 8);
    Variable weight = Operands.leaf(0.1, 1152, 10, 16, 8);
    Variable bias = Operands.leaf(0, 10, 16);
    INDArray upstream = Operands.normal(1, batch, 10, 16);
    DynamicRouting routing = new DynamicRouting(3);
    return () -> {
      try (Scope scope = Scope.open()) {
        routing.routeDense(capsules, weight, Map.of("bias", bias)).pose().backward(upstream);
        double number = capsules.pose().gradient().getDouble(0);
        capsules.pose().clearGradient();
        weight.clearGradient();
        bias.clearGradient();
        return number;
      }
    };
  }

  @Override
  public void close() {
    trainings.forEach(TrainingLoop::close);
  }
}
