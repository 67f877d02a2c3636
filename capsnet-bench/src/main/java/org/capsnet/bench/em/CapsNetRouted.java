package org.capsnet.bench.em;

import java.util.stream.Stream;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Sharing;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.EmRouting;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The layer in this library, recorded as in a training step, in a scope. */
final class CapsNetRouted implements Routed {

  private final CapsuleLayer layer;
  private final Variable weight;
  private final Variable poses;
  private final Variable activations;
  private Scope scope;
  private Capsules made;

  CapsNetRouted(EmLayer of) {
    layer =
        new CapsuleLayer(
            Shape.of(of.types(), EmLayer.DIM, of.side(), of.side()),
            of.out(),
            EmLayer.DIM,
            new PoseVotes(Sharing.TYPE, false),
            new EmRouting(of.iterations()),
            Init.seed(1));
    layer.train();
    weight = layer.parameters().get("weight").variable();
    weight.value().assign(array(of.weights(), of.weightShape()));
    poses = Variable.leaf(array(of.poses(), of.poseShape()));
    activations = Variable.leaf(array(of.activations(), of.activationShape()));
  }

  private static INDArray array(float[] numbers, long... shape) {
    return Nd4j.createFromArray(numbers).reshape('c', shape);
  }

  @Override
  public void forward() {
    scope = Scope.open();
    made = layer.forward(new Capsules(poses, activations));
  }

  @Override
  public void backward() {
    made.pose().sum().plus(made.activation().sum()).backward();
  }

  @Override
  public float[][] results() {
    return Stream.of(
            made.pose().value(),
            made.activation().value(),
            poses.gradient(),
            activations.gradient(),
            weight.gradient())
        .map(a -> a.dup('c').data().asFloat())
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    poses.clearGradient();
    activations.clearGradient();
    layer.parameters().values().forEach(p -> p.variable().clearGradient());
    scope.close();
  }
}
